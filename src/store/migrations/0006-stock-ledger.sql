-- The states of a position besides on hand and reserved, and what a movement says of itself.
alter table position
  add column damaged bigint not null default 0,
  add column quality_control bigint not null default 0,
  add column incoming bigint not null default 0;

alter table movement
  add column damaged bigint not null default 0,
  add column quality_control bigint not null default 0,
  add column incoming bigint not null default 0,
  add column act text,                          -- key of the business act, where it has one of its own
  add column reason text;

-- Units of a SKU that are not sold from a location: versioned data, nothing is overwritten.
create table safety_stock (
  sku        text not null,
  location   text not null,
  version    integer not null,
  units      integer,                           -- null: as many as of every SKU of the location
  changed_at timestamptz not null,
  changed_by text not null,
  primary key (sku, location, version),
  check (units >= 0)
);

-- When an inventory system was last heard of.
create table stock_source (
  connection text primary key,
  heard_at   timestamptz not null
);
