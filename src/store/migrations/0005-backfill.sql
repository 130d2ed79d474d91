-- Back-fills: everything that a channel has changed in a time, read again in bulk. A row says how far one is, so that it goes on
-- after a kill. They are few.
create table backfill (
  id          uuid primary key,
  connection  text not null,
  since       timestamptz not null,
  until       timestamptz,              -- null: to the end
  by          text not null,
  status      text not null,            -- waiting, running, reading, done, failed
  operation   text,                     -- the vendor's, while it runs
  file        text,                     -- where its result is
  position    bigint not null default 0, -- how far the result is read
  orders      bigint not null default 0, -- that were stored
  expected    bigint,                   -- that the vendor counts
  message     text,                     -- how it ended, or what it waits for
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  finished_at timestamptz
);
create index backfill_open on backfill (connection, created_at) where finished_at is null;
