/** Requests of a person: each order is told once to forget, and what only the owner of the store can do is a case. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRetailer } from '../../../test/support/builders.ts';
import type { StreamMessage } from '../process.ts';
import { type PrivacyFact, privacyProcess } from './process.ts';

const context = {
  now: Date.parse('2026-11-23T06:00:00.000Z'),
  config: aRetailer(),
  configVersion: 1,
  mappings: { toInternal: () => undefined, toExternal: () => undefined },
  stock: { available: () => 0, unpromised: () => 0, onHand: () => 0 },
};

/** A customer's stream; `tell` answers with the outcome, the types of the facts and the orders that are told. */
function aCustomer() {
  let state = privacyProcess.initial('shop/customer-7');
  return {
    get state() {
      return state;
    },
    tell(message: StreamMessage) {
      const { facts, messages, outcome } = privacyProcess.decide(state, message, context);
      state = facts.reduce<typeof state>(
        (before, fact: PrivacyFact) => privacyProcess.evolve(before, fact),
        state,
      );
      return [outcome, facts.map(({ type }) => type), messages.map(({ key }) => key)];
    },
  };
}

test('each order is told once, whatever is asked again', () => {
  const customer = aCustomer();
  const erase = (...orders: string[]) => customer.tell({ type: 'privacy.erasure', orders });
  assert.deepEqual(erase('1', '2', '1'), ['applied', ['ErasureRequested'], ['shop/1', 'shop/2']]);
  assert.deepEqual(erase('2'), ['duplicate', [], []]);
  assert.deepEqual(erase('2', '3'), ['applied', ['ErasureRequested'], ['shop/3']]);
  assert.ok(privacyProcess.forgets?.(customer.state));
});

test('a customer without orders is forgotten too: the request itself names them', () => {
  const customer = aCustomer();
  assert.equal(privacyProcess.forgets?.(customer.state), false);
  assert.deepEqual(customer.tell({ type: 'privacy.erasure', orders: [] })[0], 'applied');
  assert.deepEqual(customer.tell({ type: 'privacy.erasure', orders: [] })[0], 'duplicate');
  assert.ok(privacyProcess.forgets?.(customer.state));
});

test('a request to be told is one case, which a person closes', () => {
  const customer = aCustomer();
  const request: StreamMessage = { type: 'privacy.dataRequest', requestId: '9', orders: ['1'] };
  assert.equal(customer.tell(request)[0], 'applied');
  assert.equal(customer.tell(request)[0], 'duplicate');
  assert.deepEqual(customer.state.cases, { 'data-requested:9': 'data-requested' });
  assert.equal(privacyProcess.summary(customer.state).closed, false);
  const close = { type: 'operator.skipCase', caseKey: 'data-requested:9', by: 'Ada', note: '' } as const;
  assert.equal(customer.tell(close)[0], 'applied');
  assert.equal(customer.tell(close)[0], 'duplicate');
  assert.equal(privacyProcess.summary(customer.state).closed, true);
});

test('one who names no order is forgotten in all of them, which are found and told', () => {
  const customer = aCustomer();
  customer.tell({ type: 'privacy.erasure', orders: [] });
  assert.deepEqual(customer.state.erasing, { customer: '7' });
  assert.equal(privacyProcess.summary(customer.state).status, 'erasing');
  assert.equal(customer.tell({ type: 'privacy.erased', orders: 2 })[0], 'applied');
  assert.equal(customer.tell({ type: 'privacy.erased', orders: 2 })[0], 'duplicate');
  assert.equal(privacyProcess.summary(customer.state).closed, true);
});

test('a store that has left is one case, from its leaving on, and is then erased as a whole', () => {
  let state = privacyProcess.initial('shop/store');
  const tell = (message: StreamMessage) => {
    const { facts } = privacyProcess.decide(state, message, context);
    state = facts.reduce<typeof state>(
      (before, fact: PrivacyFact) => privacyProcess.evolve(before, fact),
      state,
    );
    return facts.map(({ type, opens }: PrivacyFact) => `${type}${opens ? ' (case)' : ''}`);
  };
  assert.deepEqual(tell({ type: 'privacy.uninstalled' }), ['AppUninstalled (case)']);
  assert.deepEqual(tell({ type: 'privacy.uninstalled' }), []);
  assert.deepEqual(tell({ type: 'privacy.storeErasure' }), ['StoreErasureRequested']);
  assert.deepEqual(tell({ type: 'privacy.storeErasure' }), []);
  assert.deepEqual(state.erasing, { customer: null });
  assert.deepEqual(tell({ type: 'privacy.erased', orders: 9 }), ['ErasureCarriedOut']);
  assert.ok(privacyProcess.forgets?.(state));
});
