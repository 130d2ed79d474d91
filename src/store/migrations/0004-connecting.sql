-- What the care for a connection has found and put right (subscriptions at the vendor), for people to see.
alter table connection_state add column care jsonb;

-- Secrets that change while the hub works (tokens that are renewed): sealed with a key that is not in the database. One row a
-- connection, written by whoever works it, under its lease.
create table credential (
  connection text primary key,
  sealed     bytea not null,           -- AES-256-GCM: nonce, tag, ciphertext; the connection's id is authenticated with it
  key_id     text not null,            -- tells which key, without telling the key
  changed_at timestamptz not null
);
