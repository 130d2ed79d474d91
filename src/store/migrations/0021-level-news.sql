-- What channels have told of levels that changed there, each place once, until it is looked into: most are our own writes and their own
-- sales; the rest somebody has changed by hand.
create table level_news (
  connection text not null,
  item       text not null,             -- the channel's ids of the item and of the place
  place      text not null,
  available  bigint not null,           -- as it was told last
  moved      boolean not null default false, -- several figures were told: the last one alone explains nothing
  first_at   timestamptz not null,
  told_at    timestamptz not null,
  primary key (connection, item, place)
);

-- Published places by the channel's item.
create index shown_stock_item on shown_stock (connection, item);

-- all: everything that the channel shows was read; news: some places were looked at, since the channel told of them.
alter table reconciliation add column scope text not null default 'all';
