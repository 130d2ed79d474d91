/** What the outside counts is compared with the ledger figure by figure; what differs is found, unless a case names it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareFigures } from '../../src/audit/figures.ts';
import { Findings } from '../../src/audit/findings.ts';
import type { Books, ChannelBooks } from '../../src/sandbox/kit/types.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { anOrder, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine } from '../support/engine.ts';

const shelves = (onHand: number): Books => ({
  kind: 'fulfilment',
  connection: 'stock',
  stock: [
    { item: 'A', location: 'WH', onHand },
    { item: 'unknown', location: 'MARS', onHand: 7 },
  ],
  releases: [],
});

/** A shop that shows so much of A at the warehouse. */
const shown = (available: number, committed: number): ChannelBooks => ({
  kind: 'channel',
  connection: 'shop',
  orders: [],
  stock: [{ sku: 'A', location: 'WH', available, committed }],
});

for (const kind of databases())
  test(`figures of warehouse and channel against the ledger (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startEngine(place);
      try {
        await hub.put('stock', stockDelivery('A', 'WH', 5));
        await hub.quiet();
        await hub.put('shop', orderDelivery(anOrder('1', [line('A', 2, 1190, 'l1')])));
        await hub.quiet();
        const sql = hub.engine.database;
        const [left] = await sql.query<{ on_hand: number; reserved: number }>(
          "select on_hand, reserved from position where sku = 'A' and location = 'WH'",
        );
        assert.ok(left);
        const compare = async (books: Books[], withCase: string[] = []) => {
          const findings = new Findings();
          const compared = await compareFigures(sql, books, new Set(withCase), findings);
          return { compared, found: findings.list().map(({ message }) => message) };
        };
        assert.deepEqual(await compare([shelves(left.on_hand)]), { compared: { stock: 1 }, found: [] });
        assert.match((await compare([shelves(9)])).found[0] ?? '', /stock counts 9 of A at WH, the ledger/);

        assert.deepEqual(await compare([shown(99, 0)]), { compared: { shop: 0 }, found: [] });
        await sql.query(
          `insert into configuration (version, body, created_at)
           select version + 1, jsonb_set(body::jsonb, '{connections,0,publishStock}', '{"locations":[]}')::json, created_at
           from configuration order by version desc limit 1`,
        );
        // Its own order's units are committed there, or have left here and there.
        const right = left.on_hand - left.reserved;
        assert.deepEqual((await compare([shown(right, left.reserved)])).found, []);
        assert.match(
          (await compare([shown(right + 1, left.reserved)])).found[0] ?? '',
          new RegExp(
            `shop shows ${right + 1} of A at WH \\(and ${left.reserved} committed\\), .* show ${right}`,
          ),
        );
        assert.deepEqual((await compare([shown(right + 1, left.reserved)], ['shop/WH/A'])).found, []);
      } finally {
        await hub.close();
      }
    }));
