/** What is known of a return: the fold of its facts. Where it stands follows from that, whatever came first. */
import type { Disposition, Return } from '../canonical/index.ts';
import { parseStreamKey } from '../stream-key.ts';
import type { ReturnAct, ReturnFact } from './facts.ts';
import type { LookedAtGoods, ReceivedGoods, ReturnedGoods, ToldRefund } from './messages.ts';

/** Where a return can stand, with what it means; in the order of a usual one. */
export const RETURN_STATUSES = {
  unseen: 'Named by a message, and not read yet',
  requested: 'A customer asks to send goods back',
  declined: 'It was declined',
  cancelled: 'It was cancelled before anything came back',
  approved: 'Goods may come back',
  inTransit: 'Goods are on their way back',
  received: 'Some or all has come back, and not all of it was inspected',
  inspected: 'Of every unit it is known what has become of it',
  refundApproved: 'Its money may go back',
  refunded: 'Its money has gone back, or nothing was to be given back',
  credited: 'Its money has gone back, and its credit is booked',
  closed: 'The channel expects nothing more, and no money goes back',
} as const;
export type ReturnStatus = keyof typeof RETURN_STATUSES;

export interface ReturnState {
  key: string;
  connection: string;
  returnId: string;
  /** As its channel shows it; null: it has not been read. */
  content: Return | null;
  /** Reads that were asked for; whether one is under way, and whether one must follow it. */
  reads: number;
  reading: boolean;
  readAgain: boolean;
  /** The number of the read that `content` is from. */
  seenRead: number;
  /** What inventory systems have told, in the order of their keys. */
  goods: ReturnedGoods[];
  /** What fulfilment systems have told, in the order of their keys: parcels that have come, and what was looked at. */
  receipts: ReceivedGoods[];
  looked: LookedAtGoods[];
  /** Grows with what the order must know. */
  version: number;
  refunds: readonly ToldRefund[];
  refundsVersion: number;
  acts: Partial<Record<ReturnAct, { revision: number; status: 'asked' | 'done' | 'refused' }>>;
  cases: Record<string, string>;
}

export function initialReturn(key: string): ReturnState {
  const { connection, id } = parseStreamKey(key);
  return {
    key,
    connection,
    returnId: id,
    content: null,
    reads: 0,
    reading: false,
    readAgain: false,
    seenRead: 0,
    goods: [],
    receipts: [],
    looked: [],
    version: 0,
    refunds: [],
    refundsVersion: 0,
    acts: {},
    cases: {},
  };
}

export function evolveReturn(state: ReturnState, fact: ReturnFact): ReturnState {
  const next: ReturnState = { ...state };
  if (fact.opens) next.cases = { ...state.cases, [fact.opens.key]: fact.opens.reason };
  if (fact.closes !== undefined) {
    const { [fact.closes]: _, ...rest } = state.cases;
    next.cases = rest;
  }
  switch (fact.type) {
    case 'ReturnReadRequested':
      return { ...next, reads: fact.read, reading: true, readAgain: false };
    case 'ReturnRead':
    case 'ReturnNotRead':
      return { ...next, reading: false };
    case 'ReturnReadWanted':
      return { ...next, readAgain: true };
    case 'ReturnSeen':
    case 'ReturnChanged':
      return { ...next, content: fact.return, seenRead: fact.read, version: state.version + 1 };
    case 'GoodsReturned':
      return { ...next, goods: byKey([...state.goods, fact.goods]), version: state.version + 1 };
    case 'ReturnReceived':
      return { ...next, receipts: byKey([...state.receipts, fact.receipt]) };
    case 'ReturnLookedAt':
      return { ...next, looked: byKey([...state.looked, fact.inspection]), version: state.version + 1 };
    case 'RefundsTold':
      return { ...next, refunds: fact.refunds, refundsVersion: fact.version };
    case 'ReturnActRequested':
      return withAct(next, fact.act, { revision: fact.revision, status: 'asked' });
    case 'ReturnActDone':
    case 'ReturnActRefused': {
      const revision = state.acts[fact.act]?.revision ?? 1;
      return withAct(next, fact.act, {
        revision,
        status: fact.type === 'ReturnActDone' ? 'done' : 'refused',
      });
    }
    case 'CaseOpened':
    case 'CaseClosed':
      return next;
    default:
      return fact satisfies never;
  }
}

