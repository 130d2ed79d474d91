/** What all commands do: find a thing by its natural key, change something and say what came of it. */
import type { z } from 'zod';
import type { CommandResults } from '../../../domain/commands.ts';
import type { Command, Delivery, Failure, LookUp, Outcome } from '../../contract.ts';
import { type Release, ReleasePage, type SalesOrder, SalesOrderPage } from '../api.ts';
import type { RestClient } from '../client.ts';
import { READ_TOPIC } from '../intake.ts';

/** What a search by natural key says. */
export type Found<Value> = { status: 'found'; value: Value } | { status: 'absent' } | Failure;

/** Ids remembered at most, so that a long-lived session does not grow. */
const MAX_IDS = 20_000;

/** Paths carry only the system's own ids; they never change, so they are remembered by natural key. */
export class Calls {
  readonly #client: RestClient;
  readonly #ids = new Map<string, string>();

  constructor(client: RestClient) {
    this.#client = client;
  }

  /** Reads one thing. A 404 and an empty page mean that it is not there. */
  async find<Schema extends z.ZodType, Value>(
    path: string,
    answer: Schema,
    pick: (data: z.infer<Schema>, text: string) => Value | undefined,
    signal: AbortSignal,
  ): Promise<Found<Value>> {
    const read = await this.#client.call({ method: 'GET', path, answer, signal });
    if (read.status === 'missing') return { status: 'absent' };
    if (read.status !== 'ok') return read;
    const value = pick(read.data, read.text);
    return value === undefined ? { status: 'absent' } : { status: 'found', value };
  }

  /** Changes something, under the command's key. */
  async change<Schema extends z.ZodType>(
    command: Command,
    call: { method: 'POST' | 'PUT'; path: string; body: unknown; answer: Schema; signal: AbortSignal },
    result: (made: z.infer<Schema>) => CommandResults[keyof CommandResults],
    observed: (text: string) => Delivery[] = () => [],
  ): Promise<Outcome> {
    const made = await this.#client.call({ ...call, key: command.key });
    if (made.status === 'missing') return notThere(call.path, made.message);
    if (made.status !== 'ok') return made;
    return { status: 'done', result: result(made.data), observations: observed(made.text) };
  }

  async salesOrder(reference: string, signal: AbortSignal): Promise<Found<z.infer<typeof SalesOrder>>> {
    const found = await this.find(
      `/v1/sales-orders?reference=${encode(reference)}`,
      SalesOrderPage,
      ({ salesOrders }) => salesOrders.find((each) => each.reference === reference),
      signal,
    );
    if (found.status === 'found') this.remember(reference, found.value.id);
    return found;
  }

  async release(releaseId: string, signal: AbortSignal): Promise<Found<z.infer<typeof Release>>> {
    const found = await this.find(
      `/v1/releases?releaseId=${encode(releaseId)}`,
      ReleasePage,
      ({ releases }) => releases.find((each) => each.releaseId === releaseId),
      signal,
    );
    if (found.status === 'found') this.remember(releaseId, found.value.id);
    return found;
  }

  /** Acts on a thing whose natural key we know, with its id ready for a path. */
  async actOn(
    kind: 'salesOrder' | 'release',
    key: string,
    signal: AbortSignal,
    act: (id: string) => Promise<Outcome>,
  ): Promise<Outcome> {
    const known = this.#ids.get(key);
    if (known !== undefined) return act(encode(known));
    const found: Found<{ id: string }> = await this[kind](key, signal);
    if (found.status === 'found') return act(encode(found.value.id));
    return found.status === 'absent'
      ? notThere(key, `it has no ${kind === 'release' ? 'release' : 'sales order'} "${key}"`)
      : found;
  }

  remember(key: string, id: string): void {
    if (this.#ids.size >= MAX_IDS) this.#ids.delete(this.#ids.keys().next().value as string);
    this.#ids.set(key, id);
  }
}

/** A look-up from a search: found with this result, or whatever else the search has said. */
export function asLookUp<Value>(
  found: Found<Value>,
  result: (value: Value) => CommandResults[keyof CommandResults] | undefined,
): LookUp {
  if (found.status !== 'found') return found;
  const made = result(found.value);
  return made === undefined ? { status: 'absent' } : { status: 'found', result: made };
}

export function notThere(what: string, message: string): Failure {
  return {
    status: 'rejected',
    code: 'not-found',
    message: `${what}: ${message}`,
    suggestedFix:
      'Find out in the system what became of it; restore it there and retry the case, or skip the case',
  };
}

/** A list that the system does not have. */
export function notListed(what: string): Failure {
  return {
    status: 'rejected',
    code: 'not-supported',
    message: `the system does not list ${what}`,
    suggestedFix: 'Have the system list them as its API is published, or compare by its balances alone',
  };
}

/** An order as the system answered it, for the intake to judge. */
export function readDelivery(text: string): Delivery {
  return { headers: {}, body: Buffer.from(text, 'utf8'), origin: 'read', topic: READ_TOPIC };
}

export const encode = encodeURIComponent;
