/** A lane by itself: an outbox of a few lines stands for the database, so that every order of events can be made. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../base/clock.ts';
import { Random } from '../base/random.ts';
import type { Command, LookUp, Outcome, Session } from '../connectors/contract.ts';
import type { Database, Row } from '../store/db.ts';
import { DatabaseError } from '../store/errors.ts';
import type { OutboxRow } from '../store/outbox.ts';
import type { IssuedCommand } from '../store/turn.ts';
import type { OpenConnection } from './connections.ts';
import { Lane } from './lane.ts';
import type { LaneCommit, LaneWrites } from './lane-writes.ts';

const NOW = Date.parse('2026-10-01T09:00:00Z');

interface Options {
  concurrency?: number;
  idempotency?: 'searchableReference' | 'none';
  perform?: (command: Command) => Outcome | Promise<Outcome>;
  performBatch?: (commands: readonly Command[]) => Promise<Outcome[]>;
  lookUp?: (command: Command) => LookUp;
  /** Left out: nothing may be logged. */
  log?: (level: string, message: string) => void;
}

function aCommand(id: number, subject = `shop/${id}`, changes: Partial<OutboxRow> = {}): OutboxRow {
  return {
    bucket: 0,
    id: `id-${id}`,
    key: `key-${id}`,
    command: 'erp.createSalesOrder',
    stream_kind: 'order',
    stream_key: subject,
    subject,
    body: {},
    status: 'waiting',
    attempts: 0,
    lookups: 0,
    first_attempt_at: null,
    attempt_at: null,
    due_at: NOW,
    ...changes,
  };
}

const issued = (row: OutboxRow): IssuedCommand => ({
  bucket: row.bucket,
  id: row.id,
  connection: 'erp',
  key: row.key,
  command: row.command,
  streamKind: row.stream_kind,
  streamKey: row.stream_key,
  subject: row.subject,
  body: row.body,
  attempts: 0,
});

/** `status` is a wider word here: rows stay when they are settled. */
type Line = OutboxRow & { open: boolean; told?: string };

/** A lane with its outbox; what was called, committed and told. */
function aLane(options: Options = {}) {
  const outbox = new Map<string, Line>();
  const calls: string[] = [];
  const commits: LaneWrites[] = [];
  const state = {
    holdsLease: true,
    kept: true,
    beforeLoad: undefined as Promise<void> | undefined,
    commitFails: undefined as Error | undefined,
  };
  const clock = new Clock(NOW, { frozen: true });
  const database = {
    kind: 'postgres',
    async query(_text: string, [, known, limit]: [string, string[], number]): Promise<Row[]> {
      // What a statement sees is decided when it begins.
      const seen = [...outbox.values()].filter((row) => row.open && !known.includes(row.id)).slice(0, limit);
      const rows = structuredClone(seen);
      await state.beforeLoad;
      return rows;
    },
  } as unknown as Database;
  const done = (): Outcome => ({ status: 'done', result: { salesOrderId: 'S', number: '1' } });
  const connection = {
    config: { id: 'erp' },
    connector: {
      manifest: {
        commands: {
          'erp.createSalesOrder': {
            idempotency: options.idempotency ?? 'searchableReference',
            longestOperationMs: 60_000,
          },
        },
      },
    },
    limits: { concurrency: options.concurrency ?? 4, callTimeoutMs: 1_000, pollEveryMs: 1_000 },
  } as unknown as OpenConnection;
  const { performBatch } = options;
  const session: Session = {
    admit: () => 0,
    perform: (command) => {
      calls.push(`perform ${command.id}`);
      return Promise.resolve((options.perform ?? done)(command));
    },
    lookUp: (command) => {
      calls.push(`lookUp ${command.id}`);
      return Promise.resolve(options.lookUp?.(command) ?? { status: 'absent' });
    },
    ...(performBatch ? { performBatch, batchSizes: { 'erp.createSalesOrder': 10 } } : {}),
    poll: async () => ({ deliveries: [], cursor: '', more: false }),
    check: async () => ({ ok: true, message: '' }),
    close: async () => undefined,
  };
  const lane = new Lane({
    connection,
    session,
    database,
    clock,
    random: new Random('lane'),
    holdsLease: () => state.holdsLease,
    commit: async (writes): Promise<LaneCommit> => {
      commits.push(writes);
      if (state.commitFails) throw state.commitFails;
      if (!state.kept) return { kept: false };
      const attempts = new Set<string>();
      for (const { id, attempts: number } of writes.attempts) {
        const row = outbox.get(id);
        if (!row?.open || row.attempts !== number - 1) continue;
        Object.assign(row, { attempts: number, status: 'calling' });
        attempts.add(id);
      }
      const ends = new Set<string>();
      for (const { id, attempts: number, status } of writes.ends) {
        const row = outbox.get(id);
        if (!row?.open || row.attempts !== number) continue;
        Object.assign(row, { status, open: status === 'waiting' || status === 'doubt' });
        ends.add(id);
      }
      for (const { commandId, message } of writes.results) {
        const row = outbox.get(commandId);
        if (row) row.told = message.type;
      }
      return { kept: true, attempts, ends, persons: new Map() };
    },
    log:
      options.log ??
      ((level, message, details) => assert.fail(`${level}: ${message} ${JSON.stringify(details)}`)),
    onProblem: () => undefined,
  });
  const put = (...rows: OutboxRow[]) => {
    for (const row of rows) outbox.set(row.id, { ...row, open: true });
  };
  return { lane, outbox, calls, commits, state, clock, put, session };
}

