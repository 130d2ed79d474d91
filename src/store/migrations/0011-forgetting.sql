-- Who is forgotten: raw messages that speak of them lose their bodies. What stays is the hash, by which duplicates are recognised and
-- the auditor sees that nothing else of the message was changed.
alter table observation add column body_hash bytea;             -- sha256 of a body that is not kept any more
alter table observation add column forgotten_at timestamptz;
create index observation_forgotten on observation (id) where forgotten_at is not null;
