/**
 * The proof of a payout: its net is the sum of its entries, amount less fee; each of them with the order whose money it is; and where
 * the money is. Made of the payout's own journal, so it says what was told, whatever was booked.
 */
import type { Payout } from '../canonical/index.ts';
import { streamKey } from '../stream-key.ts';
import type { EntryNews } from './messages.ts';
import { evolvePayout, initialPayout, type PayoutFact } from './payout.ts';

export interface PayoutProofEntry {
  entryId: string;
  kind: EntryNews['kind'];
  sourceType: string;
  /** Key of the order's stream; null: it belongs to none. */
  order: string | null;
  transactionId: string | null;
  at: string;
  amountMinor: number;
  feeMinor: number;
  netMinor: number;
}

export interface PayoutProof {
  payout: string;
  currency: string | null;
  status: Payout['status'] | null;
  issuedAt: string | null;
  entries: PayoutProofEntry[];
  /** By kind, the largest first. */
  kinds: { kind: EntryNews['kind']; count: number; amountMinor: number; feeMinor: number }[];
  /** What the provider says; null: it has not told of the payout itself. */
  netMinor: number | null;
  /** Σ(amount − fee). */
  sumMinor: number;
  /** Net less sum; null while there is no net. */
  residualMinor: number | null;
  bank: { account: string; lineId: string; bookedOn: string } | null;
  /** It adds up, and the bank shows it where it is to. */
  closes: boolean;
}

/** @param facts the whole journal of the payout's stream. */
export function proofOfPayout(key: string, facts: readonly PayoutFact[]): PayoutProof {
  const state = facts.reduce(evolvePayout, initialPayout(key));
  const joined = new Map<string, EntryNews>();
  for (const fact of facts) {
    if (fact.type === 'EntryJoined') joined.set(fact.entry.entryId, fact.entry);
    if (fact.type === 'EntryLeft') joined.delete(fact.entry.entryId);
  }
  const entries = [...joined.values()]
    .map((entry) => lineOf(state.connection, entry))
    .sort((a, b) => (a.at === b.at ? (a.entryId < b.entryId ? -1 : 1) : a.at < b.at ? -1 : 1));
  const { payout, sumMinor, bank, atBank } = state;
  const residualMinor = payout === null ? null : payout.fromBalance ? 0 : payout.netMinor - sumMinor;
  const isThere = bank === null || atBank !== null;
  return {
    payout: key,
    currency: payout?.currency ?? [...joined.values()][0]?.currency ?? null,
    status: payout?.status ?? null,
    issuedAt: payout?.issuedAt ?? null,
    entries,
    kinds: kindsOf(entries),
    netMinor: payout?.netMinor ?? null,
    sumMinor,
    residualMinor,
    bank: bank !== null && atBank !== null ? { account: bank, ...atBank } : null,
    closes: residualMinor === 0 && isThere,
  };
}

function lineOf(connection: string, entry: EntryNews): PayoutProofEntry {
  const { entryId, kind, sourceType, channelOrderId, transactionId, at, amountMinor, feeMinor } = entry;
  const order = channelOrderId === null ? null : streamKey(connection, channelOrderId);
  const netMinor = amountMinor - feeMinor;
  return { entryId, kind, sourceType, order, transactionId, at, amountMinor, feeMinor, netMinor };
}

function kindsOf(entries: readonly PayoutProofEntry[]): PayoutProof['kinds'] {
  return [...Map.groupBy(entries, ({ kind }) => kind)]
    .map(([kind, of]) => ({
      kind,
      count: of.length,
      amountMinor: of.reduce((sum, each) => sum + each.amountMinor, 0),
      feeMinor: of.reduce((sum, each) => sum + each.feeMinor, 0),
    }))
    .sort((a, b) => Math.abs(b.amountMinor) - Math.abs(a.amountMinor));
}
