/**
 * The second pass of a reconciliation: what was not equal at once is asked for again, between two readings of our accounts, when all
 * that the channel's orders did before is known here. What stays is healed, or is for a person to decide.
 */
import type { ChannelStock, StockPlace, StockReading } from '../connectors/contract.ts';
import { placeKey } from '../domain/order/draft.ts';
import type { OrderState } from '../domain/order/state.ts';
import { addUntold } from '../domain/order/untold.ts';
import {
  expectedTotal,
  explanationsOf,
  lookOf,
  MOST_LOOKS,
  type ShownAccount,
  verdictOf,
} from '../domain/stock/reconciling.ts';
import type { Sql } from '../store/db.ts';
import { type DifferenceRow, ordersShipped } from '../store/reconciliation.ts';
import { loadOwnReserved, loadShown, type Place, type ShownRow } from '../store/shown-stock.ts';

/** Accounts by `placeKey`, and what is wrong with the publishing of each. */
export type Accounts = ReadonlyMap<string, ShownAccount & { problem: string | null }>;

/** What both sides have agreed on of these places, as far as they have, in one snapshot. */
export async function readAccounts(
  sql: Sql,
  connection: string,
  places: readonly Place[],
  sellableOf: (row: ShownRow) => number,
): Promise<Accounts> {
  // Untold parcels first: one that is told meanwhile makes the look unsteady, and is looked at again.
  const untold = new Map<string, number>();
  for (const { state } of await ordersShipped(sql, connection, places))
    if (state !== null) addUntold(state as OrderState, untold);
  const reserved = new Map(
    (await loadOwnReserved(sql, connection, places)).map((row) => [placeKey(row), row.reserved]),
  );
  const accounts = new Map<string, ShownAccount & { problem: string | null }>();
  for (const row of await loadShown(sql, connection, places)) {
    if (row.known === null) continue;
    const key = placeKey(row);
    accounts.set(key, {
      sellable: sellableOf(row),
      known: row.known,
      owed: row.owed,
      own: row.own,
      ownReserved: reserved.get(key) ?? 0,
      untold: untold.get(key) ?? 0,
      publishing: row.publication !== null,
      problem: row.problem,
    });
  }
  return accounts;
}

export interface LookParts {
  stock: ChannelStock;
  /** Reads accounts of some places now. */
  accounts: (places: readonly Place[]) => Promise<Accounts>;
  read: (places: readonly StockPlace[]) => Promise<Awaited<ReturnType<ChannelStock['read']>>>;
  /** Why the ledger's figure of a place is itself in question; null: it is not. */
  inQuestion: (place: Place) => string | null;
}

export interface Looked {
  rows: DifferenceRow[];
  /** They agree, and there is nothing to tell of them. */
  gone: DifferenceRow[];
  /** What the channel is to show more (below zero: less) of each place. */
  corrections: (Place & { delta: number })[];
  /** A person decides on these. */
  doubtful: (Place & { message: string; suggestedFix: string })[];
  /** The channel shows nothing there: what was agreed is over, and the publisher says so. */
  lost: Place[];
}

/** One look at some places of a round; or why the channel cannot be asked. */
export async function lookAgain(
  found: readonly DifferenceRow[],
  parts: LookParts,
): Promise<Looked | Exclude<Awaited<ReturnType<ChannelStock['read']>>, { status: 'read' }>> {
  const before = await parts.accounts(found);
  const answer = await parts.read(found.map(({ sku, item, place }) => ({ sku, item, place })));
  if (answer.status !== 'read') return answer;
  const after = await parts.accounts(found);
  const looked: Looked = { rows: [], gone: [], corrections: [], doubtful: [], lost: [] };
  for (const [index, row] of found.entries()) {
    const key = placeKey(row);
    const [then, now] = [before.get(key), after.get(key)];
    const reading = answer.readings[index];
    // Nobody publishes it any more, or both agree anew: there is nothing to compare.
    if (!then || !now || !reading) looked.gone.push(row);
    else judge(row, reading, then, now, parts, looked);
  }
  return looked;
}

function judge(
  row: DifferenceRow,
  reading: StockReading,
  before: ShownAccount,
  after: ShownAccount & { problem: string | null },
  { inQuestion }: LookParts,
  looked: Looked,
): void {
  const looks = row.looks + 1;
  const end = (outcome: DifferenceRow['outcome'], explanation: string, figures: Partial<DifferenceRow>) =>
    looked.rows.push({ ...row, ...figures, looks, outcome, explanation });
  if (reading.status === 'notShown') {
    // Whoever stops stocking an item may do so just now.
    const outcome = row.available === null && row.looks > 0 ? 'case' : null;
    if (outcome === 'case') looked.lost.push({ sku: row.sku, location: row.location });
    end(outcome, `${reading.message}. ${reading.suggestedFix}`, {
      available: null,
      committed: null,
      units: null,
      expected: expectedTotal(after),
    });
    return;
  }
  const { available, committed } = reading;
  const now = lookOf(reading, before, after);
  const figures = { available, committed, expected: expectedTotal(after), units: now.difference };
  switch (verdictOf(row.units, now, looks)) {
    case 'agrees': {
      const explanations = explanationsOf(reading, after);
      if (row.available === null && explanations.length === 0) looked.gone.push(row);
      else end('explained', explanations.join('; ') || 'what was under way has come in', figures);
      return;
    }
    case 'look again':
      end(null, '', figures);
      return;
    case 'moving':
      end('explained', `it moved at each of ${MOST_LOOKS} looks: it is compared the next time`, figures);
      return;
    default: {
      const why = differenceWords(now.difference);
      const doubt = after.problem ?? inQuestion(row);
      if (doubt !== null) {
        if (after.problem === null)
          looked.doubtful.push({
            sku: row.sku,
            location: row.location,
            message: `Of ${row.sku} at ${row.location} ${why}`,
            suggestedFix: doubt,
          });
        end('case', `${why}. It is not corrected: ${doubt}`, figures);
        return;
      }
      looked.corrections.push({ sku: row.sku, location: row.location, delta: -now.difference });
      end('healed', why, figures);
    }
  }
}

function differenceWords(units: number): string {
  const count = Math.abs(units);
  return `the channel shows ${count} ${count === 1 ? 'unit' : 'units'} too ${units > 0 ? 'many' : 'few'}: somebody has changed it there, or a write was lost`;
}
