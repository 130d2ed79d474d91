/** The contract suite on the connector `rest`, in each of its roles. */
import { Clock } from '../../base/clock.ts';
import type { CommandKind, Role } from '../../domain/commands.ts';
import { NO_FAULTS } from '../../sandbox/kit/faults.ts';
import { World } from '../../sandbox/kit/world.ts';
import {
  type ContractBench,
  type ContractHarness,
  contractSuite,
  type ReadyCommand,
} from '../contract-suite.ts';
import { rest } from './index.ts';
import type { OfferedKind } from './manifest.ts';
import { createRestSandbox, type RestSandbox } from './sandbox/index.ts';
import { anOrderSpec, RICH_ORDER } from './sandbox/testing.ts';
import { anAnnouncedReturn, aRelease, aSalesOrder, BLOCKED_ITEM } from './testing.ts';

const START = Date.UTC(2026, 10, 23, 6);
const MINUTE_MS = 60_000;
const SECRET = `whsec_${Buffer.from('a secret of at least 24 bytes').toString('base64')}`;
const CONNECTION = 'in-house';

type RestRole = Extract<Role, 'channel' | 'erp' | 'fulfilment' | 'inventory'>;

contractSuite(
  'rest as a channel',
  harness('channel', ['channel.readOrder', 'channel.createFulfilment', 'channel.cancelOrder'], 'orders'),
);
contractSuite(
  'rest as an ERP',
  harness(
    'erp',
    [
      'erp.createSalesOrder',
      'erp.amendSalesOrder',
      'erp.cancelSalesOrder',
      'erp.recordShipment',
      'erp.recordRefund',
      'erp.readDocuments',
    ],
    'sales-orders',
  ),
);
contractSuite(
  'rest as fulfilment',
  harness(
    'fulfilment',
    ['fulfilment.release', 'fulfilment.cancelRelease', 'fulfilment.announceReturn'],
    'releases',
  ),
);
contractSuite('rest as inventory', harness('inventory', ['inventory.readLevel'], 'stock'));

function harness(role: RestRole, kinds: ContractHarness['kinds'], feed: string): ContractHarness {
  return { connector: rest, kinds, feeds: [feed], start: ({ webhookUrl }) => startBench(role, webhookUrl) };
}

