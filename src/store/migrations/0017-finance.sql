-- How far postings have been looked at that are to be told to finance systems; one row, locked by who works on it.
create table books_cursor (
  name           text primary key,
  transaction_id xid8 not null,
  position       bigint not null
);
insert into books_cursor (name, transaction_id, position) values ('finance', '0', 0);

-- Days of which something was posted that their finance system has not been told yet: they are summed up when they are due.
create table journal_due (
  entity       text not null,
  channel      text not null,
  posting_date date not null,
  primary key (entity, channel, posting_date)
);
