-- What people and pages read by: the messages of an order, its name, its age, its cases; the newest change of mappings.

alter table observation add column stream_kind text;
alter table observation add column stream_key text;
create index observation_by_stream on observation (stream_key, received_at) where stream_key is not null;

-- Every turn updates streams. No index may hold what changes then (`status`, `updated_at`), or each update would write into
-- all indexes of the table: an order is found by what stays (its age, its name) and by being open, which changes twice.
create index stream_by_age on stream (created_at desc, key desc) where kind = 'order';
create index stream_open on stream (created_at desc, key desc) where kind = 'order' and not closed;
create index stream_by_title on stream (title text_pattern_ops) where kind = 'order';

create index business_case_by_stream on business_case (kind, key);
create index mapping_by_version on mapping (version);
