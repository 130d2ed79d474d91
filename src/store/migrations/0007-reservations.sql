-- When a stream ends by itself: a reservation's time to live. In its own row, so that none needs a row of a timer.
alter table stream add column due_at timestamptz;
create index stream_due on stream (due_at) where due_at is not null;
