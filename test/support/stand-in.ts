/**
 * An in-process stand-in for every role: it answers commands at once and ships what is released at once, so that what is
 * measured and tested is the hub alone. Deliveries carry canonical orders or messages as JSON.
 */
import { z } from 'zod';
import {
  type Command,
  type Delivery,
  defineConnector,
  type Failure,
  type FeedPage,
  type LookUp,
  type Outcome,
  orderKey,
} from '../../src/connectors/contract.ts';
import type { Person } from '../../src/domain/canonical/index.ts';
import type { CommandKind } from '../../src/domain/commands.ts';
import type { ObservedMessage } from '../../src/domain/messages.ts';

export interface StandInBody {
  stream: 'order' | 'stock' | 'return';
  key: string;
  message: ObservedMessage;
  persons: Person[];
}

/** What a test may change of the stand-in's behaviour. */
export interface StandInHooks {
  /** Replaces the answer to a command; undefined: the usual one. */
  perform?: (command: Command) => Outcome | Promise<Outcome> | undefined;
  lookUp?: (command: Command) => LookUp | undefined;
  /** Gives it a feed, and what is read there. */
  poll?: () => FeedPage | Failure | undefined;
  /** Called with every command that took effect. */
  onEffect?: (command: Command) => void;
}

/** Makes a delivery of a message, as the stand-in's intake reads it. */
export function standInDelivery(body: StandInBody): Delivery {
  return {
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
    origin: 'webhook',
    topic: body.message.type,
  };
}

const ALL: CommandKind[] = [
  'channel.readOrder',
  'inventory.readLevel',
  'channel.createFulfilment',
  'channel.cancelOrder',
  'erp.createSalesOrder',
  'erp.amendSalesOrder',
  'erp.cancelSalesOrder',
  'erp.recordShipment',
  'erp.recordRefund',
  'fulfilment.release',
  'fulfilment.cancelRelease',
  'fulfilment.announceReturn',
  'channel.readReturn',
  'channel.findReturns',
  'channel.createReturn',
  'channel.approveReturn',
  'channel.declineReturn',
  'channel.closeReturn',
  'channel.refund',
];

export function standInConnector(
  hooks: StandInHooks = {},
  limits = { concurrency: 64, callTimeoutMs: 10_000, pollEveryMs: 300_000 },
) {
  let count = 0;
  const shipped = (command: Extract<Command, { kind: 'fulfilment.release' }>): Delivery =>
    standInDelivery({
      stream: 'order',
      key: command.body.reference,
      persons: [],
      message: {
        type: 'fulfilment.shipped',
        releaseId: command.body.releaseId,
        shipmentId: `${command.body.releaseId}-S1`,
        lines: command.body.lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
        tracking: { company: 'Post', number: `T${count}`, url: null },
        at: '2026-10-02T10:00:00.000Z',
      },
    });
  const answer = (command: Command): Outcome => {
    count += 1;
    hooks.onEffect?.(command);
    switch (command.kind) {
      case 'channel.createFulfilment':
        return { status: 'done', result: { fulfilmentId: `F${count}` } };
      case 'channel.findReturns':
        return { status: 'done', result: { returnIds: [] } };
      case 'channel.createReturn':
        return { status: 'done', result: { returnId: `R${count}` } };
      case 'channel.refund':
        return { status: 'done', result: { refundId: `RF${count}`, amountMinor: command.body.amountMinor } };
      case 'erp.createSalesOrder':
        return { status: 'done', result: { salesOrderId: `SO${count}`, number: `SO-${count}` } };
      case 'channel.readMoney':
      case 'erp.readDocuments':
      case 'finance.readDocuments':
        return { status: 'rejected', code: 'not-supported', message: 'it does not tell', suggestedFix: '' };
      case 'erp.recordShipment':
        return { status: 'done', result: { deliveryId: `D${count}` } };
      case 'erp.recordRefund':
        return { status: 'done', result: { creditId: `C${count}` } };
      case 'fulfilment.release':
        return { status: 'done', result: { externalId: `X${count}` }, observations: [shipped(command)] };
      default:
        return { status: 'done', result: {} };
    }
  };
  return defineConnector({
    manifest: {
      name: 'stand-in',
      title: 'In-process stand-in',
      version: '1',
      roles: ['channel', 'erp', 'inventory', 'fulfilment'],
      feeds: hooks.poll ? ['news'] : [],
      commands: Object.fromEntries(
        ALL.map((kind) => [kind, { idempotency: 'searchableReference', longestOperationMs: 60_000 }]),
      ),
    },
    settings: z.object({}).loose(),
    limits: () => limits,
    intake: () => ({
      verify: (delivery) => ({ ok: true, deliveryId: null, eventId: null, topic: delivery.topic }),
      address: (delivery) => {
        const { stream, key } = JSON.parse(Buffer.from(delivery.body).toString()) as StandInBody;
        return { stream, key };
      },
      normalise: (delivery) => {
        const { message, persons } = JSON.parse(Buffer.from(delivery.body).toString()) as StandInBody;
        return { message, persons };
      },
    }),
    open: () => ({
      admit: () => 0,
      perform: async (command) => (await hooks.perform?.(command)) ?? answer(command),
      lookUp: async (command) => hooks.lookUp?.(command) ?? { status: 'absent' },
      poll: async () => hooks.poll?.() ?? { deliveries: [], cursor: '', more: false },
      check: async () => ({ ok: true, message: 'here' }),
      close: async () => undefined,
    }),
  });
}

export { orderKey };
