-- Reconciliations: all that a channel shows as stock, read in bulk and compared with what both sides have agreed on. A row says how
-- far one is, so that it goes on after a kill; they are few. What differs, or may, has a row of its own until it is explained,
-- healed or a case.
create table reconciliation (
  id           uuid primary key,
  connection   text not null,
  by           text not null,
  night        date,                    -- of which night it is, by the entity's calendar; null: somebody asked for it
  status       text not null,           -- waiting, running, reading, settling, looking, done, failed
  operation    text,                    -- the vendor's, while it runs
  file         text,                    -- where its result is
  objects      bigint,                  -- items that the vendor has counted
  settle_from  timestamptz,             -- what the channel's orders did until then must be known here before anybody looks again
  looks        smallint not null default 0, -- rounds of looking again that have ended
  levels       bigint not null default 0, -- SKU-locations that were compared
  agreed       bigint not null default 0, -- that were equal at once
  explained    bigint not null default 0,
  healed       bigint not null default 0,
  cases        bigint not null default 0,
  not_mapped   bigint not null default 0, -- levels of SKUs or places that are none of ours, or that are not published
  message      text,                    -- how it ended, or what it waits for
  created_at   timestamptz not null,
  updated_at   timestamptz not null,
  finished_at  timestamptz,
  unique (connection, night)
);
create index reconciliation_open on reconciliation (connection, created_at) where finished_at is null;
create index reconciliation_by_time on reconciliation (connection, created_at desc);

-- A SKU-location that was not equal at once. Units.
create table stock_difference (
  run         uuid not null,
  sku         text not null,
  location    text not null,
  item        text not null,            -- the channel's ids of the item and of the place
  place       text not null,
  looks       smallint not null default 0,
  available   bigint,                   -- what the channel showed at the last look; null: the item is not stocked there
  committed   bigint,
  expected    bigint,                   -- available + committed, as both sides had agreed, with what has happened since
  units       bigint,                   -- that the channel shows too many (below zero: too few)
  outcome     text,                     -- explained, healed, case; null: it is looked at again
  explanation text not null default '',
  primary key (run, sku, location)
);
create index stock_difference_open on stock_difference (run, looks, place) where outcome is null;
