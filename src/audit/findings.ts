/** What the auditor finds: which invariant, about what, in words, and what to do. */

export const INVARIANTS = [
  'deliveriesReachAnEnd',
  'oneSalesOrderEach',
  'stockIsNeverOversold',
  'moneyCloses',
  'neverTooMuchShippedOrRefunded',
  'staleNeverOverwrites',
  'compensationsFinish',
  'systemsAgree',
  'stateIsFoldOfJournal',
  'noPersonalDataOutside',
] as const;
export type Invariant = (typeof INVARIANTS)[number];

/** What only the books of the outside can tell. */
export const OF_THE_OUTSIDE: ReadonlySet<Invariant> = new Set([
  'oneSalesOrderEach',
  'moneyCloses',
  'neverTooMuchShippedOrRefunded',
  'systemsAgree',
]);

export interface Finding {
  invariant: Invariant;
  /** The order (or item, position, delivery) that it is about. */
  key: string;
  message: string;
  suggestedFix: string;
}

/** What to do, by the sort of what was found. */
export const FIXES = {
  journal:
    'The journal is never changed by hand. Compare the stream with a backup from before, restore its rows, and find out who writes to the database besides Crossdock',
  fold: 'The facts are right if nothing else is found here: set evolve_version of this stream to 0, and the next message folds it anew; else restore its rows from a backup',
  command:
    'Compare with the system itself what it was asked and did, and restore the row of the outbox from a backup. Do not send the command again before that',
  movements:
    'The facts of the stream say what moved. Restore its movements and the position from a backup, and count the location before more is promised from it',
  books:
    'What was posted is never changed: the facts of the stream say what it is. Restore the rows of the sub-ledger from a backup, and compare with what finance was told (crossdock proof account)',
  position:
    'Restore the position from its movements, or count the location: the next level of its inventory system must agree',
  oversold: 'Look which orders hold the units (crossdock orders list), and count the location',
  leak: 'Report it with the story of the order (crossdock orders show KEY): a finished order must hold nothing',
  observation:
    'Raw messages are never changed. Restore the row from a backup, or ask the channel or system for the message again, and compare it with what was decided',
  waiting:
    'Let a hub run until nothing waits (crossdock start), then audit again; look at its log if it stays',
  silent:
    'Retry the order’s case or hold and resume it (crossdock orders show KEY tells where it stands), and report it',
  stale:
    'Report it with the story of the order (crossdock orders show KEY); a read of the order at its channel heals it',
  personal: 'Report where it came from, without the datum; redact the rows',
  outside:
    'Read the story of the order (crossdock orders show KEY) beside the books of the system, and correct the one that is wrong',
} as const;
export type Fix = keyof typeof FIXES;

/** So many findings of one sort are told one by one: who has emptied a table is not answered with all that stood in it. */
const TOLD_OF_A_SORT = 50;

export class Findings {
  readonly #told: Finding[] = [];
  readonly #counts = new Map<string, { invariant: Invariant; fix: Fix; count: number }>();

  add(invariant: Invariant, fix: Fix, key: string, message: string): void {
    const sort = `${invariant} ${fix}`;
    const counted = this.#counts.get(sort) ?? { invariant, fix, count: 0 };
    counted.count += 1;
    this.#counts.set(sort, counted);
    if (counted.count <= TOLD_OF_A_SORT)
      this.#told.push({ invariant, key, message, suggestedFix: FIXES[fix] });
  }

  has(invariant: Invariant): boolean {
    return this.#told.some((finding) => finding.invariant === invariant);
  }

  /** All that are told, with a line for each sort of which there are more. */
  list(): Finding[] {
    const more = [...this.#counts.values()].filter(({ count }) => count > TOLD_OF_A_SORT);
    return [
      ...this.#told,
      ...more.map(
        ({ invariant, fix, count }): Finding => ({
          invariant,
          key: '',
          message: `at least ${count - TOLD_OF_A_SORT} more like these`,
          suggestedFix: FIXES[fix],
        }),
      ),
    ];
  }
}
