/** The sub-ledger in the store: written with the facts, balanced, posted once, never changed; and what the auditor sees of it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readEvidence } from '../../src/audit/evidence.ts';
import { Findings } from '../../src/audit/findings.ts';
import { checkStreams } from '../../src/audit/streams.ts';
import { type Database, openDatabase } from '../../src/store/db.ts';
import { isOfData } from '../../src/store/errors.ts';
import { migrate } from '../../src/store/migrate.ts';
import { ensurePartitions, partitionsOf } from '../../src/store/partitions.ts';
import { databases, type TestDatabaseKind, withDatabase } from '../harness/database.ts';
import { aPosting, aTax, post, postingProcess } from '../support/posted.ts';

const AT = '2026-10-02T08:00:00.000Z';

async function on(kind: TestDatabaseKind, work: (database: Database) => Promise<void>): Promise<void> {
  await withDatabase(kind, async (place) => {
    const database = await openDatabase(place);
    try {
      await migrate(database, AT);
      await database.query("insert into configuration (version, body, created_at) values (1, '{}', $1)", [
        AT,
      ]);
      await work(database);
    } finally {
      await database.close();
    }
  });
}

const capture = aPosting('capture/1', [
  ['clearing', '1460', 10_499, { dimensions: { gateway: 'visa' } }],
  ['deposits', '3272', -10_499],
]);
const shipment = aPosting(
  'shipment/1',
  [
    ['deposits', '3272', 10_499],
    ['revenue', '8400', -8_823],
    ['tax', '3806', -1_676, { dimensions: { registration: 'DE', taxCode: 'DE19' } }],
  ],
  { taxes: [aTax(8_823, 1_676)] },
);

async function findings(database: Database): Promise<string[]> {
  const found = new Findings();
  const evidence = await readEvidence(database);
  await checkStreams({
    sql: database,
    processes: { order: postingProcess },
    evidence,
    findings: found,
    onStream: () => undefined,
  });
  return found.list().map(({ message }) => message);
}

for (const kind of databases()) {
  describe(`the sub-ledger on ${kind}`, () => {
    test('postings of a fact become rows in the turn that decides it, each with its lines and taxes', () =>
      on(kind, async (database) => {
        await ensurePartitions(database, Date.parse(AT));
        await post(database, { 'shop/1': [capture, shipment], 'shop/2': [capture] });
        await post(database, {
          'shop/1': [
            aPosting('payout/1', [
              ['bank', '1200', 100],
              ['clearing', '1460', -100, { item: 'shop/2' }],
            ]),
          ],
        });
        const lines = await database.query(
          `select key, seq, item, line, account, amount_minor, open_item from posting_line order by key, seq, item, line`,
        );
        assert.equal(lines.length, 9);
        assert.deepEqual(lines[0], {
          key: 'shop/1',
          seq: 1,
          item: 0,
          line: 0,
          account: '1460',
          amount_minor: 10_499,
          open_item: null,
        });
        assert.equal(lines[6]?.open_item, 'shop/2', 'what another order has opened is named');
        assert.deepEqual(await database.query('select registration, book_tax_minor from tax_entry'), [
          { registration: 'DE', book_tax_minor: 1_676 },
        ]);
        assert.ok((await partitionsOf(database, 'posting_line')).includes('posting_line_2026_10'));
        assert.deepEqual(await database.query('select count(*) as lines from posting_line_2026_10'), [
          { lines: 9 },
        ]);
        assert.deepEqual(await findings(database), []);
      }));

    test('what does not balance is refused, by who decides it and by the database', () =>
      on(kind, async (database) => {
        await assert.rejects(
          post(database, { 'shop/1': [aPosting('capture/1', [['clearing', '1460', 1]])] }),
          /capture\/1 is off by 1 in its currency/,
        );
        await assert.rejects(
          database.query(
            `insert into posting_line (bucket, kind, key, seq, item, line, entity, account, role, currency, amount_minor, book_minor,
               posting_date, dimensions) values (0, 'order', 'shop/1', 1, 0, 0, 'retail', '1460', 'clearing', 'EUR', 5, 5, '2026-10-01', '{}')`,
          ),
          (error) => isOfData(error) && /is off by 5/.test(String(error)),
        );
        assert.deepEqual(await database.query('select count(*) as n from posting_line'), [{ n: 0 }]);
      }));

    test('an act of a stream is posted once', () =>
      on(kind, async (database) => {
        await post(database, { 'shop/1': [capture] });
        await assert.rejects(post(database, { 'shop/1': [capture] }), isOfData);
        await post(database, { 'shop/2': [capture] });
      }));

    test('what was posted is never changed', () =>
      on(kind, async (database) => {
        await post(database, { 'shop/1': [shipment] });
        for (const change of [
          'update posting_line set book_minor = 0',
          'delete from posting',
          'delete from tax_entry',
        ])
          await assert.rejects(database.query(change), /never changed/, change);
      }));

    test('whoever changes it all the same is found out by the auditor', () =>
      on(kind, async (database) => {
        await post(database, { 'shop/1': [capture, shipment] });
        const { seq } = (await database.query<{ seq: number }>('select seq from posting limit 1'))[0] as {
          seq: number;
        };
        assert.equal(seq, 1);
        for (const table of ['posting', 'posting_line', 'tax_entry'])
          await database.query(`alter table ${table} disable trigger ${table}_stays`);
        const tried: [change: string, back: string, says: RegExp][] = [
          [
            "update posting_line set account = '9999' where account = '8400'",
            "update posting_line set account = '8400' where account = '9999'",
            /posting shipment\/1, which stands otherwise/,
          ],
          [
            "update posting_line set book_minor = book_minor + 1 where account = '8400'",
            "update posting_line set book_minor = book_minor - 1 where account = '8400'",
            /the books of de in EUR are off by 0, by 1/,
          ],
          [
            'update tax_entry set book_tax_minor = 1',
            'update tax_entry set book_tax_minor = 1676',
            /tells 1 of tax in the tax ledger, and 1676 on accounts/,
          ],
          [
            "delete from posting where posting = 'shipment/1'",
            'select 1',
            /carries 2 postings; the sub-ledger has 1/,
          ],
        ];
        for (const [change, back, says] of tried) {
          await database.query(change);
          assert.ok(
            (await findings(database)).some((message) => says.test(message)),
            String(says),
          );
          await database.query(back);
        }
        const left = await findings(database);
        assert.ok(left.some((message) => /3 lines name a posting/.test(message)));
        assert.ok(left.some((message) => /there are 2 keys of postings for 1 postings/.test(message)));
      }));
  });
}
