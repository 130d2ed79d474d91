/** The feed of files: what is stored before it is acknowledged, in which order, and what goes on after a kill. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Clock } from '../../base/clock.ts';
import type { ExchangeObservation } from '../../domain/messages.ts';
import type { Delivery, Session } from '../contract.ts';
import { files } from './index.ts';
import { filesIntake } from './intake.ts';
import { type FileSpec, writeFileText } from './sandbox/csv.ts';

const START = Date.UTC(2026, 10, 28, 6);
const MINUTE_MS = 60_000;

/** A folder with a reader; `step` reads on, from where the last step ended. */
function aPlace(context: TestContext, settings: object = { settleMs: 0 }) {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-files-test-'));
  const clock = new Clock(START, { frozen: true });
  const sessions: Session[] = [];
  const open = () => {
    const session = files.open({
      connection: 'wms',
      settings: files.settings.parse({ folder, locations: ['CITY'], ...settings }),
      clock,
      log: () => {},
    });
    sessions.push(session);
    return session;
  };
  context.after(async () => {
    for (const session of sessions) await session.close();
    rmSync(folder, { recursive: true });
  });
  let session = open();
  const intake = filesIntake('wms');
  const place = {
    folder,
    clock,
    cursor: null as string | null,
    names: (of: string) => readdirSync(join(folder, of)).sort(),
    text: (of: string, name: string) => readFileSync(join(folder, of, name), 'utf8'),
    put: (name: string, content: string | Uint8Array, into = 'inbox') =>
      writeFileSync(join(folder, into, name), content),
    restart() {
      session = open();
    },
    async step() {
      const page = await session.poll('quiet:files', place.cursor, AbortSignal.timeout(10_000));
      if ('status' in page) throw new Error(JSON.stringify(page));
      place.cursor = page.cursor;
      return page;
    },
    async read() {
      const deliveries: Delivery[] = [];
      for (let more = true; more; ) {
        const page = await place.step();
        deliveries.push(...page.deliveries);
        more = page.more;
      }
      return {
        deliveries,
        messages: deliveries
          .filter(({ topic }) => !topic.startsWith('file:part'))
          .map((delivery) => intake.normalise(delivery).message),
      };
    },
  };
  return place;
}

/** A snapshot of two items, unless told otherwise. */
function aFile(change: Partial<FileSpec> = {}): FileSpec {
  const kind = change.kind ?? 'stock-snapshot';
  const sequence = change.sequence ?? 1;
  return {
    kind,
    sender: 'OLD',
    location: 'CITY',
    sequence,
    createdAt: new Date(START - 60 * MINUTE_MS + sequence * MINUTE_MS).toISOString(),
    columns: kind === 'stock-snapshot' ? ['item', 'on_hand'] : ['item', 'quantity', 'reason'],
    rows:
      kind === 'stock-snapshot'
        ? [
            ['A', 5],
            ['B', 0],
          ]
        : [
            ['A', 2, 'received'],
            ['B', -1, 'adjusted'],
          ],
    ...change,
  };
}

test('a snapshot becomes levels, is kept as it came, and is acknowledged and moved only after all is stored', async (context) => {
  const place = aPlace(context);
  await place.step();
  const text = writeFileText(aFile());
  place.put('stock 1.csv', text);
  const first = await place.step();
  assert.equal(Buffer.concat(first.deliveries.map(({ body }) => body)).toString(), text);
  const second = await place.step();
  assert.deepEqual(
    second.deliveries.map((delivery) => filesIntake('wms').address(delivery)),
    [
      { stream: 'stock', key: 'wms/A' },
      { stream: 'stock', key: 'wms/B' },
      { stream: 'exchange', key: 'wms/OLD/CITY', heardAt: aFile().createdAt },
    ],
  );
  assert.deepEqual([place.names('inbox'), place.names('acknowledged')], [['stock 1.csv'], []]);
  await place.step();
  assert.deepEqual(place.names('inbox'), []);
  assert.equal(place.names('archive').length, 1);
  assert.equal(
    place.text('acknowledged', 'stock 1.csv.ack.csv'),
    'H,stock-acknowledgement,1,OLD,CITY,1,stock 1.csv\nS,stock-snapshot,accepted,,all rows are taken\nC,row,item,code,words\nT,2,2,0\n',
  );
  assert.deepEqual(filesIntake('wms').normalise(second.deliveries[0] as Delivery).message, {
    type: 'stock.level',
    sku: 'A',
    location: 'CITY',
    onHand: 5,
    key: 'OLD/CITY/1/3',
    at: aFile().createdAt,
  });
});

