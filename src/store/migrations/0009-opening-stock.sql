-- What a channel showed of an item at a location of ours when it was taken over, and what was known here, agreed: from this figure
-- on each side counts its own changes. One row an item and location, written once and never changed.
create table opening_stock (
  connection      text not null,
  sku             text not null,
  location        text not null,
  shown_on_hand   bigint not null,
  shown_committed bigint not null,
  shown_available bigint not null,
  untold          bigint not null,       -- units that had left, which the channel was not told of yet
  on_hand         bigint not null,
  unsound         bigint not null,       -- damaged or in quality control: on hand at the channel, beside it here
  reserved        bigint not null,
  version         bigint not null,       -- of the position: later movements count from here; 0: there was none
  agreed_at       timestamptz not null,
  agreed_by       text not null,
  primary key (connection, sku, location)
);
