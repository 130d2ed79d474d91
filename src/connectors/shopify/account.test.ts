/** Which store a person means, however they say it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accounts } from './account.ts';

test('a store is named by its name, its domain, or an address of it, in whatever case', () => {
  const names = [
    'one',
    ' ONE ',
    'One.MyShopify.com',
    'https://ONE.myshopify.com/admin?x=1',
    'http://one.myshopify.com',
    'one.myshopify.com/',
    'admin.shopify.com/store/one',
    'https://admin.shopify.com/store/ONE/orders?status=open',
  ];
  for (const account of names) {
    const told = accounts.connection({ account, clientId: 'client' });
    assert.ok(told.status === 'described', account);
    assert.equal(told.settings.shopDomain, 'one.myshopify.com', account);
    assert.equal(told.id, 'shopify-one', account);
  }
});

test('what is no store is said', () => {
  for (const account of ['', 'a store of mine', 'https://', '-one', 'one@example.com']) {
    const told = accounts.connection({ account, clientId: 'client' });
    assert.ok(told.status === 'refused', account);
    assert.match(told.message, /is no store: give its domain/);
  }
});
