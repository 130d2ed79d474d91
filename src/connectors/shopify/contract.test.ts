/** The contract suite on the connector `shopify`. */
import { Clock } from '../../base/clock.ts';
import { NO_FAULTS } from '../../sandbox/kit/faults.ts';
import type { OrderSpec } from '../../sandbox/kit/types.ts';
import { World } from '../../sandbox/kit/world.ts';
import { type ContractBench, contractSuite, type ReadyCommand } from '../contract-suite.ts';
import { shopify } from './index.ts';
import { CHANNEL_KINDS } from './manifest.ts';
import { createShopifySandbox, type ShopifySandbox } from './sandbox/index.ts';

const START = Date.UTC(2026, 10, 23, 6);
const CONNECTION = 'shop';
const SHOP = 'one.myshopify.test';
const SECRET = 'a client secret';

contractSuite('shopify', {
  connector: shopify,
  kinds: CHANNEL_KINDS,
  feeds: ['orders'],
  start: ({ webhookUrl }) => startBench(webhookUrl),
});

async function startBench(webhookUrl: string): Promise<ContractBench> {
  const clock = new Clock(START, { frozen: true });
  const world = new World({ clock, seed: 'contract', faults: NO_FAULTS });
  const sandbox = await createShopifySandbox(world, {
    connection: CONNECTION,
    shop: SHOP,
    name: 'One',
    currency: 'EUR',
    taxesIncluded: false,
    clientId: 'client',
    clientSecret: SECRET,
    webhookTarget: () => webhookUrl,
    locations: ['WH', 'STORE'],
    fulfilmentServices: ['WH', 'STORE'],
    // The job is done at once: time stands still here. How its end is awaited is tested in commands.test.ts.
    cancelJobMs: 0,
  });
  const settings: ContractBench['settings'] = (url, change) => ({
    shopDomain: SHOP,
    baseUrl: url,
    clientId: change?.badCredentials ? 'nobody' : 'client',
    clientSecret: change?.webhookSecret ?? SECRET,
  });

  async function prepare(kind: ReadyCommand['kind']): Promise<ReadyCommand> {
    const channelOrderId = sandbox.placeOrder(aSpec());
    switch (kind) {
      case 'channel.readOrder':
        return { kind, key: `read#${channelOrderId}`, body: { channelOrderId } };
      case 'channel.findOrder': {
        const [at] = sandbox.orders.get(channelOrderId)?.fulfilmentOrders ?? [];
        return { kind, key: `find#${channelOrderId}`, body: { fulfilmentOrderId: at?.id ?? '' } };
      }
      case 'channel.createFulfilment':
        return fulfilmentOf(sandbox, channelOrderId, clock.nowIso());
      case 'channel.cancelOrder':
        return cancellationOf(channelOrderId);
      case 'channel.assignLocations':
        return assignmentOf(sandbox, channelOrderId);
      case 'channel.holdFulfilment':
        return holdOf(channelOrderId);
      case 'channel.releaseHold':
        await act(holdOf(channelOrderId));
        return { kind, key: `release#${channelOrderId}`, body: { channelOrderId } };
      case 'channel.answerRequest': {
        sandbox.askServices(channelOrderId, 'fulfilment');
        const [at] = sandbox.orders.get(channelOrderId)?.fulfilmentOrders ?? [];
        return {
          kind,
          key: `answer#${channelOrderId}`,
          body: {
            channelOrderId,
            requestId: at?.id ?? '',
            request: 'fulfilment',
            answer: 'accept',
            reason: 'other',
            note: 'the goods are released',
          },
        };
      }
      case 'channel.capturePayment':
        return captureOf(sandbox.placeOrder(aSpec({ payment: 'authorised' })));
      case 'channel.writeReferences':
        return {
          kind,
          key: `references#${channelOrderId}`,
          body: {
            channelOrderId,
            references: { salesOrderNumber: 'SO-1' },
            tags: { add: ['erp:SO-1'], remove: ['erp:SO-0'] },
          },
        };
      case 'channel.readMoney': {
        const from = new Date(clock.now() - 86_400_000).toISOString();
        const until = new Date(clock.now() + 86_400_000).toISOString();
        return { kind, key: `money#${channelOrderId}`, body: { from, until, after: null } };
      }
      case 'channel.findReturns':
        await returned(channelOrderId);
        return { kind, key: `returns#${channelOrderId}`, body: { channelOrderId } };
      case 'channel.createReturn':
        await act(fulfilmentOf(sandbox, channelOrderId, clock.nowIso()));
        return returnOf(sandbox, channelOrderId);
      case 'channel.readReturn': {
        const { id: returnId } = await returned(channelOrderId);
        return { kind, key: `read#${returnId}`, body: { returnId, read: 1 } };
      }
      case 'channel.approveReturn': {
        const { id: returnId } = await returned(channelOrderId, 'REQUESTED');
        return { kind, key: `approve#${returnId}`, body: { returnId } };
      }
      case 'channel.declineReturn': {
        const { id: returnId } = await returned(channelOrderId, 'REQUESTED');
        return { kind, key: `decline#${returnId}`, body: { returnId, note: 'worn' } };
      }
      case 'channel.closeReturn': {
        const { id: returnId } = await returned(channelOrderId);
        return { kind, key: `close#${returnId}`, body: { returnId } };
      }
      case 'channel.refund':
        return refundOf(channelOrderId, await returned(channelOrderId));
      default:
        throw new Error(`a store takes no ${kind}`);
    }
  }

  async function refused(kind: ReadyCommand['kind']): Promise<ReadyCommand | null> {
    const ready = await prepare(kind);
    switch (ready.kind) {
      case 'channel.readOrder':
        return { ...ready, body: { channelOrderId: '404404' } };
      case 'channel.findOrder':
        return { ...ready, body: { fulfilmentOrderId: '404404' } };
      case 'channel.createFulfilment': {
        const lines = ready.body.lines.map((line) => ({ ...line, quantity: 99 }));
        return { ...ready, body: { ...ready.body, lines } };
      }
      case 'channel.cancelOrder': {
        await act(fulfilmentOf(sandbox, ready.body.channelOrderId, clock.nowIso()));
        return ready;
      }
      case 'channel.assignLocations':
        return {
          ...ready,
          body: { ...ready.body, parts: ready.body.parts.map((part) => ({ ...part, location: 'NOWHERE' })) },
        };
      case 'channel.holdFulfilment':
        return { ...ready, body: { ...ready.body, channelOrderId: '404404' } };
      case 'channel.releaseHold':
        return { ...ready, body: { channelOrderId: '404404' } };
      case 'channel.answerRequest':
        return { ...ready, body: { ...ready.body, channelOrderId: '404404' } };
      case 'channel.capturePayment':
        return { ...ready, body: { ...ready.body, amountMinor: 10_000_000 } };
      case 'channel.writeReferences':
        return { ...ready, body: { ...ready.body, channelOrderId: '404404' } };
      case 'channel.readMoney':
        return { ...ready, body: { ...ready.body, until: ready.body.from } };
      case 'channel.findReturns':
        return { ...ready, body: { channelOrderId: '404404' } };
      case 'channel.readReturn':
        return { ...ready, body: { ...ready.body, returnId: '404404' } };
      case 'channel.approveReturn':
      case 'channel.closeReturn':
        return { ...ready, body: { returnId: '404404' } };
      case 'channel.declineReturn':
        return { ...ready, body: { ...ready.body, returnId: '404404' } };
      case 'channel.createReturn': {
        const lines = ready.body.lines.map((line) => ({ ...line, quantity: 99 }));
        return { ...ready, body: { ...ready.body, lines } };
      }
      case 'channel.refund':
        return { ...ready, body: { ...ready.body, amountMinor: 10_000_000 } };
      default:
        return null;
    }
  }

  /** What has left of an order is to come back; `REQUESTED`: as a shopper asks for it. */
  async function returned(channelOrderId: string, status: 'OPEN' | 'REQUESTED' = 'OPEN') {
    await act(fulfilmentOf(sandbox, channelOrderId, clock.nowIso()));
    await act(returnOf(sandbox, channelOrderId));
    const [made] = sandbox.orders.get(channelOrderId)?.returns ?? [];
    if (!made) throw new Error(`order ${channelOrderId} has no return`);
    made.status = status;
    return made;
  }

  /** All that was authorised of an order. */
  function captureOf(channelOrderId: string): ReadyCommand {
    const order = sandbox.orders.get(channelOrderId);
    const authorisation = order?.transactions.find(({ kind }) => kind === 'authorization');
    if (!order || !authorisation) throw new Error(`order ${channelOrderId} is not authorised`);
    return {
      kind: 'channel.capturePayment',
      key: `capture#${channelOrderId}`,
      body: {
        channelOrderId,
        captureId: `capture#${channelOrderId}`,
        authorisation: authorisation.id,
        amountMinor: Number(authorisation.amount.presentment),
        currency: order.presentmentCurrency,
        capturedBeforeMinor: 0,
        final: true,
      },
    };
  }

  const session = shopify.open({
    connection: CONNECTION,
    settings: shopify.settings.parse(settings(sandbox.baseUrl)),
    clock,
    log: () => {},
  });
  const act = async (ready: ReadyCommand): Promise<void> => {
    const command = { ...ready, id: 'setup', attempt: 1, firstAttemptAt: clock.now(), persons: new Map() };
    const outcome = await session.perform(
      command as Parameters<typeof session.perform>[0],
      AbortSignal.timeout(5_000),
    );
    if (outcome.status !== 'done') throw new Error(`${ready.kind} in the set-up: ${JSON.stringify(outcome)}`);
  };

  return {
    connection: CONNECTION,
    clock,
    url: sandbox.baseUrl,
    settings,
    prepare,
    refused,
    effects: (ready) => effectsOf(sandbox, ready),
    changes: ({ body }) => /"query":"mutation\b/.test(body),
    throttled: {
      answer: {
        status: 429,
        headers: { 'retry-after': '7.0' },
        body: '{"errors":"Exceeded 2 calls per second"}',
      },
      leastRetryMs: 7_000,
    },
    async provoke() {
      sandbox.placeOrder(aSpec());
    },
    async richOrder() {
      const channelOrderId = sandbox.placeOrder(RICH);
      clock.advanceTo(clock.now() + 60_000);
      sandbox.editOrder(channelOrderId, { line: { index: 0, quantity: 2 } });
      clock.advanceTo(clock.now() + 60_000);
      const shipped = fulfilmentOf(sandbox, channelOrderId, clock.nowIso());
      await act(shipped);
      clock.advanceTo(clock.now() + 60_000);
      sandbox.refund(channelOrderId, {
        lines: [{ index: 1, quantity: 1 }],
        shipping: true,
        amount: '1.00',
        pending: true,
      });
      const { lastName, email, phone, address1, city } = RICH.shopper;
      return { channelOrderId, personal: [lastName, email, phone ?? '', address1, city] };
    },
    async close() {
      world.close();
      await session.close();
      await sandbox.close();
      if (world.failures.length > 0)
        throw new Error(`the sandbox itself failed: ${world.failures.join('\n')}`);
    },
  };
}

