/** Returns for tests: what a channel shows of one, and how the hub hears of it. */
import type { Return } from '../../src/domain/canonical/index.ts';
import type { RetailerConfigInput } from '../../src/domain/config.ts';
import { both } from './builders.ts';
import type { OrderLife } from './order-life.ts';

export const RETURN_KEY = 'shop/71';

/** A return of two of three units of line A. */
export function aReturn(changes: Partial<Return> = {}): Return {
  return {
    schema: 'return/1',
    returnId: '71',
    channelOrderId: '1',
    name: '#1-R1',
    status: 'open',
    createdAt: '2026-10-02T08:00:00.000Z',
    approvedAt: '2026-10-02T08:00:00.000Z',
    closedAt: null,
    declined: null,
    lines: [
      {
        returnLineId: 'RL1',
        lineId: 'A-line',
        quantity: 2,
        processedQuantity: 0,
        reason: 'defective',
        restockingFee: null,
        dispositions: [],
      },
    ],
    exchangeLines: [],
    shippingFee: both(0),
    deliveries: [],
    refundIds: [],
    ...changes,
  };
}

/** Its line, otherwise. */
export const returnLines = (changes: Partial<Return['lines'][number]>): Return['lines'] => [
  { ...(aReturn().lines[0] as Return['lines'][number]), ...changes },
];

export const disposed = (
  dispositionId: string,
  disposition: Return['lines'][number]['dispositions'][number]['disposition'],
  quantity = 1,
  at = '2026-10-05T08:00:00.000Z',
) => ({ dispositionId, disposition, quantity, location: '8', locationName: 'WH', at });

/** A warehouse of whose returns the channel tells. */
export const returnsByChannel: Partial<RetailerConfigInput> = {
  locations: [
    {
      id: 'WH',
      name: 'Warehouse',
      kind: 'warehouse',
      fulfilment: 'wms',
      inventory: 'stock',
      returnsBy: 'channel',
    },
  ],
};

/** News of the return comes, and its channel shows it so. */
export function seeReturn({ hub }: OrderLife, content: Return): void {
  hub.send('return', RETURN_KEY, { type: 'return.hint', topic: 'returns/approve' });
  const { body } = hub.last('channel.readReturn');
  hub.send('return', RETURN_KEY, { type: 'return.snapshot', return: content, read: body.read });
  for (const _ of hub.open('channel.readReturn')) hub.done('channel.readReturn');
}
