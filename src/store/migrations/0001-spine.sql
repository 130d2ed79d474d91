-- The spine: observations in, messages to streams, facts of streams, commands out, and what coordinates them.
-- Hot tables lead their keys with `bucket` (0-63, a fixed hash of the stream's key), which a distributed database can
-- spread by. Instants are business time and come as parameters; only leases use the database's own clock.
--
-- Plans are made once, often while tables are empty: then all indexes look equally good, and the planner takes the newest that
-- fits. So of each table the index that single rows are found by is made last, and indexes for people are partial, so that they
-- do not fit. test/engine/plans.test.ts holds it.

create table configuration (
  version     integer primary key,
  body        json not null,           -- without the settings of connections, where secrets stand
  created_at  timestamptz not null
);

create table mapping (
  kind        text not null,           -- sku, location, tax-code, gateway
  connection  text not null,
  external    text not null,           -- the code at the connection
  internal    text,                    -- our code; null: taken out
  version     integer not null,
  changed_at  timestamptz not null,
  changed_by  text not null,
  primary key (kind, connection, external, version)
);

create table observation (
  id           uuid not null,
  connection   text not null,
  topic        text not null,
  origin       text not null,          -- webhook, poll, read, file
  delivery_id  text,
  event_id     text,
  body         bytea not null,         -- exactly the bytes that arrived
  duplicate_of uuid,                   -- the first one with these bytes; then nothing follows from this one
  received_at  timestamptz not null,
  primary key (id, received_at)
) partition by range (received_at);
create table observation_default partition of observation default with (toast_tuple_target = 8160);
-- Bodies are JSON of a few KB: they stay in their row; moving each out, or compressing it, would cost more than it saves.
alter table observation_default alter column body set storage external;

-- What must be unique stands apart from what is partitioned.
create table delivery_key (
  connection     text not null,
  topic          text not null,
  body_hash      bytea not null,
  observation_id uuid not null,
  primary key (connection, topic, body_hash)
);
-- Ids grow with time: what is old is forgotten by this.
create index delivery_key_by_observation on delivery_key (observation_id);

-- How each message ended: the proof that nothing that was answered 2xx is lost, and that nothing ended twice.
create table observation_end (
  observation_id uuid primary key,
  outcome        text not null,        -- applied, stale, duplicate, case, ignored
  ended_at       timestamptz not null
);

create table stream (
  bucket         smallint not null,
  kind           text not null,
  key            text not null,
  version        integer not null default 0,   -- number of facts
  evolve_version integer not null default 0,   -- of the code that folded `state`
  state          json,
  status         text not null default 'new',
  title          text not null default '',
  closed         boolean not null default false,
  head_hash      bytea,
  failures       smallint not null default 0,  -- times in a row that deciding threw
  retry_at       timestamptz,
  issued_by      text,                         -- the process whose turn issued its newest command
  created_at     timestamptz not null,
  updated_at     timestamptz not null,
  primary key (bucket, kind, key)
-- A state is rewritten at every turn. Compressed into its row it costs a third of the pages, which small buffers must hold.
) with (fillfactor = 60, toast_tuple_target = 256);
alter table stream alter column state set storage main;
-- Where the server was built with it: half the work of the older method.
do $$ begin
  alter table stream alter column state set compression lz4;
exception when feature_not_supported then null;
end $$;
create index stream_to_retry on stream (retry_at) where retry_at is not null;

create table inbox (
  bucket         smallint not null,
  id             uuid not null,
  kind           text not null,                -- of the stream
  key            text not null,
  connection     text not null,
  priority       smallint not null,            -- 0 live, 1 polled, 2 back-fill
  fair_at        timestamptz not null,         -- when it came; later where its connection sends more than its share
  observation_id uuid,
  observed_at    timestamptz,
  message        json,                         -- null: normalised from the observation when it is claimed
  parked         boolean not null default false -- deciding on it threw three times; a case says so
);
create index inbox_to_claim on inbox (bucket, priority, fair_at, id) where not parked;
alter table inbox add primary key (bucket, id);
create index inbox_by_stream on inbox (bucket, kind, key, id);

create table journal (
  bucket         smallint not null,
  kind           text not null,
  key            text not null,
  seq            integer not null,
  type           text not null,
  body           json not null,
  config_version integer not null,
  decided_at     timestamptz not null,
  cause          uuid,                         -- the inbox message
  hash           bytea not null,               -- sha256(previous hash, body)
  position       bigint generated by default as identity,
  transaction_id xid8 not null default pg_current_xact_id(),
  primary key (bucket, kind, key, seq, decided_at)
) partition by range (decided_at);
create table journal_default partition of journal default with (toast_tuple_target = 8160);
alter table journal_default alter column body set storage external;
-- The feed's order: see readFeed. A position alone may become visible after a higher one.
create index journal_by_transaction on journal (transaction_id, position);

create table position (
  sku       text not null,
  location  text not null,
  on_hand   bigint not null default 0,
  reserved  bigint not null default 0,
  version   bigint not null default 0,
  primary key (sku, location),
  check (reserved >= 0)
) with (fillfactor = 50);

create table movement (
  bucket    smallint not null,
  kind      text not null,
  key       text not null,                      -- the stream that caused it
  seq       integer not null,                   -- by which fact
  line      smallint not null,
  sku       text not null,
  location  text not null,
  movement  text not null,
  on_hand   bigint not null,
  reserved  bigint not null,
  version   bigint not null,                    -- of the position after its turn: the order in which movements counted
  moved_at  timestamptz not null,
  primary key (bucket, kind, key, seq, line)
);
create index movement_by_position on movement (sku, location, version);

create table person (
  id          text primary key,
  body        json not null,
  redacted_at timestamptz,
  created_at  timestamptz not null
);

create table outbox (
  bucket           smallint not null,
  id               uuid not null,
  connection       text not null,
  key              text not null,               -- the business act and its revision
  command          text not null,
  stream_kind      text not null,
  stream_key       text not null,               -- who issued it
  subject          text not null,               -- what it is about: commands on one subject keep their order
  body             json not null,
  position         bigint generated always as identity, -- commands of one stream are made one after the other: their order
  open             boolean not null default true,   -- until it is settled; apart from status, so that an attempt touches no index
  status           text not null default 'waiting', -- waiting, calling, doubt; done, rejected, unsettled
  attempts         integer not null default 0,
  lookups          integer not null default 0,
  node             text,
  first_attempt_at timestamptz,
  attempt_at       timestamptz,
  due_at           timestamptz not null,
  last_error       text,
  result           json,
  created_at       timestamptz not null,
  settled_at       timestamptz
) with (fillfactor = 70);
create index outbox_open on outbox (connection, position) where open;
alter table outbox add unique (bucket, connection, key);
alter table outbox add primary key (bucket, id);

create table timer (
  bucket  smallint not null,
  kind    text not null,
  key     text not null,
  name    text not null,
  due_at  timestamptz not null,
  primary key (bucket, kind, key, name)
);
create index timer_due on timer (due_at);

create table business_case (
  id            uuid primary key,
  kind          text not null,
  key           text not null,                  -- of the stream; for a message without one: its observation
  case_key      text not null,
  reason        text not null,
  message       text not null,
  suggested_fix text not null,
  owner         text not null,
  connection    text not null,
  holds_command text,
  status        text not null,                  -- open, closed
  closed_by     text,
  opened_at     timestamptz not null,
  due_at        timestamptz not null,
  closed_at     timestamptz,
  noticed_at    timestamptz,                    -- webhook called or mail sent
  notice_due_at timestamptz,                    -- not before; null: at once
  notice_tries  smallint not null default 0
);
create unique index business_case_open on business_case (kind, key, case_key) where status = 'open';
create index business_case_by_time on business_case (status, opened_at desc);
create index business_case_unnoticed on business_case (opened_at) where status = 'open' and noticed_at is null;

create table connection_state (
  connection text primary key,
  paused     boolean,                  -- null: as configured
  problem    text,
  changed_at timestamptz not null
);

create table feed_cursor (
  connection text not null,
  feed       text not null,
  cursor     text not null,
  polled_at  timestamptz not null,
  primary key (connection, feed)
);

-- A connection's lane is worked by one node at a time. `until` is the database's own clock: liveness, not business.
create table lease (
  name  text primary key,
  node  text not null,
  until timestamptz not null
);