/**
 * All units of the first line leave. The vendor enforces no key, so two calls at the same instant are kept apart by what is
 * left to fulfil: a second one finds nothing open, and then the first one's shipment. (A lane never makes two.)
 */
function fulfilmentOf(sandbox: ShopifySandbox, channelOrderId: string, shippedAt: string): ReadyCommand {
  const order = sandbox.books().orders.find((each) => each.channelOrderId === channelOrderId);
  const line = order?.lines[0];
  if (!line) throw new Error(`order ${channelOrderId} has no line`);
  return {
    kind: 'channel.createFulfilment',
    key: `fulfil#${channelOrderId}`,
    body: {
      channelOrderId,
      shipmentId: `parcel/${channelOrderId}#1`,
      location: 'WH',
      lines: [{ lineId: line.lineId, quantity: line.currentQuantity }],
      tracking: { company: 'Post', number: 'P1', url: null },
      shippedAt,
    },
  };
}

function cancellationOf(channelOrderId: string): ReadyCommand {
  return {
    kind: 'channel.cancelOrder',
    key: `cancel#${channelOrderId}`,
    body: { channelOrderId, reason: 'customer', refund: true, restock: true },
  };
}

/** All units of the first line are to come back. */
function returnOf(sandbox: ShopifySandbox, channelOrderId: string): ReadyCommand {
  const line = sandbox.books().orders.find((each) => each.channelOrderId === channelOrderId)?.lines[0];
  return {
    kind: 'channel.createReturn',
    key: `return#${channelOrderId}`,
    body: {
      channelOrderId,
      requestId: `return#${channelOrderId}`,
      lines: [{ lineId: line?.lineId ?? '', quantity: 2, reason: 'defective', note: 'a crack' }],
    },
  };
}

