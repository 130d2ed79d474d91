-- In whose return a tax is told, where its own was filed before it was posted; null: in its own.
alter table tax_entry add column reported_period text;
