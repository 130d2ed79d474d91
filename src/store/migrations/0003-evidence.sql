-- What the auditor compares rows with: how each was when it was written, and what retention has removed.

-- 1: sha256(previous hash, type, body); 2: the head of the fact as well (see fact-hash.ts).
alter table journal add column hash_version smallint not null default 1;

-- Of what a delivery was when it was stored, and of how a command ended (see seals.ts). Null: from before this migration.
alter table observation add column seal bytea;
alter table outbox add column seal bytea;

-- Nothing is missing that is younger than this. Older rows may be gone, by retention.
create table removal (
  what    text primary key,            -- observation, outbox
  before  timestamptz not null
);
-- Of what was removed until now only this is known: what is left was not.
insert into removal (what, before)
select what, before from (
  select 'observation' as what,
    coalesce((select min(received_at) from observation), (select max(ended_at) from observation_end)) as before
  union all
  select 'outbox', coalesce((select min(created_at) from outbox), (select max(decided_at) from journal))
) r where before is not null;