/** All units of a return are paid back: a second call at the same instant finds none left. */
function refundOf(
  channelOrderId: string,
  { id: returnId, lines: [line] }: { id: string; lines: { id: string; line: { id: string } }[] },
): ReadyCommand {
  return {
    kind: 'channel.refund',
    key: `refund#${channelOrderId}`,
    body: {
      channelOrderId,
      requestId: `refund#${channelOrderId}`,
      returnId,
      lines: [{ lineId: line?.line.id ?? '', quantity: 2, returnLineId: line?.id ?? '', processedBefore: 0 }],
      exchangeLines: [],
      shippingMinor: 0,
      amountMinor: 2380,
      currency: 'EUR',
      note: 'came back',
      refundsBefore: [],
    },
  };
}

function holdOf(channelOrderId: string): ReadyCommand {
  return {
    kind: 'channel.holdFulfilment',
    key: `hold#${channelOrderId}`,
    body: { channelOrderId, reason: 'stock', note: 'waits for stock' },
  };
}

/** All units of the first line are to leave from the place that the store has not planned with. */
function assignmentOf(sandbox: ShopifySandbox, channelOrderId: string): ReadyCommand {
  const at = plannedAt(sandbox, channelOrderId);
  const [line] = at;
  if (!line) throw new Error(`order ${channelOrderId} has no line`);
  const location = line.location === 'WH' ? 'STORE' : 'WH';
  const lines = [{ lineId: line.lineId, quantity: line.open }];
  return {
    kind: 'channel.assignLocations',
    key: `assign#${channelOrderId}`,
    body: { channelOrderId, parts: [{ location, lines }] },
  };
}