/** Lets everything run that needs no time. */
async function settle(): Promise<void> {
  for (let round = 0; round < 50; round += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('commands about one subject keep their order, others go beside them', async () => {
  const { lane, calls, put, outbox } = aLane();
  put(aCommand(1, 'a'), aCommand(2, 'a'), aCommand(3, 'b'));
  lane.setLeased(true);
  await settle();
  assert.deepEqual(calls, ['perform id-1', 'perform id-3', 'perform id-2']);
  assert.ok([...outbox.values()].every((row) => row.told === 'command.done'));
});

test('a database that is away for a moment is no defect of the lane, which begins anew', async () => {
  const logs: string[] = [];
  const { lane, calls, state, put } = aLane({ log: (level, message) => logs.push(`${level}: ${message}`) });
  put(aCommand(1));
  state.commitFails = new DatabaseError(
    'terminating connection due to idle-in-transaction timeout',
    '25P03',
    undefined,
  );
  lane.setLeased(true);
  await settle();
  assert.deepEqual(logs, ['warn: the database is away; the lane begins anew']);
  state.commitFails = undefined;
  while (calls.length === 0) await settle();
  assert.deepEqual(calls, ['perform id-1']);
  await lane.stop();
});

test('what is issued while the outbox is being read is not lost', async () => {
  const { lane, calls, state, put } = aLane();
  let read = () => {};
  state.beforeLoad = new Promise((resolve) => {
    read = resolve;
  });
  lane.setLeased(true);
  await settle();
  // The statement that reads the outbox does not see this one any more.
  const late = aCommand(1);
  put(late);
  lane.offer([late]);
  state.beforeLoad = undefined;
  read();
  await settle();
  assert.deepEqual(calls, ['perform id-1']);
});

test('what becomes visible late, with whatever id, is found at the next look', async () => {
  const { lane, calls, put } = aLane();
  put(aCommand(500));
  lane.setLeased(true);
  await settle();
  put(aCommand(1));
  lane.lookForMore();
  await settle();
  assert.deepEqual(calls, ['perform id-500', 'perform id-1']);
});

test('more than fits into memory is worked off all the same, and the lane is idle only then', async () => {
  const { lane, calls, put } = aLane({ concurrency: 500 });
  put(...Array.from({ length: 9_000 }, (_, id) => aCommand(id)));
  lane.setLeased(true);
  for (let round = 0; round < 200 && lane.status.busy; round += 1) await settle();
  assert.equal(new Set(calls).size, 9_000);
  assert.equal(lane.status.busy, false);
});

test('a full memory that waits for its system is not busy: time may pass', async () => {
  const { lane, put } = aLane({
    concurrency: 5_000,
    perform: () => ({ status: 'transient', message: '503' }),
  });
  put(...Array.from({ length: 5_000 }, (_, id) => aCommand(id)));
  lane.setLeased(true);
  await settle();
  assert.equal(lane.status.busy, false);
  assert.ok((lane.status.nextDueAt ?? 0) > NOW);
});

test('a command that somebody else has settled meanwhile is not called', async () => {
  const { lane, calls, put, outbox } = aLane();
  lane.setLeased(true);
  await settle();
  const row = aCommand(1);
  put(row);
  Object.assign(outbox.get('id-1') ?? {}, { open: false, attempts: 1, status: 'done' });
  lane.offer([row]);
  await settle();
  assert.deepEqual(calls, []);
  assert.equal(lane.status.queued, 0);
});

test('nothing is called when the lease has gone between the commit and the call', async () => {
  const { lane, calls, put, state, commits } = aLane();
  let asked = 0;
  Object.defineProperty(state, 'holdsLease', { get: () => asked++ < 1 });
  put(aCommand(1));
  lane.setLeased(true);
  await settle();
  assert.equal(commits.length, 1);
  assert.deepEqual(calls, []);
});

test('an outcome that comes after the lease was lost is not written; its successor looks it up', async () => {
  let answer = (_: Outcome) => {};
  const first = aLane({ perform: () => new Promise((resolve) => (answer = resolve)) });
  first.put(aCommand(1));
  first.lane.setLeased(true);
  await settle();
  first.lane.setLeased(false);
  answer({ status: 'done', result: { salesOrderId: 'late', number: '1' } });
  await settle();
  assert.deepEqual(
    first.commits.flatMap((writes) => writes.ends),
    [],
  );

  const second = aLane({
    lookUp: () => ({ status: 'found', result: { salesOrderId: 'found', number: '1' } }),
  });
  second.put(...first.outbox.values());
  second.lane.setLeased(true);
  await settle();
  assert.deepEqual(second.calls, ['lookUp id-1']);
  assert.equal(second.outbox.get('id-1')?.status, 'done');
});

test('a commit that another node has overtaken ends the work here', async () => {
  const { lane, calls, put, state } = aLane();
  state.kept = false;
  put(aCommand(1));
  lane.setLeased(true);
  await settle();
  assert.deepEqual(calls, []);
  assert.equal(lane.status.leased, false);
});

test('what was under way and cannot be searched for is settled by a person', async () => {
  const { lane, calls, put, outbox } = aLane({ idempotency: 'none' });
  put(aCommand(1, 'a', { status: 'calling', attempts: 1, attempt_at: NOW, first_attempt_at: NOW }));
  put(aCommand(2, 'a'));
  lane.setLeased(true);
  await settle();
  assert.equal(outbox.get('id-1')?.told, 'command.unsettled');
  assert.deepEqual(calls, ['perform id-2'], 'it blocks its subject no longer');
});

test('a connector that throws, at once or later, or leaves one out of a batch, leaves its commands in doubt', async () => {
  const throwing = aLane({
    perform: () => {
      throw new Error('defect');
    },
  });
  throwing.put(aCommand(1));
  throwing.lane.setLeased(true);
  await settle();
  assert.equal(throwing.outbox.get('id-1')?.status, 'doubt');

  const forgetful = aLane({
    performBatch: async () => [{ status: 'done', result: { salesOrderId: 'S', number: '1' } }],
  });
  forgetful.put(aCommand(1), aCommand(2));
  forgetful.lane.setLeased(true);
  await settle();
  assert.equal(forgetful.outbox.get('id-1')?.status, 'done');
  assert.equal(forgetful.outbox.get('id-2')?.status, 'doubt');
});

test('no answer in time leaves the command in doubt, and what comes later does not count', async () => {
  let answer = (_: Outcome) => {};
  const { lane, put, outbox, clock, calls } = aLane({
    perform: () => new Promise((resolve) => (answer = resolve)),
  });
  put(aCommand(1));
  lane.setLeased(true);
  await settle();
  clock.advanceTo(NOW + 1_000);
  await settle();
  assert.equal(outbox.get('id-1')?.status, 'doubt');
  answer({ status: 'done', result: { salesOrderId: 'late', number: '1' } });
  await settle();
  assert.equal(outbox.get('id-1')?.status, 'doubt');
  clock.advanceTo(NOW + 30_000);
  await settle();
  assert.deepEqual(calls, ['perform id-1', 'lookUp id-1']);
});

test('a held lane begins nothing, and goes on when it is let go', async () => {
  const { lane, calls, put } = aLane();
  put(aCommand(1));
  lane.setHeld(true);
  lane.setLeased(true);
  await settle();
  assert.deepEqual(calls, []);
  assert.equal(lane.reserve(issued(aCommand(2))), false);
  lane.setHeld(false);
  await settle();
  assert.deepEqual(calls, ['perform id-1']);
});

test('refused credentials pause the lane and alert; one call finds out when they work again', async () => {
  let refused = true;
  const { lane, calls, put, clock, outbox } = aLane({
    perform: () =>
      refused
        ? { status: 'auth', message: '401' }
        : { status: 'done', result: { salesOrderId: 'S', number: '1' } },
  });
  put(...[1, 2, 3, 4, 5, 6].map((id) => aCommand(id)));
  lane.setLeased(true);
  await settle();
  assert.equal(calls.length, 4, 'those that were under way at once');
  assert.ok(lane.status.pausedUntil > NOW);
  assert.ok(lane.status.pausedUntil <= NOW + 15_000);
  clock.advanceTo(lane.status.pausedUntil);
  await settle();
  assert.equal(calls.length, 5, 'a single call');
  refused = false;
  for (let round = 0; round < 20; round += 1) {
    clock.advanceTo(lane.status.nextDueAt ?? clock.now());
    await settle();
  }
  assert.ok([...outbox.values()].every((row) => String(row.status) === 'done'));
});

test('a reservation takes a place, and gives it back when the commit fails', async () => {
  const { lane, calls, put, outbox } = aLane({ concurrency: 1 });
  lane.setLeased(true);
  await settle();
  const [one, two] = [aCommand(1), aCommand(2)];
  assert.equal(lane.reserve(issued(one)), true);
  assert.equal(lane.reserve(issued(two)), false, 'there is one place');
  lane.release(issued(one));
  assert.equal(lane.reserve(issued(two)), true);
  put({ ...two, attempts: 1, status: 'calling' });
  // A look at the outbox in between sees it as under way, and leaves it to the reservation.
  lane.lookForMore();
  await settle();
  lane.begin([{ ...two, attempts: 1, attempt_at: NOW, first_attempt_at: NOW }], new Map(), lane.epoch);
  await settle();
  assert.deepEqual(calls, ['perform id-2']);
  assert.equal(outbox.get('id-2')?.status, 'done');
});

test('a reservation of a memory that was given up meanwhile is not called, but looked up', async () => {
  const { lane, calls, put } = aLane();
  lane.setLeased(true);
  await settle();
  const row = aCommand(1);
  assert.equal(lane.reserve(issued(row)), true);
  const { epoch } = lane;
  put({ ...row, attempts: 1, status: 'calling', attempt_at: NOW, first_attempt_at: NOW });
  lane.setLeased(false);
  lane.setLeased(true);
  lane.begin([{ ...row, attempts: 1 }], new Map(), epoch);
  await settle();
  assert.deepEqual(calls, ['lookUp id-1']);
});

test('no command is reserved before another one about the same subject', async () => {
  const { lane, put } = aLane({ perform: () => new Promise(() => undefined) });
  put(aCommand(1, 'a'));
  lane.setLeased(true);
  await settle();
  assert.equal(lane.reserve(issued(aCommand(2, 'a'))), false);
  assert.equal(lane.reserve(issued(aCommand(3, 'b'))), true);
  assert.equal(lane.reserve(issued(aCommand(4, 'b'))), false);
});

test('a batch takes along what can join it, also from behind other commands, and the others keep their order', async () => {
  const batches: string[][] = [];
  const { lane, calls, put, outbox } = aLane({
    concurrency: 1,
    performBatch: async (commands) => {
      batches.push(commands.map(({ id }) => id));
      return commands.map(() => ({ status: 'done', result: { salesOrderId: 'S', number: '1' } }));
    },
  });
  const other = { command: 'erp.recordShipment' };
  put(
    aCommand(1),
    aCommand(2, 'b', other),
    aCommand(3),
    aCommand(4, 'd', other),
    aCommand(5),
    aCommand(6, 'f', { due_at: NOW + 60_000 }),
  );
  lane.setLeased(true);
  await settle();
  assert.deepEqual(batches, [['id-1', 'id-3', 'id-5']]);
  assert.deepEqual(calls, ['perform id-2', 'perform id-4']);
  assert.equal(outbox.get('id-6')?.open, true, 'it is not due');
});

test('what a vendor’s budget was taken for is called, also where the size of batches has changed meanwhile', async () => {
  let size = 2;
  const batches: number[] = [];
  const { lane, put, session } = aLane({
    performBatch: async (commands) => {
      batches.push(commands.length);
      return commands.map(() => ({ status: 'done', result: { salesOrderId: 'S', number: '1' } }));
    },
  });
  let admitted = 0;
  Object.defineProperty(session, 'batchSizes', { get: () => ({ 'erp.createSalesOrder': size }) });
  session.admit = () => {
    admitted += 1;
    // The attempts are still to be committed.
    if (admitted === 3) size = 6;
    return 0;
  };
  put(...[1, 2, 3, 4, 5, 6].map((id) => aCommand(id)));
  lane.setLeased(true);
  await settle();
  assert.deepEqual([admitted, batches], [3, [2, 2, 2]]);
});
