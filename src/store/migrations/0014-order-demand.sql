-- What each order wanted when it was placed, and how much of that was not there: the oversell rate is counted from it. One row an
-- order, whatever is told again.
create table order_demand (
  bucket         smallint not null,
  key            text not null,
  day            date not null,                 -- of the placing, in UTC
  brand          text not null,
  channel        text not null,
  units          integer not null,
  oversold_units integer not null default 0,
  primary key (bucket, key)
);
create index order_demand_by_day on order_demand (day);