test('a duplicate is acknowledged as one and counts nothing; the same number with another content is rejected', async (context) => {
  const place = aPlace(context);
  await place.step();
  place.put('a.csv', writeFileText(aFile()));
  await place.read();
  place.put('b.csv', writeFileText(aFile()));
  const again = await place.read();
  assert.deepEqual(
    again.messages.map((each) => each.type),
    ['exchange.file'],
  );
  assert.match(place.text('acknowledged', 'b.csv.ack.csv'), /S,stock-snapshot,duplicate/);
  place.put(
    'c.csv',
    writeFileText(
      aFile({
        rows: [
          ['A', 6],
          ['B', 0],
        ],
      }),
    ),
  );
  const other = await place.read();
  assert.deepEqual(
    other.messages.map((each) => each.type === 'exchange.file' && [each.status, each.code]),
    [['rejected', 'conflict']],
  );
  assert.equal(place.names('rejected').length, 1);
  assert.match(place.text('acknowledged', 'c.csv.ack.csv'), /rejected,conflict/);
});

const DELTA = { kind: 'stock-delta' } as const;
const reports = (read: { messages: { type: string }[] }) =>
  read.messages.flatMap((each) => (each.type === 'exchange.file' ? [each as ExchangeObservation] : []));

test('files of a series are read by their numbers, whatever their names and the order in which they came', async (context) => {
  const place = aPlace(context);
  await place.step();
  place.put('a.csv', writeFileText(aFile({ ...DELTA, sequence: 3 })));
  place.put('b.csv', writeFileText(aFile({ sequence: 1 })));
  place.put('c.csv', writeFileText(aFile({ ...DELTA, sequence: 2 })));
  const told = reports(await place.read());
  assert.deepEqual(
    told.map(({ sequence, missing }) => [sequence, missing]),
    [
      [1, []],
      [2, []],
      [3, []],
    ],
  );
});

test('a gap is told; the missing file closes it', async (context) => {
  const place = aPlace(context);
  await place.step();
  place.put('1.csv', writeFileText(aFile()));
  place.put('4.csv', writeFileText(aFile({ ...DELTA, sequence: 4 })));
  assert.deepEqual(reports(await place.read())[1]?.missing, [2, 3]);
  assert.match(place.text('acknowledged', '4.csv.ack.csv'), /the files 2, 3 have not come/);
  place.put('3.csv', writeFileText(aFile({ ...DELTA, sequence: 3 })));
  const [third] = reports(await place.read());
  assert.deepEqual([third?.missing, third?.healed], [[], [3]]);
});

test('a snapshot after a gap makes it good: its levels say so, and the file that comes late is told to be contained', async (context) => {
  const place = aPlace(context);
  await place.step();
  place.put('1.csv', writeFileText(aFile()));
  place.put('3.csv', writeFileText(aFile({ sequence: 3 })));
  const read = await place.read();
  assert.deepEqual(reports(read)[1]?.healed, [2]);
  const lost = read.messages.flatMap((each) => (each.type === 'stock.level' ? [each.lost] : []));
  assert.deepEqual(lost, [undefined, undefined, ...Array(2).fill('the files 2 of OLD did not come')]);
  place.put('2.csv', writeFileText(aFile({ ...DELTA, sequence: 2 })));
  const late = await place.read();
  assert.deepEqual(
    late.messages.map(({ type }) => type),
    ['stock.moved', 'stock.moved', 'exchange.file'],
  );
  assert.match(
    place.text('acknowledged', '2.csv.ack.csv'),
    /a snapshot that was made after it has come before/,
  );
});

test('times that contradict the numbers are rejected: what a snapshot contains could not be told', async (context) => {
  const place = aPlace(context);
  await place.step();
  place.put('1.csv', writeFileText(aFile()));
  place.put('2.csv', writeFileText(aFile({ ...DELTA, sequence: 2, createdAt: aFile().createdAt })));
  assert.deepEqual(
    reports(await place.read()).map(({ code }) => code),
    [null, 'time-order'],
  );
});

test('a rejected file does not use its number: corrected, it is taken', async (context) => {
  const place = aPlace(context);
  await place.step();
  place.put('bad.csv', writeFileText(aFile({ told: { units: '7' } })));
  assert.deepEqual(
    reports(await place.read()).map(({ status, code }) => [status, code]),
    [['rejected', 'control-total']],
  );
  assert.match(place.text('acknowledged', 'bad.csv.ack.csv'), /rejected,control-total/);
  place.put('good.csv', writeFileText(aFile()));
  assert.deepEqual(
    reports(await place.read()).map(({ status }) => status),
    ['accepted'],
  );
});

