-- What of payouts and of reconciliations of money is not over: it is looked at every night.
create index stream_open_money on stream (kind, key) where not closed and kind in ('settlement', 'payout', 'reconciliation');
-- All days of an entity that were reconciled, newest first.
create index stream_reconciliation on stream (key desc) where kind = 'reconciliation';
