/**
 * What was written back to a channel, judged by the channel's own books: captures within what was authorised, none forgotten; the
 * number of the one live sales order; holds in our name only while we hold.
 */
import type { ChannelBooks, ErpBooks, FulfilmentBooks } from '../sandbox/kit/types.ts';
import type { Row, Sql } from '../store/db.ts';
import type { Invariant } from './findings.ts';

/** What a connection is to be told, as the newest configuration says. */
export interface WriteBackPolicy {
  /** The hub captures, by whichever rule. */
  captures: 'onShipment' | 'beforeExpiry' | 'channel';
  references: 'none' | 'metafields' | 'tags' | 'both';
  tagPrefix: string;
}

export interface WriteBack {
  order: ChannelBooks['orders'][number];
  policy: WriteBackPolicy | undefined;
  /** All that the ERP has of this order. */
  salesOrders: ErpBooks['salesOrders'];
  /** What was asked of locations for it. */
  releases: FulfilmentBooks['releases'];
  /** By our own word the channel keeps it back for us. */
  isHeldByUs: boolean;
  /** Somebody has been asked: what is undone is named. What was done too much is not excused. */
  hasCase: boolean;
}

type Found = (invariant: Invariant, message: string) => void;

/** The mark of what a channel keeps back in the hub's name. */
const OUR_HOLD = 'crossdock';
const NUMBER_KEY = 'sales_order_number';

/** Policies of all connections; none where no configuration was stored. */
export async function readWriteBackPolicies(sql: Sql): Promise<Map<string, WriteBackPolicy>> {
  const [newest] = await sql.query<Row & { text: string }>(
    'select body::text as text from configuration order by version desc limit 1',
  );
  if (!newest) return new Map();
  const { connections = [], policies = {} } = JSON.parse(newest.text) as {
    connections?: { id: string; capture?: string; references?: string; referenceTagPrefix?: string }[];
    policies?: { capture?: string };
  };
  return new Map(
    connections.map(({ id, capture, references, referenceTagPrefix }) => [
      id,
      {
        captures: (capture ?? policies.capture ?? 'channel') as WriteBackPolicy['captures'],
        references: (references ?? 'none') as WriteBackPolicy['references'],
        tagPrefix: referenceTagPrefix ?? 'erp:',
      },
    ]),
  );
}

/** Judges one order of a channel. */
export function checkWriteBack(told: WriteBack, finding: Found): void {
  checkCaptures(told, finding);
  if (told.hasCase) return;
  checkReferences(told, finding);
  checkHolds(told, finding);
}

function checkCaptures({ order, policy, releases, hasCase }: WriteBack, finding: Found): void {
  const { name, fulfilments, cancelled } = order;
  const hasLeft = fulfilments.length > 0;
  for (const { amountMinor, captures, severalCaptures, lapsedMinor } of order.authorisations ?? []) {
    const captured = captures.reduce((sum, each) => sum + each, 0);
    if (captured > amountMinor)
      finding(
        'neverTooMuchShippedOrRefunded',
        `order ${name}: ${captured} captured of ${amountMinor} authorised`,
      );
    if (captures.length > 1 && !severalCaptures)
      finding(
        'neverTooMuchShippedOrRefunded',
        `order ${name}: ${captures.length} captures of an authorisation that takes one`,
      );
    const isDue = hasLeft || (policy?.captures === 'beforeExpiry' && releases.length > 0);
    const isOurs = policy !== undefined && policy.captures !== 'channel';
    if (isOurs && isDue && lapsedMinor > 0 && !cancelled && !hasCase)
      finding('moneyCloses', `order ${name}: ${lapsedMinor} authorised and owed have lapsed, not captured`);
  }
}

/** The number at the channel is that of the one live sales order; of one that is cancelled it may stand there, no other. */
function checkReferences({ order, policy, salesOrders }: WriteBack, finding: Found): void {
  if (!policy || policy.references === 'none') return;
  const live = salesOrders.find(({ status }) => status !== 'cancelled') ?? salesOrders[0];
  const wanted = live?.number;
  const isNeeded = live !== undefined && live.status !== 'cancelled';
  const written: [where: string, numbers: string[]][] = [];
  if (policy.references !== 'metafields')
    written.push([
      'tags',
      (order.tags ?? [])
        .filter((tag) => tag.startsWith(policy.tagPrefix))
        .map((tag) => tag.slice(policy.tagPrefix.length)),
    ]);
  if (policy.references !== 'tags')
    written.push([
      'metafields',
      (order.metafields ?? []).filter(({ key }) => key === NUMBER_KEY).map(({ value }) => value),
    ]);
  for (const [where, numbers] of written) {
    if (isNeeded ? numbers.join() === wanted : numbers.every((number) => number === wanted)) continue;
    finding(
      'systemsAgree',
      `order ${order.name} is ${wanted ?? 'nowhere'} in the ERP, its ${where} at the channel say ${numbers.join(', ') || 'nothing'}`,
    );
  }
}

/** A hold of ours ends when we hold no more, and before anything is asked of a location. */
function checkHolds({ order, releases, isHeldByUs }: WriteBack, finding: Found): void {
  const held = (order.planned ?? []).filter(({ holds }) => holds.includes(OUR_HOLD));
  if (held.length === 0) return;
  if (!isHeldByUs)
    finding(
      'compensationsFinish',
      `order ${order.name} is held no more, and its channel still keeps it back`,
    );
  const asked = new Set(
    releases
      .filter(({ status }) => status === 'open')
      .flatMap(({ lines }) => lines.map(({ lineId }) => lineId)),
  );
  const line = held.flatMap(({ lines }) => lines).find(({ lineId }) => asked.has(lineId));
  if (line)
    finding(
      'compensationsFinish',
      `line ${line.lineId} of order ${order.name} was asked of a location, and its channel keeps it back for us`,
    );
}
