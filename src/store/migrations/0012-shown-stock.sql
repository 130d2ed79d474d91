-- What a channel shows as available of an item at a location of ours, and what was known here when both last agreed. What has changed
-- on our side since then is still to be written there; what the channel's own orders changed it has booked itself. One row a
-- connection, SKU and location, made when publishing begins. How the columns count together stands in domain/stock/publishing.ts.
create table shown_stock (
  connection   text not null,
  sku          text not null,
  location     text not null,
  item         text,                    -- the channel's id of the item; null: not looked for yet
  shown        bigint,                  -- available at the channel when both last agreed; null: they never have
  known        bigint,                  -- what could be sold from here by our figures then; may be below zero
  version      bigint,                  -- of the position then: later movements count from here
  owed         bigint not null default 0, -- change that is still to be made besides: a correction, or what would have gone below zero
  told         bigint,                  -- what the channel has said it shows since they agreed; null: nothing
  told_at      timestamptz,
  agreed_at    timestamptz,
  published_at timestamptz,             -- when the channel last accepted a figure from here
  publication  uuid,                    -- under way with this batch; nothing else is written meanwhile
  problem      text,                    -- why it is not published (a case says so); null: it is
  corrected_by text,                    -- who made the newest correction (a reconciliation): the same one makes none twice
  wanted       boolean not null default false, -- somebody wants it looked at: a correction, a case that is tried again
  primary key (connection, sku, location)
) with (fillfactor = 60);
create index shown_stock_publication on shown_stock (publication) where publication is not null;
create index shown_stock_wanted on shown_stock (connection) where wanted;

-- Batches that are under way or in doubt: the key and the exact request, committed before the call. They go when the outcome is known.
create table publication (
  id           uuid primary key,        -- the idempotency key
  connection   text not null,
  body         json not null,           -- rows as they were sent, with what is agreed once they are accepted
  attempts     integer not null default 0,
  attempted_at timestamptz not null,
  due_at       timestamptz not null,
  last_error   text,
  created_at   timestamptz not null
);
create index publication_by_connection on publication (connection, created_at);
