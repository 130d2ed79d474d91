-- Returns, the newest first: the list of the page and of the API.
create index stream_returns on stream (created_at desc, key desc) where kind = 'return';
