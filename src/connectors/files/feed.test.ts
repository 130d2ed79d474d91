/** The feed of files: what is stored before it is acknowledged, in which order, and what goes on after a kill. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Clock } from '../../base/clock.ts';
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