test('a file is read when it has lain unchanged; one that is not whole is waited for, then rejected', async (context) => {
  const place = aPlace(context, {});
  const pass = (ms: number) => place.clock.advanceTo(place.clock.now() + ms);
  await place.step();
  const text = writeFileText(aFile());
  place.put('a.csv', text.slice(0, 70));
  assert.deepEqual((await place.read()).messages, []);
  pass(10_000);
  assert.deepEqual((await place.read()).messages, [], 'it is not whole');
  place.put('a.csv', text);
  assert.deepEqual((await place.read()).messages, [], 'it has just changed');
  pass(10_000);
  assert.equal(reports(await place.read())[0]?.status, 'accepted');
  place.put('b.csv', writeFileText(aFile({ sequence: 2 })).slice(0, 70));
  assert.deepEqual((await place.read()).messages, []);
  pass(59 * MINUTE_MS);
  assert.deepEqual((await place.read()).messages, []);
  pass(2 * MINUTE_MS);
  assert.deepEqual(
    reports(await place.read()).map(({ code }) => code),
    ['trailer'],
  );
});

test('uploads under other names are left alone', async (context) => {
  const place = aPlace(context);
  await place.step();
  for (const name of ['a.csv.part', 'a.tmp', '.a.csv', 'README']) place.put(name, writeFileText(aFile()));
  assert.deepEqual((await place.read()).messages, []);
});

test('rows that are refused stand in the acknowledgement by number; the others are told', async (context) => {
  const place = aPlace(context);
  await place.step();
  place.put(
    'a.csv',
    writeFileText(
      aFile({
        rows: [
          ['A', 5],
          ['B', '1.5'],
          ['C', 2],
        ],
      }),
    ),
  );
  const read = await place.read();
  assert.deepEqual(
    read.messages.flatMap((each) => (each.type === 'stock.level' ? [each.sku] : [])),
    ['A', 'C'],
  );
  assert.deepEqual(place.text('acknowledged', 'a.csv.ack.csv').split('\n').slice(1), [
    'S,stock-snapshot,accepted,,"1 of 3 rows are refused, the others are taken"',
    'C,row,item,code,words',
    'R,4,B,fraction,on_hand 1.5 is no whole number of units: convert it to stock units',
    'T,3,2,1',
    '',
  ]);
});

test('killed after any step, it goes on: everything is told once or again word for word, and acknowledged', async (context) => {
  const rows = Array.from({ length: 2500 }, (_, index) => [`ITEM-${index}`, index % 7]);
  const text = writeFileText(aFile({ rows }));
  const whole = aPlace(context);
  await whole.step();
  whole.put('a.csv', text);
  const expected = (await whole.read()).deliveries.map(({ body, topic }) => [topic, body.toString()]);
  assert.equal(expected.length, 1 + 2500 + 1);
  const place = aPlace(context);
  await place.step();
  place.put('a.csv', text);
  const told: string[][] = [];
  for (let more = true; more; ) {
    // The page is lost with the process that had asked for it.
    const before = place.cursor;
    await place.step();
    place.cursor = before;
    place.restart();
    const page = await place.step();
    told.push(...page.deliveries.map(({ body, topic }) => [topic, body.toString()]));
    more = page.more;
  }
  assert.deepEqual(
    told.map(([topic, body]) => [topic, body?.replace(/"putAt":"[^"]*"/, '')]),
    expected.map(([topic, body]) => [topic, body?.replace(/"putAt":"[^"]*"/, '')]),
  );
  assert.deepEqual([place.names('inbox'), place.names('acknowledged')], [[], ['a.csv.ack.csv']]);
});

test('a hub that was set back reads what it has archived meanwhile again', async (context) => {
  const place = aPlace(context);
  await place.step();
  place.put('1.csv', writeFileText(aFile()));
  await place.read();
  const backup = place.cursor;
  place.put('2.csv', writeFileText(aFile({ ...DELTA, sequence: 2 })));
  await place.read();
  place.cursor = backup;
  place.restart();
  const told = reports(await place.read());
  assert.deepEqual(
    told.map(({ sequence, name, missing }) => [sequence, name, missing]),
    [[2, '2.csv', []]],
  );
});

test('a file that changes while it is read is told, and its number stays with what was read', async (context) => {
  const place = aPlace(context);
  await place.step();
  const rows = Array.from({ length: 1500 }, (_, index) => [`ITEM-${index}`, 1]);
  place.put('a.csv', writeFileText(aFile({ rows })));
  await place.step();
  await place.step();
  place.put('a.csv', writeFileText(aFile()));
  place.restart();
  assert.deepEqual(
    reports(await place.read()).map(({ code }) => code),
    ['changed', 'conflict'],
  );
});