/** Units that the store has planned, by line and location. */
function plannedAt(sandbox: ShopifySandbox, channelOrderId: string) {
  const order = sandbox.books().orders.find((each) => each.channelOrderId === channelOrderId);
  return (order?.planned ?? []).flatMap(({ location, lines }) =>
    lines.map(({ lineId, quantity }) => ({ location, lineId, open: quantity })),
  );
}

function effectsOf(sandbox: ShopifySandbox, ready: ReadyCommand): number {
  const order = (id: string) => sandbox.books().orders.find((each) => each.channelOrderId === id);
  switch (ready.kind) {
    case 'channel.createFulfilment':
      return (order(ready.body.channelOrderId)?.fulfilments ?? []).filter((each) =>
        JSON.stringify(each).includes(ready.body.shipmentId),
      ).length;
    case 'channel.cancelOrder':
      return order(ready.body.channelOrderId)?.cancelled ? 1 : 0;
    case 'channel.assignLocations': {
      const planned = plannedAt(sandbox, ready.body.channelOrderId);
      const there = ready.body.parts.every(({ location, lines }) =>
        lines.every(
          ({ lineId, quantity }) =>
            planned
              .filter((each) => each.lineId === lineId && each.location === location)
              .reduce((units, each) => units + each.open, 0) === quantity,
        ),
      );
      return there ? 1 : 0;
    }
    case 'channel.holdFulfilment':
    case 'channel.releaseHold': {
      const planned = order(ready.body.channelOrderId)?.planned ?? [];
      const holds = planned.flatMap((each) => each.holds);
      if (ready.kind === 'channel.holdFulfilment') return holds.length;
      return planned.length > 0 && holds.length === 0 ? 1 : 0;
    }
    case 'channel.answerRequest':
      return (sandbox.orders.get(ready.body.channelOrderId)?.fulfilmentOrders ?? []).filter(
        ({ id, request }) => id === ready.body.requestId && request === 'ACCEPTED',
      ).length;
    case 'channel.capturePayment':
      return (sandbox.orders.get(ready.body.channelOrderId)?.transactions ?? []).filter(
        ({ kind, status }) => kind === 'capture' && status === 'success',
      ).length;
    case 'channel.createReturn':
      return sandbox.orders.get(ready.body.channelOrderId)?.returns?.length ?? 0;
    case 'channel.refund':
      return sandbox.orders.get(ready.body.channelOrderId)?.refunds.length ?? 0;
    case 'channel.approveReturn':
    case 'channel.declineReturn':
    case 'channel.closeReturn': {
      const { returnId } = ready.body;
      const status = { approve: 'OPEN', decline: 'DECLINED', close: 'CLOSED' } as const;
      const wanted = status[ready.kind.slice('channel.'.length, -'Return'.length) as keyof typeof status];
      return sandbox
        .books()
        .orders.flatMap(({ channelOrderId }) => sandbox.orders.get(channelOrderId)?.returns ?? [])
        .filter((each) => each.id === returnId && each.status === wanted).length;
    }
    case 'channel.writeReferences': {
      const { tags = [], metafields = [] } = sandbox.orders.get(ready.body.channelOrderId) ?? {};
      return (
        tags.filter((tag) => tag === 'erp:SO-1').length &&
        metafields.filter(({ value }) => value === 'SO-1').length
      );
    }
    default:
      return 0;
  }
}

