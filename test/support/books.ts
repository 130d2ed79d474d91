/** The connector to the books of books-process.ts, in every role, and how a test starts and reads them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import {
  type Command,
  type Delivery,
  defineConnector,
  type LookUp,
  type Outcome,
} from '../../src/connectors/contract.ts';
import type { CommandKind } from '../../src/domain/commands.ts';
import type { Effect } from './books-process.ts';
import { stockDelivery } from './builders.ts';
import { standInConnector, standInDelivery } from './stand-in.ts';

export type { Effect } from './books-process.ts';

/** Longer than any call can be under way at the books: where hubs are stopped, longer than the longest stop. */
const LONGEST_OPERATION_MS = Number(process.env.CROSSDOCK_TEST_LONGEST_OPERATION_MS ?? 1_500);

export interface Books {
  url: string;
  /** Stock that the inventory's feed tells. */
  addStock(rows: { sku: string; onHand: number }[]): Promise<void>;
  /** Each answer waits so long after its effect. */
  delay(ms: number): Promise<void>;
  effects(): Promise<Effect[]>;
  stop(): Promise<void>;
}

async function ask<Answer>(url: string, body?: unknown, signal?: AbortSignal): Promise<Answer> {
  const response = await fetch(url, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) throw new Error(`the books answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** The next line that a process prints, as JSON. */
export function firstLine<Line>(child: ChildProcess): Promise<Line> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) throw new Error('the process has no output');
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as Line));
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`ended with ${signal ?? code} before it was ready`)),
    );
  });
}

export async function startBooks(): Promise<Books> {
  const program = fileURLToPath(new URL('./books-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { url } = await firstLine<{ url: string }>(child);
  return {
    url,
    addStock: (rows) => ask(`${url}/stock`, rows),
    delay: (ms) => ask(`${url}/delay`, { ms }),
    effects: () => ask(`${url}/effects`),
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin?.end();
      await ended;
    },
  };
}

/** What the outside says of itself when a command has taken effect: a release ships at once, a cancelled order is told. */
export function newsOf(command: Command): Delivery[] {
  if (command.kind === 'fulfilment.release') {
    const { releaseId, reference, lines } = command.body;
    return [
      standInDelivery({
        stream: 'order',
        key: reference,
        persons: [],
        message: {
          type: 'fulfilment.shipped',
          releaseId,
          shipmentId: `${releaseId}-S1`,
          lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
          tracking: { company: 'Post', number: releaseId, url: null },
          at: '2026-10-02T10:00:00.000Z',
        },
      }),
    ];
  }
  return [];
}

type Done = Extract<Outcome, { status: 'done' }>;

/** The books as a connector: what it does can be searched by its key, and is done again by whoever asks without searching. */
export function booksConnector(options: { url: string; node: string; concurrency: number }) {
  const { url, node, concurrency } = options;
  const standIn = standInConnector({}, { concurrency, callTimeoutMs: 5_000, pollEveryMs: 500 });
  return defineConnector<object>({
    ...standIn,
    manifest: {
      ...standIn.manifest,
      feeds: ['stock'],
      commands: Object.fromEntries(
        (Object.keys(standIn.manifest.commands) as CommandKind[]).map((kind) => [
          kind,
          { idempotency: 'searchableReference', longestOperationMs: LONGEST_OPERATION_MS },
        ]),
      ),
    },
    settings: z.object({}).loose(),
    intake: (connection, settings) => standIn.intake(connection, { ...settings }),
    open: ({ connection }) => {
      const asked = (command: Command) => ({ key: command.key, kind: command.kind, connection, node });
      return {
        admit: () => 0,
        perform: async (command, signal): Promise<Outcome> => {
          const { result } = await ask<{ result: Effect['result'] }>(
            `${url}/perform`,
            asked(command),
            signal,
          );
          return { status: 'done', result: result as Done['result'], observations: newsOf(command) };
        },
        lookUp: async (command, signal): Promise<LookUp> => {
          const { result } = await ask<{ result: Effect['result'] | null }>(
            `${url}/look-up`,
            asked(command),
            signal,
          );
          if (result === null) return { status: 'absent' };
          return { status: 'found', result: result as Done['result'], observations: newsOf(command) };
        },
        poll: async (_feed, cursor, signal) => {
          const from = Number(cursor ?? '0');
          if (connection !== 'stock') return { deliveries: [], cursor: '0', more: false };
          const page = await ask<{ items: { sku: string; onHand: number }[]; to: number; all: number }>(
            `${url}/feed?from=${from}`,
            undefined,
            signal,
          );
          return {
            deliveries: page.items.map(({ sku, onHand }) => ({
              ...stockDelivery(sku, 'WH', onHand),
              origin: 'poll' as const,
            })),
            cursor: String(page.to),
            more: page.to < page.all,
          };
        },
        check: async () => ({ ok: true, message: 'here' }),
        close: async () => undefined,
      };
    },
  });
}
