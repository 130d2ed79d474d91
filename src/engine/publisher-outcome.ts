/** What follows from what a channel has said about its stock: decided purely, and written in one commit. */
import type { StockReading, StockWritten } from '../connectors/contract.ts';
import { shouldShow } from '../domain/stock/publishing.ts';
import type { Sql } from '../store/db.ts';
import {
  type AgreedRow,
  agreeShown,
  endPublication,
  forgetAgreed,
  noteProblems,
  noteTold,
  type Place,
  type Publication,
  type PublicationRow,
  type ShownRow,
} from '../store/shown-stock.ts';
import { closeShownStockCases, openShownStockCases } from '../store/shown-stock-cases.ts';

/** A key is known so long at least, less a margin; later nobody can say what was written under it. */
const KEY_KEPT_MS = 20 * 3_600_000;
/** Parcels that have left: the channel is told of them within this time. */
const PARCEL_TOLD_MS = 10 * 60_000;
const READ_AGAIN_MS = 10_000;

interface Trouble extends Place {
  code: string;
  message: string;
  suggestedFix: string;
  /** Nobody is asked: the channel does not sell it, or shows nothing where there is nothing. */
  isQuiet: boolean;
}

/** What follows: what is written in one commit, and what is done next. */
export interface Ended {
  accepted: readonly PublicationRow[];
  agreed: readonly AgreedRow[];
  told: readonly (Place & { told: number })[];
  troubles: readonly Trouble[];
  /** These agree anew. */
  forgotten: readonly Place[];
  /** To be looked at again: they can be written now. */
  again: readonly Place[];
  /** The channel is asked what it shows. */
  readAgain: readonly { place: Place; afterMs: number }[];
  /** They showed another figure than was thought. */
  mismatched: readonly Place[];
  /** A whole batch was refused, and nobody says for which row: smaller ones find it. */
  halve: boolean;
}

const NOTHING: Ended = {
  accepted: [],
  agreed: [],
  told: [],
  troubles: [],
  forgotten: [],
  again: [],
  readAgain: [],
  mismatched: [],
  halve: false,
};

const ended = (found: Partial<Ended>): Ended => ({ ...NOTHING, ...found });

/** Writes it; `publication`: the batch that ends with it. Returns how many cases are new. */
export async function writeEnded(
  sql: Sql,
  { accepted, agreed, told, troubles, forgotten }: Ended,
  given: { connection: string; publication: string | null; at: string; newId: () => string },
): Promise<number> {
  const { connection, publication, at, newId } = given;
  if (publication !== null) await endPublication(sql, connection, publication, accepted, at);
  await agreeShown(sql, connection, agreed, at);
  await noteTold(sql, connection, told, at);
  await forgetAgreed(sql, connection, forgotten);
  await closeShownStockCases(
    sql,
    connection,
    'stock-not-published',
    agreed,
    'Crossdock: the channel shows it',
    at,
  );
  const problems = troubles.map(({ sku, location, code }) => ({ sku, location, problem: code }));
  await noteProblems(sql, connection, problems, at);
  const cases = troubles.flatMap(({ sku, location, isQuiet, message, suggestedFix }) => {
    const words = `${sku} at ${location} is not published: ${message}`;
    return isQuiet ? [] : [{ sku, location, suggestedFix, id: newId(), message: words }];
  });
  return openShownStockCases(sql, connection, cases, at);
}

/** A place that was read, and both sides as they stand after it. */
export interface ReadPlace extends Place {
  row: ShownRow;
  reading: StockReading;
  sellable: number;
  /** Reserved here for the channel's own orders, and when the last parcel of theirs left. */
  reserved: number;
  shippedAt: number | null;
  /** Somebody has mapped the SKU by name: then the channel should have it. */
  isMapped: boolean;
}

export function afterReading(read: readonly ReadPlace[], now: number): Ended {
  const agreed: AgreedRow[] = [];
  const told: (Place & { told: number })[] = [];
  const troubles: Trouble[] = [];
  const readAgain: { place: Place; afterMs: number }[] = [];
  const again: Place[] = [];
  for (const { sku, location, row, reading, sellable, reserved, shippedAt, isMapped } of read) {
    const place = { sku, location };
    if (reading.status === 'notShown') {
      const { code, message, suggestedFix, isSold } = reading;
      const isQuiet = (!isSold && !isMapped) || (code === 'not-stocked' && sellable <= 0);
      troubles.push({ ...place, code, message, suggestedFix, isQuiet });
      continue;
    }
    const { item, available, committed } = reading;
    if (row.shown !== null && row.problem === null) {
      told.push({ ...place, told: available });
      again.push(place);
      continue;
    }
    // Units that have left and are still committed there: the channel is told of the parcel first.
    if (committed > reserved && shippedAt !== null && now - shippedAt < PARCEL_TOLD_MS) {
      readAgain.push({ place, afterMs: READ_AGAIN_MS });
      continue;
    }
    agreed.push({
      ...place,
      item,
      shown: available,
      known: sellable,
      version: row.position_version,
      owed: shouldShow(sellable, reserved, committed) - available,
    });
    again.push(place);
  }
  return ended({ agreed, told, troubles, readAgain, again });
}

/** What follows from the answer to a batch; null: nobody knows what became of it, so it is asked again. */
export function afterWriting(
  { rows, created_at: createdAt }: Publication,
  written: StockWritten,
  now: number,
): Ended | null {
  switch (written.status) {
    case 'written':
      return ended({ accepted: rows });
    case 'forgotten':
      return ended({ forgotten: rows });
    case 'rejected':
      return ended({ again: rows });
    case 'refused':
      return refused(rows, written);
    default:
      return now - createdAt > KEY_KEPT_MS ? ended({ forgotten: rows }) : null;
  }
}

function refused(
  rows: readonly PublicationRow[],
  { refusals }: Extract<StockWritten, { status: 'refused' }>,
): Ended {
  const readAll = rows.map((place) => ({ place, afterMs: 0 }));
  if (refusals.length === 0) return ended({ readAgain: readAll });
  const byRow = new Map(refusals.map((refusal) => [refusal.row ?? -1, refusal]));
  const unnamed = byRow.get(-1);
  if (unnamed && rows.length > 1) return ended({ again: rows, halve: true });
  const troubles: Trouble[] = [];
  const readAgain: { place: Place; afterMs: number }[] = [];
  const again: Place[] = [];
  const mismatched: Place[] = [];
  for (const [index, row] of rows.entries()) {
    const refusal = byRow.get(index) ?? unnamed;
    const { sku, location } = row;
    if (!refusal) again.push(row);
    else if (refusal.isStale) {
      readAgain.push({ place: { sku, location }, afterMs: 0 });
      mismatched.push({ sku, location });
    } else {
      const { code, message, suggestedFix } = refusal;
      troubles.push({ sku, location, code, message, suggestedFix, isQuiet: false });
    }
  }
  return ended({ troubles, readAgain, again, mismatched });
}