function aSpec(changes: Partial<OrderSpec> = {}): OrderSpec {
  const tax = [{ title: 'MwSt', rate: '0.19' }];
  return {
    handle: 'order',
    currency: 'EUR',
    taxesIncluded: false,
    shopper: {
      accountId: 'C-1',
      firstName: 'Grete',
      lastName: 'Hermann-Weiß',
      email: 'grete.hermann@example.com',
      phone: '+49421555010',
      address1: 'Am Wall 7',
      city: 'Bremen',
      postalCode: '28195',
      provinceCode: null,
      countryCode: 'DE',
    },
    lines: [
      { sku: 'MUG', title: 'Mug', quantity: 3, unitPrice: '10.00', tax },
      { sku: 'POT', title: 'Pot', quantity: 2, unitPrice: '24.95', tax },
    ],
    shipping: { title: 'Standard', price: '4.90', tax },
    payment: 'paid',
    gateway: 'shopify_payments',
    ...changes,
  };
}

/**
 * Discounts of both kinds, a reduced tax, a gift card. One money: of a refund in another one the webhook does not tell all,
 * and is a hint (mapping.test.ts).
 */
const RICH = aSpec({
  orderDiscount: '7.77',
  lines: [
    {
      sku: 'MUG',
      title: 'Mug',
      quantity: 3,
      unitPrice: '19.99',
      discountPercent: '33',
      tax: [{ title: 'MwSt', rate: '0.19' }],
    },
    { sku: 'ALM', title: 'Almanac', quantity: 2, unitPrice: '12.00', tax: [{ title: 'MwSt', rate: '0.07' }] },
    { sku: null, title: 'Gift card', quantity: 1, unitPrice: '25.00', tax: [], giftCard: true },
  ],
});
