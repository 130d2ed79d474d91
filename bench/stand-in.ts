/** The connector of the benchmark: the in-process stand-in with signed deliveries, verified as Shopify's are. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Command, Connector } from '../src/connectors/contract.ts';
import { standInConnector } from '../test/support/stand-in.ts';

export const SECRET = 'bench-secret';
/** Of the hub's API. */
export const TOKEN = 'bench-token';

/** The signature of a body: base64 of HMAC-SHA256, as in `X-Shopify-Hmac-Sha256`. */
export function sign(body: Uint8Array): string {
  return createHmac('sha256', SECRET).update(body).digest('base64');
}

/** @param onShipped called when the shipment of an order was booked. */
export function benchConnector(onShipped: () => void): Connector<object> {
  const hooks = {
    onEffect: (command: Command) => {
      if (command.kind === 'erp.recordShipment') onShipped();
    },
  };
  const standIn = standInConnector(hooks, {
    concurrency: 256,
    callTimeoutMs: 10_000,
    pollEveryMs: 3_600_000,
  });
  return {
    ...standIn,
    intake: (connection, settings) => ({
      ...standIn.intake(connection, { ...settings }),
      verify: (delivery) => {
        const given = Buffer.from(delivery.headers['x-signature'] ?? '');
        const right = Buffer.from(sign(delivery.body));
        const same = given.length === right.length && timingSafeEqual(given, right);
        return same
          ? { ok: true, deliveryId: null, eventId: null, topic: 'orders/create' }
          : { ok: false, problem: 'unsigned' };
      },
    }),
  } as Connector<object>;
}