async function startBench(role: RestRole, webhookUrl: string): Promise<ContractBench> {
  const clock = new Clock(START, { frozen: true });
  const world = new World({ clock, seed: 'contract', faults: NO_FAULTS });
  const sandbox = await createRestSandbox(world, {
    connection: CONNECTION,
    roles: [role],
    token: 'right',
    webhookSecret: SECRET,
    webhookTarget: () => webhookUrl,
    blockedItems: [BLOCKED_ITEM],
    stock: Array.from({ length: 450 }, (_, index) => ({
      item: `ITEM-${index + 1}`,
      location: 'WH',
      onHand: 100,
    })),
    behaviour: {
      acceptAfterMs: [MINUTE_MS, MINUTE_MS],
      shipAfterMs: {
        warehouse: [MINUTE_MS, MINUTE_MS],
        store: [MINUTE_MS, MINUTE_MS],
        '3pl': [MINUTE_MS, MINUTE_MS],
      },
      splitChance: 0,
      shortPickChance: 0,
      creditHoldChance: 0,
    },
  });
  const settings: ContractBench['settings'] = (url, change) => ({
    baseUrl: url,
    token: change?.badCredentials ? 'wrong' : 'right',
    webhookSecrets: [change?.webhookSecret ?? SECRET],
    roles: [role],
  });
  const session = rest.open({
    connection: CONNECTION,
    settings: rest.settings.parse(settings(sandbox.url)),
    clock,
    log: () => {},
  });
  let serial = 0;
  const act = async (ready: ReadyCommand) => {
    const outcome = await session.perform(
      { ...ready, id: 'setup', attempt: 1, firstAttemptAt: clock.now(), persons: new Map() } as Parameters<
        typeof session.perform
      >[0],
      AbortSignal.timeout(5_000),
    );
    if (outcome.status !== 'done') throw new Error(`${ready.kind} in the set-up: ${JSON.stringify(outcome)}`);
  };
  const reference = () => {
    serial += 1;
    return `shop/${serial}`;
  };

  async function prepare(kind: ReadyCommand['kind']): Promise<ReadyCommand> {
    switch (kind) {
      case 'channel.readOrder':
        return { kind, key: `read#${serial}`, body: { channelOrderId: placed(sandbox) } };
      case 'channel.createFulfilment': {
        const channelOrderId = placed(sandbox);
        const body = {
          channelOrderId,
          shipmentId: `parcel/${channelOrderId}#1`,
          location: 'WH',
          lines: [{ lineId: `${channelOrderId}-1`, quantity: 1 }],
          tracking: { company: 'Post', number: 'P1', url: null },
          shippedAt: clock.nowIso(),
        };
        return { kind, key: `fulfil#${channelOrderId}`, body };
      }
      case 'channel.cancelOrder': {
        const channelOrderId = placed(sandbox);
        return {
          kind,
          key: `cancel#${channelOrderId}`,
          body: { channelOrderId, reason: 'customer', refund: true, restock: true },
        };
      }
      case 'erp.createSalesOrder': {
        const document = aSalesOrder(reference());
        return { kind, key: `${document.reference}#so/1`, body: document, persons: [RICH_PERSON] };
      }
      case 'erp.amendSalesOrder': {
        const document = await booked();
        return {
          kind,
          key: `${document.reference}#so/2/1`,
          body: { ...aSalesOrder(document.reference, 1), revision: 2 },
        };
      }
      case 'erp.cancelSalesOrder': {
        const document = await booked();
        return {
          kind,
          key: `${document.reference}#so/cancel/1`,
          body: { reference: document.reference, reason: 'customer' },
        };
      }
      case 'erp.recordShipment':
        return shipmentOf((await booked()).reference, 1);
      case 'erp.recordRefund': {
        const { reference } = await booked();
        await act(shipmentOf(reference, 1));
        const body = {
          reference,
          refundId: 'gid://R/1',
          currency: 'EUR',
          cashMinor: 1000,
          credits: [{ lineId: '1', quantity: 1, amountMinor: 1000, taxMinor: 160 }],
          shippingMinor: 0,
          removedMinor: 0,
          adjustmentMinor: 0,
          refundedAt: clock.nowIso(),
        };
        return { kind, key: `${reference}#refund/1`, body };
      }
      case 'erp.readDocuments': {
        const body = {
          entity: 'hv-de',
          from: clock.nowIso(),
          until: '2027-01-01T00:00:00.000Z',
          after: null,
        };
        return { kind, key: `documents#${reference()}`, body };
      }
      case 'fulfilment.release': {
        const body = aRelease(reference());
        return { kind, key: `${body.releaseId}/1`, body };
      }
      case 'fulfilment.cancelRelease': {
        const body = aRelease(reference());
        await act({ kind: 'fulfilment.release', key: `${body.releaseId}/1`, body });
        return {
          kind,
          key: `${body.releaseId}/cancel/1`,
          body: { releaseId: body.releaseId, reference: body.reference, reason: 'changed' },
        };
      }
      case 'fulfilment.announceReturn': {
        const body = anAnnouncedReturn(reference());
        return { kind, key: `${body.reference}#announce/1`, body };
      }
      case 'inventory.readLevel':
        return { kind, key: `level#${reference()}`, body: { item: 'ITEM-1', location: 'WH' } };
      default:
        return notOffered(kind);
    }
  }

  async function booked() {
    const document = aSalesOrder(reference());
    await act({ kind: 'erp.createSalesOrder', key: `${document.reference}#so/1`, body: document });
    return document;
  }

  const shipmentOf = (reference: string, quantity: number): ReadyCommand => ({
    kind: 'erp.recordShipment',
    key: `${reference}#ship/1`,
    body: {
      reference,
      shipmentId: 'pcl/1',
      location: 'WH',
      lines: [{ lineId: '1', quantity }],
      shippedAt: clock.nowIso(),
      trackingNumber: 'P1',
    },
  });

  async function refused(kind: ReadyCommand['kind']): Promise<ReadyCommand | null> {
    switch (kind) {
      case 'channel.readOrder':
        return { kind, key: 'read#none', body: { channelOrderId: 'NONE' } };
      case 'channel.createFulfilment': {
        const ready = await prepare(kind);
        return ready.kind === kind
          ? {
              ...ready,
              body: { ...ready.body, lines: ready.body.lines.map((line) => ({ ...line, quantity: 99 })) },
            }
          : null;
      }
      case 'channel.cancelOrder': {
        const fulfilment = await prepare('channel.createFulfilment');
        await act(fulfilment);
        if (fulfilment.kind !== 'channel.createFulfilment') return null;
        const { channelOrderId } = fulfilment.body;
        return {
          kind,
          key: `cancel#${channelOrderId}`,
          body: { channelOrderId, reason: 'customer', refund: true, restock: true },
        };
      }
      case 'erp.createSalesOrder': {
        const document = aSalesOrder(reference());
        return {
          kind,
          key: `${document.reference}#so/1`,
          body: { ...document, lines: document.lines.map((line) => ({ ...line, item: BLOCKED_ITEM })) },
        };
      }
      case 'erp.amendSalesOrder': {
        const document = await booked();
        return {
          kind,
          key: `${document.reference}#so/2/1`,
          body: { ...document, totalMinor: document.totalMinor + 1, revision: 2 },
        };
      }
      case 'erp.cancelSalesOrder': {
        const document = await booked();
        await act(shipmentOf(document.reference, 1));
        return {
          kind,
          key: `${document.reference}#so/cancel/1`,
          body: { reference: document.reference, reason: 'customer' },
        };
      }
      case 'erp.recordShipment':
        return shipmentOf((await booked()).reference, 99);
      case 'erp.readDocuments': {
        const body = { entity: 'hv-de', from: 'yesterday', until: 'today', after: null };
        return { kind, key: `documents#${reference()}`, body };
      }
      case 'erp.recordRefund': {
        const ready = await prepare(kind);
        return ready.kind === kind
          ? {
              ...ready,
              body: {
                ...ready.body,
                credits: ready.body.credits.map((credit) => ({ ...credit, quantity: 2 })),
              },
            }
          : null;
      }
      case 'fulfilment.release': {
        const body = aRelease(reference());
        return {
          kind,
          key: `${body.releaseId}/1`,
          body: { ...body, lines: body.lines.map((line) => ({ ...line, item: 'NO-SUCH-ITEM' })) },
        };
      }
      case 'fulfilment.cancelRelease': {
        const ready = await prepare(kind);
        clock.advanceTo(clock.now() + MINUTE_MS);
        clock.advanceTo(clock.now() + MINUTE_MS);
        return ready;
      }
      case 'fulfilment.announceReturn': {
        const body = anAnnouncedReturn(reference());
        const lines = body.lines.map((line) => ({ ...line, item: 'NO-SUCH-ITEM' }));
        return { kind, key: `${body.reference}#announce/1`, body: { ...body, lines } };
      }
      case 'inventory.readLevel':
        return { kind, key: 'level#none', body: { item: 'NO-SUCH-ITEM', location: 'WH' } };
      default:
        return notOffered(kind);
    }
  }

  async function provoke(): Promise<void> {
    switch (role) {
      case 'channel':
        placed(sandbox);
        return;
      case 'erp':
        sandbox.erp?.holdOrder((await booked()).reference, 'credit limit');
        return;
      case 'fulfilment':
        await act(await prepare('fulfilment.release'));
        clock.advanceTo(clock.now() + MINUTE_MS);
        return;
      case 'inventory':
        sandbox.fulfilment?.receive('ITEM-1', 'WH', 5);
        return;
      default:
        return role satisfies never;
    }
  }

  return {
    connection: CONNECTION,
    clock,
    url: sandbox.url,
    settings,
    prepare,
    refused,
    effects: (ready) => effectsOf(sandbox, ready),
    changes: ({ method }) => method !== 'GET',
    throttled: {
      answer: { status: 429, headers: { 'retry-after': '7' }, body: '{"code":"too-many-requests"}' },
      leastRetryMs: 7_000,
    },
    provoke,
    ...(role === 'channel'
      ? {
          richOrder: async () => {
            const channel = sandbox.channel as NonNullable<RestSandbox['channel']>;
            const channelOrderId = channel.placeOrder(RICH_ORDER);
            channel.editOrder(channelOrderId, { line: { index: 0, quantity: 2 } });
            const lineId = `${channelOrderId}-2`;
            await act({
              kind: 'channel.createFulfilment',
              key: `rich#${channelOrderId}`,
              body: {
                channelOrderId,
                shipmentId: 'pcl/rich',
                location: 'WH',
                lines: [{ lineId, quantity: 1 }],
                tracking: null,
                shippedAt: clock.nowIso(),
              },
            });
            channel.refund(channelOrderId, {
              lines: [{ index: 1, quantity: 1 }],
              shipping: true,
              amount: '1.00',
              pending: true,
            });
            const { lastName, email, phone, address1, city } = RICH_ORDER.shopper;
            return { channelOrderId, personal: [lastName, email, phone ?? '', address1, city] };
          },
        }
      : {}),
    async close() {
      world.close();
      await session.close();
      await sandbox.close();
      if (world.failures.length > 0)
        throw new Error(`the sandbox itself failed: ${world.failures.join('\n')}`);
    },
  };
}

