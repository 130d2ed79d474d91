-- Nodes that keep figures of stock in memory follow who has set safety stock, as they follow the journal.
alter table safety_stock add column transaction_id xid8 not null default pg_current_xact_id();
create index safety_stock_by_transaction on safety_stock (transaction_id);
