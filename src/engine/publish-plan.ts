/** What a publisher does next with places whose figures have changed, both sides having been read. Pure. */
import { mustBeRead, planWrite } from '../domain/stock/publishing.ts';
import type { AgreedRow, Place, PublicationRow, ShownRow } from '../store/shown-stock.ts';

/** A place that could not be published is looked at again when it moves, but not more often than this. */
const PROBLEM_AGAIN_MS = 10 * 60_000;
/** What has been skipped stays so until a person wants it again. */
export const SKIPPED = 'skipped';
/** Movements of the channel's own orders are summed up from where both agreed: that point is moved on after so many. */
const VERSIONS_BEHIND = 500;

export interface PlanningBy {
  /** Epoch ms. */
  now: number;
  /** The channel's code of a location of ours; undefined: it is not published there. */
  codeOf: (location: string) => string | undefined;
  isSold: (sku: string) => boolean;
  sellable: (row: ShownRow) => number;
  /** True: the channel was asked already for this state of our side. */
  wasRead: (row: ShownRow) => boolean;
  /** It moves between every reading and writing: figures are not compared. */
  isHot: (row: ShownRow) => boolean;
}

export interface Planned {
  batch: PublicationRow[];
  /** The channel is asked first. `for`: a state of our side, which it is asked for once. */
  toRead: { place: Place; for: ShownRow | null }[];
  /** These agree as before, from a later version of our position on. */
  behind: AgreedRow[];
}

export function planBatch(rows: readonly ShownRow[], by: PlanningBy): Planned {
  const planned: Planned = { batch: [], toRead: [], behind: [] };
  for (const row of rows) {
    const code = by.codeOf(row.location);
    if (code !== undefined && by.isSold(row.sku)) planOne(row, code, by, planned);
  }
  return planned;
}

function planOne(row: ShownRow, code: string, by: PlanningBy, { batch, toRead, behind }: Planned): void {
  const place = { sku: row.sku, location: row.location };
  const { item, shown, known, version, owed, told, own, problem } = row;
  if (problem !== null) {
    if (problem !== SKIPPED && by.now - (row.told_at ?? 0) >= PROBLEM_AGAIN_MS)
      toRead.push({ place, for: null });
    return;
  }
  if (item === null || shown === null || known === null || version === null) {
    toRead.push({ place, for: null });
    return;
  }
  const here = { sellable: by.sellable(row), own };
  const agreed = { shown, known, owed, told };
  const plan = planWrite(agreed, here);
  if (mustBeRead(agreed, here)) {
    if (!by.wasRead(row)) toRead.push({ place, for: row });
    return;
  }
  const from = { ...place, item, known: here.sellable, version: row.position_version };
  if (plan)
    batch.push({
      ...{ ...from, ...plan, place: code, owedBefore: owed },
      ...(by.isHot(row) && { adjusts: true }),
    });
  else if (told === null && row.position_version - version > VERSIONS_BEHIND && here.sellable - known === own)
    behind.push({ ...from, shown: shown + own, owed });
}
