/** Postings for tests of the sub-ledger: written as a turn writes them, with the facts that carry them, by a process that only posts. */
import type { AccountRole, Posting, PostingLine, TaxEntry } from '../../src/domain/books/posting.ts';
import { RetailerConfig } from '../../src/domain/config.ts';
import type { BaseFact, Process } from '../../src/domain/process.ts';
import { decideStream } from '../../src/engine/decide.ts';
import { TurnStock } from '../../src/engine/turn-stock.ts';
import { bucketOf } from '../../src/store/bucket.ts';
import type { Database } from '../../src/store/db.ts';
import { postingStatements } from '../../src/store/posting-rows.ts';
import type { ClaimedStream } from '../../src/store/streams.ts';
import { writeTurn } from '../../src/store/turn.ts';
import { aRetailer } from './builders.ts';

interface Posted extends BaseFact {
  postings: Posting[];
}

/** The postings of a stream, by the numbers of their accounts: debit positive. */
export const postingProcess: Process<{ count: number }, Posted> = {
  kind: 'order',
  evolveVersion: 1,
  factTypes: new Set(['Posted']),
  initial: () => ({ count: 0 }),
  evolve: ({ count }, { postings }) => ({ count: count + postings.length }),
  decide: (_state, message) => ({
    facts: [{ type: 'Posted', postings: (message as unknown as { postings: Posting[] }).postings }],
    timers: [],
    messages: [],
    outcome: 'applied',
  }),
  skusOf: () => [],
  movementsOf: () => [],
  postingsOf: ({ postings }) => postings,
  summary: ({ count }) => ({ status: `${count} postings`, title: '', closed: false }),
};

/** Lines as `[role, account, amount]`; what else is left out stands for itself. */
export function aPosting(
  key: string,
  lines: readonly (readonly [AccountRole, string, number, Partial<PostingLine>?])[],
  more: Partial<Omit<Posting, 'lines'>> & { date?: string } = {},
): Posting {
  const { date = '2026-10-01', ...rest } = more;
  return {
    key,
    entity: 'de',
    act: 'shipped',
    currency: 'EUR',
    bookCurrency: 'EUR',
    documentDate: date,
    postingDate: date,
    ruleVersion: '1',
    text: `Act ${key}`,
    taxes: [],
    ...rest,
    lines: lines.map(([role, account, amountMinor, line]) => ({
      role,
      account,
      amountMinor,
      bookMinor: amountMinor,
      dimensions: {},
      ...line,
    })),
  };
}

export function aTax(baseMinor: number, taxMinor: number, more: Partial<TaxEntry> = {}): TaxEntry {
  return {
    registration: 'DE',
    jurisdiction: 'DE',
    scheme: 'standard',
    taxCode: 'DE19',
    rate: '0.19',
    baseMinor,
    taxMinor,
    bookBaseMinor: baseMinor,
    bookTaxMinor: taxMinor,
    taxPoint: '2026-10-01',
    originalPeriod: '2026-10',
    ...more,
  };
}

/** Posts in one turn: each stream one fact with these postings. Streams are made; a second turn goes on with them. */
export async function post(
  database: Database,
  streams: Readonly<Record<string, readonly Posting[]>>,
  { now = Date.parse('2026-10-02T08:00:00Z') }: { now?: number } = {},
): Promise<void> {
  const config = RetailerConfig.parse(aRetailer());
  const stock = new TurnStock({ locations: [], now, heard: new Map(), loads: [] }, []);
  await database.transaction(async (sql) => {
    for (const [key, postings] of Object.entries(streams)) {
      const [known] = await sql.query<ClaimedStream>(
        `select bucket, kind, key, version, evolve_version, state, head_hash, failures, issued_by from stream where kind = 'order' and key = $1`,
        [key],
      );
      const stream: ClaimedStream = known ?? {
        bucket: bucketOf(key),
        kind: 'order',
        key,
        version: 0,
        evolve_version: 0,
        state: null,
        head_hash: null,
        failures: 0,
        issued_by: null,
        isNew: true,
      };
      const { writes } = decideStream(
        {
          stream,
          process: postingProcess,
          state: known?.state ?? postingProcess.initial(key),
          messages: [
            {
              row: { bucket: stream.bucket, id: CAUSE, observation_id: null },
              message: { type: 'test.post', postings } as never,
            },
          ],
          persons: [],
          placedAt: '',
        },
        stock,
        { now, newId: () => CAUSE, config, configVersion: 1, mappings: NO_MAPPINGS },
      );
      await writeTurn(sql, writes, { now: new Date(now).toISOString(), configVersion: 1, node: 'test' });
    }
  });
}

const CAUSE = '0199a000-0000-7000-8000-000000000001';
const NO_MAPPINGS = { toInternal: () => undefined, toExternal: () => undefined };

/** Rows of the sub-ledger alone, beside whatever stream has the key: for who only reads them. */
export async function putRows(database: Database, key: string, postings: readonly Posting[]): Promise<void> {
  const rows = postings.map((posting, item) => ({
    bucket: bucketOf(key),
    kind: 'order',
    key,
    seq: 1,
    item,
    channel: key.slice(0, key.indexOf('/')),
    posting,
  }));
  await database.transaction((sql) => sql.batch(postingStatements(rows, '2026-10-02T08:00:00.000Z')));
}