const byKey = <Part extends { key: string }>(parts: Part[]): Part[] =>
  parts.sort((a, b) => (a.key < b.key ? -1 : 1));

function withAct(
  state: ReturnState,
  act: ReturnAct,
  known: { revision: number; status: 'asked' | 'done' | 'refused' },
): ReturnState {
  return { ...state, acts: { ...state.acts, [act]: known } };
}

/** Units that are to come back. */
export function returnedQuantity({ content }: Pick<ReturnState, 'content'>): number {
  return (content?.lines ?? []).reduce((units, { quantity }) => units + quantity, 0);
}

/** Units by what has become of them: as the channel says, or as inventory or fulfilment systems say, whoever knows of most. */
export function dispositionsOf({
  content,
  goods,
  looked,
}: Pick<ReturnState, 'content' | 'goods' | 'looked'>): Record<Disposition, number> {
  const byChannel = count((content?.lines ?? []).flatMap(({ dispositions }) => dispositions));
  const others = [count(goods), count(looked.flatMap(({ lines }) => lines))];
  return others.reduce((most, each) => (total(each) > total(most) ? each : most), byChannel);
}

/** Units that have come back, inspected or not. */
export function receivedQuantity(
  state: Pick<ReturnState, 'content' | 'goods' | 'looked' | 'receipts'>,
): number {
  const { missing, ...there } = dispositionsOf(state);
  const received = state.receipts
    .flatMap(({ lines }) => lines)
    .reduce((units, { quantity }) => units + quantity, 0);
  return Math.max(received, total({ ...there, missing: 0 }));
}

function count(
  parts: readonly { disposition: Disposition; quantity: number }[],
): Record<Disposition, number> {
  const units: Record<Disposition, number> = { restock: 0, damaged: 0, qualityControl: 0, missing: 0 };
  for (const { disposition, quantity } of parts) units[disposition] += quantity;
  return units;
}

const total = (units: Record<Disposition, number>): number =>
  units.restock + units.damaged + units.qualityControl + units.missing;

/** Where it stands: a function of what is known, so the order in which it came to be known makes no difference. */
export function statusOf(state: ReturnState): ReturnStatus {
  const { content, refunds } = state;
  if (content === null) return 'unseen';
  const units = returnedQuantity(state);
  const looked = total(dispositionsOf(state));
  const processed = content.lines.reduce((sum, { processedQuantity }) => sum + processedQuantity, 0);
  const live = refunds.filter(({ state: at }) => at !== 'refused' && at !== 'declined');
  const paid = live.every(({ state: at }) => at === 'made' || at === 'credited');
  if (processed > 0 && processed >= units && paid)
    return live.length > 0 && live.every(({ state: at }) => at === 'credited') ? 'credited' : 'refunded';
  if (live.some(({ state: at }) => at !== 'waiting')) return 'refundApproved';
  if (content.status === 'declined' || content.status === 'cancelled' || content.status === 'requested')
    return content.status;
  if (content.status === 'closed') return 'closed';
  if (looked >= units) return 'inspected';
  if (looked > 0 || receivedQuantity(state) > 0) return 'received';
  return content.deliveries.length > 0 ? 'inTransit' : 'approved';
}

/** Nothing is left to do about it. */
export function isOver(state: ReturnState): boolean {
  const status = statusOf(state);
  if (status === 'unseen') return !state.reading;
  if (status === 'refunded') return state.content?.refundIds.length === 0;
  return status === 'credited' || status === 'declined' || status === 'cancelled' || status === 'closed';
}
