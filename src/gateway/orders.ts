/** Finding an order by what people call it, and telling its story. */
import type { Person } from '../domain/canonical/index.ts';
import type { OrderFact } from '../domain/order/facts.ts';
import { orderProcess } from '../domain/order/process.ts';
import type { OrderState } from '../domain/order/state.ts';
import type { Engine } from '../engine/engine.ts';
import { listCases } from '../store/cases.ts';
import { loadPersons } from '../store/outbox.ts';
import { findOrders, type OrderStateRow, readOrder } from '../store/read-orders.ts';
import { readCommands, readFacts, readObservations, readTimers, readWaiting } from '../store/read-story.ts';
import { ApiProblem } from './problem.ts';
import type { OrderStory } from './schemas/orders.ts';
import { caseItem } from './views/cases.ts';
import { iso } from './views/common.ts';
import { orderListItem, orderSummary } from './views/orders.ts';
import { type StoryParts, timelineOf, waitsFor } from './views/story.ts';
import { lookOf } from './words/look.ts';
import { statusParts } from './words/status.ts';

/** Cases that one story holds at most. */
const CASES = 200;
/** Orders that an ambiguous name lists. */
const CANDIDATES = 20;

export function channelsOf(engine: Engine): string[] {
  return engine.config.connections
    .filter((connection) => connection.roles.includes('channel'))
    .map((connection) => connection.id);
}

/** The key of the order that somebody means. Throws a problem when there is none, or more than one. */
export async function keyOfOrder(engine: Engine, text: string): Promise<string> {
  const found = await findOrders(engine.database, text, channelsOf(engine), {
    wholeName: true,
    limit: CANDIDATES,
  });
  const exact = found.find((row) => row.key === text);
  const [first] = found;
  if (exact) return exact.key;
  if (first && found.length === 1) return first.key;
  if (first) {
    throw new ApiProblem(
      409,
      'order-ambiguous',
      'Several orders are called so',
      `"${text}" may be ${found.map((row) => row.key).join(', ')}.`,
      'Name one by its key (CONNECTION/ID).',
      {
        candidates: found.map(orderListItem).map(({ key, title, placedAt }) => ({ key, title, placedAt })),
      },
    );
  }
  throw new ApiProblem(
    404,
    'order-not-found',
    'There is no such order',
    `No order has the key, the name or the channel id "${text}".`,
    'List orders with GET /v1/orders?text=… (crossdock orders list --text …); an order that was placed just now may not have arrived: the poll of its channel brings it.',
  );
}

/** The state of an order; one that an older version has folded is folded anew. */
function stateOf(
  row: OrderStateRow,
  key: string,
  facts: StoryParts['facts'],
  whole: boolean,
): OrderState | null {
  if (row.state === null) return null;
  if (row.evolve_version >= orderProcess.evolveVersion || !whole) return row.state as OrderState;
  return facts.reduce(
    (state, fact) => orderProcess.evolve(state, { type: fact.type, ...fact.body } as OrderFact),
    orderProcess.initial(key),
  );
}

/** The whole story of an order. `persons` true: with the names and addresses of its people, as far as they are not redacted. */
export async function storyOf(
  engine: Engine,
  key: string,
  options: { persons: boolean },
): Promise<OrderStory> {
  const { database, config, clock } = engine;
  const stream = { kind: 'order', key };
  const row = await readOrder(database, key);
  if (!row) return storyOf(engine, await keyOfOrder(engine, key), options);
  const [{ facts, truncated }, observations, commands, cases, timers, waiting] = await Promise.all([
    readFacts(database, key, row.version),
    readObservations(database, stream),
    readCommands(database, stream),
    listCases(database, { stream, limit: CASES }),
    readTimers(database, stream),
    readWaiting(database, stream),
  ]);
  const state = stateOf(row, key, facts, !truncated);
  const order = state?.order ?? null;
  const look = lookOf(config, order, state?.releases);
  const parts: StoryParts = { facts, observations, commands, cases, timers };
  const ids = [order?.customer?.personId, order?.shipTo?.personId].filter((id) => id !== undefined);
  const persons = options.persons ? ((await loadPersons(database, ids)) as Map<string, Person>) : null;
  const { status, label, held } = statusParts(row.status);
  const now = clock.now();
  return {
    key,
    title: row.title === '' ? key : row.title,
    status,
    statusLabel: label,
    held,
    closed: row.closed,
    createdAt: iso(row.created_at),
    updatedAt: iso(row.updated_at),
    summary: state && order ? orderSummary(state, order, config, persons) : null,
    cases: cases
      .map((each) => caseItem(each, row.title, now))
      .sort((a, b) => Number(b.status === 'open') - Number(a.status === 'open')),
    waitsFor: waitsFor(state, parts, waiting, look),
    timeline: timelineOf(parts, look),
    truncated,
  };
}
