/** What makes a file whole and right, what is refused of it, and in which words. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { examine, readRows } from './examine.ts';
import { type FileSpec, writeFileText } from './sandbox/csv.ts';

const folder = mkdtempSync(join(tmpdir(), 'crossdock-examine-'));
after(() => rmSync(folder, { recursive: true }));
let serial = 0;

async function read(content: string | Uint8Array) {
  serial += 1;
  const path = join(folder, `${serial}.csv`);
  writeFileSync(path, content);
  const examined = await examine(path, ['CITY']);
  const rows = [];
  if (!examined.refused) for await (const some of readRows(path, examined)) rows.push(...some);
  return { ...examined, list: rows };
}

const spec = (change: Partial<FileSpec> = {}): FileSpec => ({
  kind: 'stock-snapshot',
  sender: 'OLD',
  location: 'CITY',
  sequence: 7,
  createdAt: '2026-11-28T02:00:00Z',
  columns: ['item', 'on_hand'],
  rows: [
    ['A', 5],
    ['B', 0],
  ],
  ...change,
});
const text = (change: Partial<FileSpec> = {}, style = {}) => writeFileText(spec(change), style);
const delta = (rows: FileSpec['rows'], columns = ['item', 'quantity', 'reason']) =>
  text({ kind: 'stock-delta', columns, rows });
const problems = (of: Awaited<ReturnType<typeof read>>) =>
  of.list.flatMap((row) => ('refused' in row ? [[row.row, row.refused.code]] : []));

test('line ends, a byte order mark, blank lines and quotes change nothing', async () => {
  const plain = await read(text());
  for (const each of [
    text({}, { newline: '\r\n' }),
    text({}, { bom: true }),
    text({}, { newline: '\r\n', bom: true }),
    text().trimEnd(),
    text().replace('C,item', '"C","item"').replace('D,A,5', 'D,"A","5"'),
  ]) {
    const other = await read(each);
    assert.equal(other.refused, null);
    assert.deepEqual([other.header, other.rows, other.units, other.list], [plain.header, 2, '5', plain.list]);
  }
  const spaced = await read(text().replaceAll('\n', '\n\n'));
  assert.deepEqual([spaced.refused, spaced.accepted], [null, 2]);
  assert.deepEqual(
    spaced.list.map(({ row }) => row),
    [5, 7],
    'blank lines count, as a spreadsheet counts them',
  );
});

test('an item may hold commas, quotes and line ends', async () => {
  const { list, refused } = await read(text({ rows: [['MUG, "BLUE"\nLARGE', 5]] }));
  assert.equal(refused, null);
  assert.deepEqual(list, [
    { row: 3, item: 'MUG, "BLUE"\nLARGE', fields: { item: 'MUG, "BLUE"\nLARGE', on_hand: '5' } },
  ]);
});

test('what is no UTF-8 text is refused in words that help', async () => {
  const latin = Buffer.from(text({ rows: [['TASSE-GRÜN', 5]] }), 'latin1');
  assert.match((await read(latin)).refused?.words ?? '', /not UTF-8 .*is it Latin-1 or Windows-1252\?/);
  assert.equal((await read(latin)).refused?.unfinished, undefined);
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text(), 'utf16le')]);
  assert.match((await read(utf16)).refused?.words ?? '', /UTF-16: export it as UTF-8/);
  const holes = Buffer.from(text().replace('D,B', '\0\0\0'));
  assert.match((await read(holes)).refused?.words ?? '', /is NUL: it is no text, or was not uploaded whole/);
});

test('a header that is wrong is refused, and says what is expected', async () => {
  for (const [change, words] of [
    [{ version: 2 }, /version "2" of stock-snapshot is not read: send version 1/],
    [
      { kind: 'stock-list' as FileSpec['kind'] },
      /"stock-list" is none of stock-snapshot, stock-delta, receipt/,
    ],
    [{ sender: 'OLD WMS' }, /the sender "OLD WMS" is no code/],
    [{ sequence: 0 }, /the sequence number "0" is none/],
    [{ createdAt: '28.11.2026 02:00' }, /no instant: such as 2026-11-28T02:00:00Z, with its offset/],
    [{ createdAt: '2026-11-28T02:00:00' }, /with its offset/],
    [{ location: 'PIER' }, /files of PIER are not expected here \(expected: CITY\)/],
    [{ columns: ['item', 'on_hand', 'colour'] }, /there is no column "colour" in stock-snapshot/],
    [{ columns: ['item', 'damaged'] }, /the column on_hand is missing/],
    [{ columns: ['item', 'item', 'on_hand'] }, /the column item is there twice/],
  ] as const)
    assert.match((await read(text(change as Partial<FileSpec>))).refused?.words ?? 'none', words);
  assert.equal((await read('')).refused?.unfinished, true);
  assert.match((await read('item;on_hand\nA;5\n')).refused?.words ?? '', /the first record is no header/);
});

test('an instant with an offset is taken in UTC', async () => {
  const { header } = await read(text({ createdAt: '2026-11-28T03:00:00+01:00' }));
  assert.equal(header?.createdAt, '2026-11-28T02:00:00.000Z');
});

test('whatever its upload has reached so far, a file that is not whole is never taken', async () => {
  const whole = text({
    rows: [
      ['TASSE-GRÜN', 5],
      ['MUG, "BLUE"', 12],
      ['C', 1],
    ],
  });
  const bytes = Buffer.from(whole);
  for (let length = 0; length < bytes.length - 1; length += 1) {
    const { refused } = await read(bytes.subarray(0, length));
    assert.equal(refused?.unfinished, true, `${length} bytes: ${refused?.words}`);
  }
  assert.equal((await read(bytes)).refused, null);
});

test('totals that are wrong refuse the whole file; rows after the trailer too', async () => {
  const rows = await read(text({ told: { rows: 3 } }));
  assert.match(rows.refused?.words ?? '', /the trailer counts "3" rows, the file has 2/);
  const units = await read(text({ told: { units: '6' } }));
  assert.match(units.refused?.words ?? '', /the trailer counts "6" units, the rows of the file have 5/);
  const after = await read(`${text()}D,C,1\n`);
  assert.match(after.refused?.words ?? '', /row 6 stands after the trailer/);
  assert.equal((await read(text({ told: { units: '5.000' } }))).refused, null);
});

test('a bad row is told by its number and its reason, and the good ones are taken', async () => {
  const of = await read(
    text({
      rows: [
        ['A', 5],
        ['', 1],
        ['B', '1.5'],
        ['C', 'many'],
        ['D', '1.000'],
        ['E', -2],
        ['F'],
        ['G', '1,000'],
      ],
      told: { units: '0' },
    }),
  );
  assert.equal(of.refused, null);
  assert.deepEqual(problems(of), [
    [4, 'item'],
    [5, 'fraction'],
    [6, 'quantity'],
    [9, 'fields'],
    [10, 'quantity'],
  ]);
  assert.deepEqual(
    [of.accepted, of.rejected, of.units],
    [3, 5, null],
    'units cannot be checked: one is no number',
  );
});

test('a quote in the middle of a field spoils its row, not the file', async () => {
  const of = await read(
    text({
      rows: [
        ['A', 5],
        ['B', 1],
      ],
    }).replace('D,A,5', 'D,A"X,5'),
  );
  assert.equal(of.refused, null);
  assert.deepEqual(problems(of), [[3, 'not-csv']]);
  assert.deepEqual([of.rows, of.accepted], [2, 1]);
});

test('an item that stands in two rows of a snapshot is refused in both', async () => {
  const of = await read(
    text({
      rows: [
        ['A', 5],
        ['B', 1],
        ['A', 6],
      ],
    }),
  );
  assert.deepEqual(problems(of), [
    [3, 'repeated'],
    [5, 'repeated'],
  ]);
  assert.deepEqual([of.accepted, of.rejected], [1, 2]);
  const twice = await read(
    delta([
      ['A', 1, 'sold'],
      ['A', 2, 'received'],
    ]),
  );
  assert.deepEqual([twice.accepted, twice.rejected], [2, 0], 'a delta may move it twice');
});

test('rows of a delta: below zero, reasons, times and identities', async () => {
  const columns = ['item', 'quantity', 'reason', 'disposition', 'movement_id', 'at'];
  const of = await read(
    delta(
      [
        ['A', -3, 'adjusted', '', 'M1', ''],
        ['A', 1, 'returned', 'restock', 'M2', '2026-11-28T01:00:00Z'],
        ['A', 1, 'stolen', '', 'M3', ''],
        ['A', 1, 'returned', 'burnt', 'M4', ''],
        ['A', 1, 'received', '', 'M5', '2026-11-28T03:00:00Z'],
        ['A', 1, 'received', '', 'M1', ''],
      ],
      columns,
    ),
  );
  assert.deepEqual(problems(of), [
    [3, 'repeated'],
    [5, 'reason'],
    [6, 'disposition'],
    [7, 'time'],
    [8, 'repeated'],
  ]);
  const receipt = await read(
    text({ kind: 'receipt', columns: ['item', 'quantity', 'document'], rows: [['A', -1, 'PO-1']] }),
  );
  assert.deepEqual(problems(receipt), [[3, 'negative']]);
});

/** Memory that is in use. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test('a long file is read with flat memory', { timeout: 240_000 }, async () => {
  const path = join(folder, 'million.csv');
  const { createWriteStream } = await import('node:fs');
  const { once } = await import('node:events');
  const out = createWriteStream(path);
  const count = 100_000;
  out.write(`H,stock-snapshot,1,OLD,CITY,1,2026-11-28T02:00:00Z\nC,item,on_hand\n`);
  for (let at = 0; at < count; at += 10_000) {
    let lines = '';
    for (let row = at; row < at + 10_000; row += 1)
      lines += `D,ITEM-${String(row).padStart(9, '0')},${row % 50}\n`;
    if (!out.write(lines)) await once(out, 'drain');
  }
  out.end(`T,${count},${(count / 50) * ((49 * 50) / 2)}\n`);
  await once(out, 'finish');
  // What is held, not what waits to be collected: all rows together would be some 30 MB.
  const before = heldBytes();
  const examined = await examine(path, ['CITY']);
  assert.deepEqual([examined.refused, examined.accepted], [null, count]);
  let peak = before;
  let rows = 0;
  for await (const some of readRows(path, examined)) {
    if (Math.floor(rows / 10_000) < Math.floor((rows + some.length) / 10_000))
      peak = Math.max(peak, heldBytes());
    rows += some.length;
  }
  assert.equal(rows, count);
  const grownMegabytes = (peak - before) / 1024 ** 2;
  assert.ok(grownMegabytes < 8, `${Math.round(grownMegabytes)} MB are held`);
});