const RICH_PERSON = {
  schema: 'person/1' as const,
  personId: 'person-1',
  name: 'Ada Lovelace',
  company: null,
  email: 'ada@example.com',
  phone: null,
  address1: 'St James’s Square 12',
  address2: null,
  city: 'London',
  postalCode: 'SW1',
  provinceCode: null,
  countryCode: 'GB',
};

function placed(sandbox: RestSandbox): string {
  return (sandbox.channel as NonNullable<RestSandbox['channel']>).placeOrder(anOrderSpec());
}

function effectsOf(sandbox: RestSandbox, ready: ReadyCommand): number {
  const order = (id: string) => sandbox.channel?.books().orders.find((each) => each.channelOrderId === id);
  const salesOrders = (reference: string) =>
    (sandbox.erp?.books().salesOrders ?? []).filter((each) => each.reference === reference);
  const releases = (releaseId: string) =>
    (sandbox.fulfilment?.books().releases ?? []).filter((each) => each.releaseId === releaseId);
  switch (ready.kind) {
    case 'channel.readOrder':
    case 'inventory.readLevel':
    case 'erp.readDocuments':
      return 0;
    case 'channel.createFulfilment':
      return (order(ready.body.channelOrderId)?.fulfilments ?? []).filter(
        (each) => each.shipmentId === ready.body.shipmentId,
      ).length;
    case 'channel.cancelOrder':
      return order(ready.body.channelOrderId)?.cancelled ? 1 : 0;
    case 'erp.createSalesOrder':
      return salesOrders(ready.body.reference).length;
    case 'erp.amendSalesOrder':
      return salesOrders(ready.body.reference).filter((each) => each.revision === ready.body.revision).length;
    case 'erp.cancelSalesOrder':
      return salesOrders(ready.body.reference).filter((each) => each.status === 'cancelled').length;
    case 'erp.recordShipment':
      return salesOrders(ready.body.reference)
        .flatMap((each) => each.shipments)
        .filter((each) => each.shipmentId === ready.body.shipmentId).length;
    case 'erp.recordRefund':
      return salesOrders(ready.body.reference)
        .flatMap((each) => each.refunds)
        .filter((each) => each.refundId === ready.body.refundId).length;
    case 'fulfilment.release':
      return releases(ready.body.releaseId).length;
    case 'fulfilment.cancelRelease':
      return releases(ready.body.releaseId).filter((each) => each.status === 'cancelled').length;
    case 'fulfilment.announceReturn':
      return (sandbox.returns?.books() ?? [])
        .filter((each) => each.announcementId === ready.body.announcementId)
        .flatMap(({ revisions }) => revisions).length;
    default:
      return notOffered(ready.kind);
  }
}

/** What a finance system is asked has a test of its own: contract-finance.test.ts. */
type FinanceKind = Extract<OfferedKind, `finance.${string}`>;

/** A command that these systems do not take; one that they do and that a switch has forgotten does not compile. */
function notOffered(kind: Exclude<CommandKind, OfferedKind> | FinanceKind): never {
  throw new Error(`these systems take no ${kind}`);
}
