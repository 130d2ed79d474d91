/** What a reconciliation takes from the engine: codes, accounts, and which figures are themselves in question. */
import type { RetailerConfig } from '../domain/config.ts';
import { placeKey } from '../domain/order/draft.ts';
import type { Mappings } from '../domain/process.ts';
import { parseStreamKey } from '../domain/stream-key.ts';
import { listCases } from '../store/cases.ts';
import type { Sql } from '../store/db.ts';
import type { OpenConnection } from './connections.ts';
import { type PublishDesk, publishedPlaces } from './publish-desk.ts';
import type { ReconcilerParts } from './reconciler.ts';
import { readAccounts } from './reconciliation-look.ts';
import { ourCodes } from './reconciliation-read.ts';
import type { StockSources } from './stock-sources.ts';

/** Open differences with inventory systems that are read at most. */
const MOST_CASES = 2_000;
const DIFFERS = /^stock-differs:(.*)$/s;

export type Reconciling = Pick<ReconcilerParts, 'codes' | 'accounts' | 'doubts' | 'onCorrected' | 'onCases'>;

/** Of the engine, as it is when it is asked. */
interface Bits {
  config: RetailerConfig;
  mappings: Mappings;
  connections: ReadonlyMap<string, OpenConnection>;
  stockSources: StockSources;
  publishing: PublishDesk;
}

export function reconcilingOf(engine: Bits, connection: string, onCases: () => void): Reconciling {
  const locationOf = (id: string) => engine.config.locations.find((each) => each.id === id);
  const places = () => {
    const config = engine.connections.get(connection)?.config;
    return config ? publishedPlaces(config, engine.config, engine.mappings) : new Map<string, string>();
  };
  return {
    codes: () => {
      const published = places();
      return {
        published,
        ours: ourCodes(connection, {
          toInternal: (kind, of, external) => engine.mappings.toInternal(kind, of, external),
          locations: [...published.keys()],
        }),
        codeOf: (location) => published.get(location),
      };
    },
    async accounts(sql, asked) {
      await engine.stockSources.refresh();
      const published = places();
      const wanted = asked.filter(({ location }) => published.has(location));
      return readAccounts(sql, connection, wanted, (row) => engine.publishing.sellable(row));
    },
    doubts: async (sql) => {
      const disputed = await disputedPlaces(sql, engine);
      return ({ sku, location }) => {
        const where = locationOf(location);
        if (where?.stockOwner !== 'system') return null;
        if (engine.stockSources.silence(where) !== null)
          return `${where.inventory}, whose figure counts there, is silent beyond its limit. Correct the channel by hand, or wait until it speaks`;
        return disputed.has(placeKey({ sku, location }))
          ? `${where.inventory}, whose figure counts there, differs from the ledger too. Count the shelf and decide that case first`
          : null;
      };
    },
    onCorrected: () => engine.publishing.look(),
    onCases,
  };
}

/** Places of ours of which an inventory system differs from the ledger, which is a case. */
async function disputedPlaces(sql: Sql, { mappings }: Bits): Promise<ReadonlySet<string>> {
  const cases = await listCases(sql, { status: 'open', reason: 'stock-differs', limit: MOST_CASES });
  const disputed = new Set<string>();
  for (const { key, case_key: caseKey } of cases) {
    const location = DIFFERS.exec(caseKey)?.[1];
    const { connection, id } = parseStreamKey(key);
    const sku = mappings.toInternal('sku', connection, id);
    if (location !== undefined && sku !== undefined) disputed.add(placeKey({ sku, location }));
  }
  return disputed;
}
