/**
 * Orders that a person wants read from their channel now, known or not: the wish goes to the order's stream, which puts a read
 * on the lane, so that what comes is judged as whatever a webhook or a poll brings. What came of it is read off the journal.
 */
import { monotonicMs, pause } from '../base/clock.ts';
import { orderKey } from '../connectors/contract.ts';
import type { OrderState } from '../domain/order/state.ts';
import { findOrders, readOrder } from '../store/read-orders.ts';
import { readCommand, readFacts } from '../store/read-story.ts';
import type { Engine } from './engine.ts';

/** How often is looked whether a read has ended. */
const LOOK_EVERY_MS = 50;
/** Orders that an ambiguous name lists. */
const CANDIDATES = 20;

export interface Imported {
  /** As the person wrote it. */
  asked: string;
  /** Null: it is not known which order is meant. */
  key: string | null;
  title: string;
  /**
   * `new`: it was not known; `changed`: it was, in another content; `same`: nothing was new; `waiting`: it is asked for and has
   * not been answered yet; `refused`: the channel refuses it; `missing`, `ambiguous`: no order, or several; `unreachable`: the
   * channel cannot be asked which order is meant.
   */
  end: 'new' | 'changed' | 'same' | 'waiting' | 'refused' | 'missing' | 'ambiguous' | 'unreachable';
  message: string;
}

type Meant = { key: string; title: string } | Omit<Imported, 'asked' | 'key' | 'title'>;

/** Asks for orders of a channel, by id, global id, key or name, and waits so long (physical time) for what comes of it. */
export async function importOrders(
  engine: Engine,
  connection: string,
  asked: readonly string[],
  { by, waitMs }: { by: string; waitMs: number },
): Promise<Imported[]> {
  const meant: { text: string; meant: Meant }[] = [];
  for (const text of asked) meant.push({ text, meant: await orderMeant(engine, connection, text) });
  const keys = [...new Set(meant.flatMap(({ meant: each }) => ('key' in each ? [each.key] : [])))];
  const before = new Map<string, OrderState | null>();
  const versions = new Map<string, number>();
  for (const key of keys) {
    const row = await readOrder(engine.database, key);
    before.set(key, (row?.state as OrderState | null) ?? null);
    versions.set(key, row?.version ?? 0);
  }
  await engine.send(
    keys.map((key) => ({ kind: 'order', key, message: { type: 'operator.import', by, note: '' } })),
  );
  const until = monotonicMs() + waitMs;
  const ends = new Map<string, Omit<Imported, 'asked'>>();
  for (const key of keys)
    ends.set(key, await whatCame(engine, key, before.get(key) ?? null, versions.get(key) ?? 0, until));
  return meant.map(({ text, meant: each }) =>
    'key' in each
      ? { asked: text, ...withTitle(ends.get(each.key) as Omit<Imported, 'asked'>, each.title) }
      : { asked: text, key: null, title: '', ...each },
  );
}

function withTitle(end: Omit<Imported, 'asked'>, title: string): Omit<Imported, 'asked'> {
  return { ...end, title: end.title || title };
}

/** Which order somebody means: one that is known by this text, or one that the channel knows by it. */
async function orderMeant(engine: Engine, connection: string, text: string): Promise<Meant> {
  const prefix = orderKey(connection, '');
  const id = /^gid:\/\/[^/]+\/Order\/(\d+)$/.exec(text)?.[1] ?? text;
  const known = (
    await findOrders(engine.database, id, [connection], { wholeName: true, limit: CANDIDATES })
  ).filter((row) => row.key.startsWith(prefix));
  const exact = known.find((row) => row.key === id || row.key === prefix + id);
  if (exact) return { key: exact.key, title: exact.title };
  if (known.length === 1 && known[0]) return { key: known[0].key, title: known[0].title };
  if (known.length > 1) return ambiguous(known.map((row) => row.key));
  if (id.startsWith(prefix)) return { key: id, title: id };
  const found = await engine.findOrders(connection, text);
  if (found === null) {
    // Where nobody can be asked, an id is taken at its word: the channel says whether there is such an order.
    if (/^\d+$/.test(id)) return { key: prefix + id, title: id };
    return {
      end: 'unreachable',
      message: `no order that is known is called "${text}", and ${connection} cannot be asked for it here: give its id, or do it while the hub runs`,
    };
  }
  // A long number is an id and no name: the read that is asked for says whether there is such an order, when it can.
  if (found.status !== 'found' && /^\d{9,}$/.test(id)) return { key: prefix + id, title: id };
  if (found.status !== 'found')
    return { end: 'unreachable', message: `${connection} cannot be asked: ${found.message}` };
  const [first] = found.orders;
  if (!first) return { end: 'missing', message: `${connection} has no order with the id or name "${text}"` };
  if (found.orders.length > 1)
    return ambiguous(found.orders.map(({ channelOrderId }) => prefix + channelOrderId));
  return { key: prefix + first.channelOrderId, title: first.name };
}

function ambiguous(keys: readonly string[]): Meant {
  return {
    end: 'ambiguous',
    message: `several orders are called so: name one by its key: ${keys.join(', ')}`,
  };
}

/** Waits until the order's read has ended, and says what it has brought. */
async function whatCame(
  engine: Engine,
  key: string,
  before: OrderState | null,
  version: number,
  until: number,
): Promise<Omit<Imported, 'asked'>> {
  const asked = before?.acts.read;
  for (;;) {
    const row = await readOrder(engine.database, key);
    const state = (row?.state as OrderState | null) ?? null;
    const read = state?.acts.read;
    const isNew = read !== undefined && (asked?.status === 'asked' || read.revision > (asked?.revision ?? 0));
    if (row && state && read && isNew && read.status !== 'asked') {
      const told = { key, title: row.title };
      if (read.status !== 'done') {
        const command = await readCommand(engine.database, { kind: 'order', key }, read.key);
        return { ...told, end: 'refused', message: command?.last_error ?? 'the channel has refused it' };
      }
      const { facts } = await readFacts(engine.database, key, row.version);
      const changes = facts
        .filter((fact) => fact.seq > version && fact.type === 'OrderChanged')
        .flatMap(({ body }) => body.changes as string[]);
      if (before?.order == null && state.order !== null)
        return { ...told, end: 'new', message: 'it was not known, and is now' };
      return changes.length > 0
        ? { ...told, end: 'changed', message: `it has changed: ${[...new Set(changes)].join(', ')}` }
        : { ...told, end: 'same', message: 'it is known as it is' };
    }
    if (monotonicMs() >= until)
      return {
        key,
        title: row?.title ?? '',
        end: 'waiting',
        message: 'it is asked for; its story tells the rest',
      };
    await pause(LOOK_EVERY_MS);
  }
}
