/** What somebody changes in the tables by hand, the auditor finds. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { audit, auditDatabase, type Finding } from '../../src/audit/audit.ts';
import { PROCESSES } from '../../src/engine/turn.ts';
import type { Sql } from '../../src/store/db.ts';
import { FACT_HASH_VERSION, factHash } from '../../src/store/fact-hash.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { anOrder, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine } from '../support/engine.ts';

const OF_AN_ORDER = "kind = 'order' and key = 'shop/1'";
const LAST = `seq = (select max(seq) from journal where ${OF_AN_ORDER})`;

/** What is changed, what the auditor must say of it, and how it is done. */
type Tampering = [what: string, says: RegExp, change: readonly string[] | ((sql: Sql) => Promise<void>)];

const OF_THE_ORDER = "stream_key = 'shop/1'";
const SALES_ORDER = `${OF_THE_ORDER} and command = 'erp.createSalesOrder'`;

const IN_THE_JOURNAL: readonly Tampering[] = [
  [
    'the body of a fact',
    /hash of fact \d+ \(PaymentSettled\)/,
    [`update journal set body = '{"status":"guessed"}' where ${OF_AN_ORDER} and type = 'PaymentSettled'`],
  ],
  [
    'a fact in the middle is gone',
    /fact 3 is missing/,
    [`delete from journal where ${OF_AN_ORDER} and seq = 3`],
  ],
  [
    'the last fact is gone',
    /the stream has \d+ facts by its own word, the journal/,
    [`delete from journal where ${OF_AN_ORDER} and ${LAST}`],
  ],
  [
    'the last fact is gone, with the version',
    /the chain does not end where the stream says/,
    [
      `delete from journal where ${OF_AN_ORDER} and ${LAST}`,
      `update stream set version = version - 1 where ${OF_AN_ORDER}`,
    ],
  ],
  [
    'all facts are gone, with the version',
    /the chain does not end where the stream says/,
    [`delete from journal where ${OF_AN_ORDER}`, `update stream set version = 0 where ${OF_AN_ORDER}`],
  ],
  ['a state is gone', /no state/, [`update stream set state = null where ${OF_AN_ORDER}`]],
  [
    'an order that is called closed',
    /lists say "#?\S+" is "cancelled", closed/,
    [`update stream set status = 'cancelled', closed = true where ${OF_AN_ORDER}`],
  ],
  ['the name of an order', /lists say "X"/, [`update stream set title = 'X' where ${OF_AN_ORDER}`]],
  ['the end of the chain', /does not end/, [`update stream set head_hash = '\\x00' where ${OF_AN_ORDER}`]],
  [
    'a stream is gone, its journal is left',
    /no stream any more/,
    [`delete from stream where ${OF_AN_ORDER}`],
  ],
  [
    'a stream is gone, with its journal',
    /deliveries belong to order shop\/1, which is not there/,
    [`delete from stream where ${OF_AN_ORDER}`, `delete from journal where ${OF_AN_ORDER}`],
  ],
  [
    'when a fact was decided',
    /hash of fact 2 /,
    [`update journal set decided_at = decided_at + interval '1 second' where ${OF_AN_ORDER} and seq = 2`],
  ],
  [
    'when a fact was decided, by less than is recorded',
    /hash of fact 2 /,
    [
      `update journal set decided_at = decided_at + interval '1 microsecond' where ${OF_AN_ORDER} and seq = 2`,
    ],
  ],
  [
    'the configuration of a fact',
    /hash of fact 2 /,
    [`update journal set config_version = config_version + 1 where ${OF_AN_ORDER} and seq = 2`],
  ],
  [
    'a configuration is gone',
    /decided by configuration 1, which there is not/,
    ['delete from configuration where version = 1'],
  ],
  [
    'the cause of a fact',
    /hash of fact 2 /,
    [`update journal set cause = gen_random_uuid() where ${OF_AN_ORDER} and seq = 2`],
  ],
  [
    'the cause of a fact is gone',
    /names no message that caused it/,
    [`update journal set cause = null where ${OF_AN_ORDER} and seq = 2`],
  ],
  [
    'the version of a hash',
    /names version 9 of the hash/,
    [`update journal set hash_version = 9 where ${OF_AN_ORDER} and seq = 2`],
  ],
  [
    'a fact of no kind is appended, with the right hash',
    /fact \d+ \(OrderForgotten\) cannot have been decided: order streams know no such fact/,
    (sql) => append(sql, 'OrderForgotten', {}),
  ],
  [
    'a fact that its state cannot take is appended, with the right hash',
    /fact \d+ \(OrderShipped\) cannot have been decided: an order that stands at "closed"/,
    (sql) => append(sql, 'OrderShipped', {}),
  ],
  [
    'an act that nobody asked for is ended, with the right hash',
    /\(RefundBooked\) cannot have been decided: it tells how "refund\/9" ended/,
    (sql) => append(sql, 'RefundBooked', { act: 'refund/9', revision: 1, refundId: '9' }),
  ],
  [
    'a fact that is half of one is appended, with the right hash',
    /\(StockReserved\) cannot be folded/,
    (sql) => append(sql, 'StockReserved', {}),
  ],
];

const IN_STOCK: readonly Tampering[] = [
  [
    'a position is moved',
    /the position says 5\d on hand/,
    ["update position set on_hand = on_hand + 7 where sku = 'A'"],
  ],
  ['a position is gone', /the position says 0 on hand/, ["delete from position where sku = 'A'"]],
  [
    'movements and position are moved alike',
    /by fact \d+ \(StockOpened\) moved 0: opening A at WH, 50 on hand.*the movements say 0: opening A at WH, 57 on hand/,
    [
      "update movement set on_hand = on_hand + 7 where movement = 'opening'",
      "update position set on_hand = on_hand + 7 where sku = 'A'",
    ],
  ],
  [
    'a movement is gone, and the position agrees',
    /by fact \d+ \(ShipmentRecorded\) moved 0: shipped .*the movements say nothing/,
    [
      `delete from movement where ${OF_AN_ORDER} and movement = 'shipped'`,
      "update position set on_hand = on_hand + 2, reserved = reserved + 2 where sku = 'A'",
    ],
  ],
  [
    'a movement that no fact means, and the position agrees',
    /1 movements of order shop\/1 name fact 99, which is not there/,
    [
      `insert into movement select bucket, kind, key, 99, 0, 'A', 'WH', 'adjusted', 5, 0, version, moved_at from movement where ${OF_AN_ORDER} limit 1`,
      "update position set on_hand = on_hand + 5 where sku = 'A'",
    ],
  ],
  [
    'a movement more of a fact, and nothing in all',
    /the movements say 1: adjusted/,
    [
      `insert into movement select bucket, kind, key, seq, 1, 'A', 'WH', 'adjusted', 0, 0, version, moved_at from movement where ${OF_AN_ORDER} and movement = 'shipped'`,
    ],
  ],
  [
    'when a unit moved',
    /the movements say/,
    [
      `update movement set moved_at = moved_at + interval '1 hour' where ${OF_AN_ORDER} and movement = 'shipped'`,
    ],
  ],
  [
    'the order in which movements counted',
    /the position has moved \d+ times/,
    [`update movement set version = version + 100 where ${OF_AN_ORDER} and movement = 'shipped'`],
  ],
];

const IN_THE_OUTBOX: readonly Tampering[] = [
  [
    'the outbox is empty',
    /issued erp.createSalesOrder shop\/1#so\/1 to erp, which is not in the outbox/,
    ['delete from outbox'],
  ],
  [
    'a command is gone',
    /order shop\/1: fact \d+ \(SalesOrderRequested\) issued .* which is not in the outbox/,
    [`delete from outbox where ${SALES_ORDER}`],
  ],
  [
    'a command was never issued',
    /no fact of order shop\/1 has issued erp.createSalesOrder shop\/1#so\/9/,
    [
      `insert into outbox (bucket, id, connection, key, command, stream_kind, stream_key, subject, body, status, open, due_at, created_at, settled_at)
       select bucket, gen_random_uuid(), connection, 'shop/1#so/9', command, stream_kind, stream_key, subject, body, status, open, due_at, created_at, settled_at
       from outbox where ${SALES_ORDER}`,
    ],
  ],
  [
    'what a command asked for',
    /stands in the outbox otherwise than fact \d+ \(SalesOrderRequested\) issued it/,
    [`update outbox set body = '{"totalMinor":1}' where ${SALES_ORDER}`],
  ],
  [
    'who a command is of',
    /stands in the outbox otherwise/,
    [`update outbox set subject = 'shop/2' where ${SALES_ORDER}`],
  ],
  [
    'the result of a command that a fact repeats',
    /by fact \d+ \(SalesOrderCreated\) erp answered salesOrderId "SO\d+" to erp.createSalesOrder; the outbox says "SO99"/,
    [`update outbox set result = '{"salesOrderId":"SO99","number":"SO-99"}' where ${SALES_ORDER}`],
  ],
  [
    'the result of a command that no fact repeats',
    /how erp.recordShipment .* to erp ended was changed/,
    [
      `update outbox set result = '{"deliveryId":"D99"}' where ${OF_THE_ORDER} and command = 'erp.recordShipment'`,
    ],
  ],
  [
    'the result of a command, without its seal',
    /how erp.recordShipment .* to erp ended was changed/,
    [
      `update outbox set result = '{"deliveryId":"D99"}', seal = null where ${OF_THE_ORDER} and command = 'erp.recordShipment'`,
    ],
  ],
  [
    'how a command ended',
    /how erp.createSalesOrder .* ended was changed/,
    [`update outbox set status = 'rejected' where ${SALES_ORDER}`],
  ],
  [
    'a settled command that would be made once more',
    /erp.createSalesOrder shop\/1#so\/1 to erp is "waiting" and settled, and open/,
    [`update outbox set status = 'waiting', open = true where ${SALES_ORDER}`],
  ],
];

const DELIVERY = "stream_key = 'shop/1' and topic = 'order.snapshot'";
const ITS_ID = `(select id from observation where ${DELIVERY})`;

const IN_INTAKE: readonly Tampering[] = [
  [
    'the body of a delivery',
    /delivery \S+ of shop \(order.snapshot\) is not as it came/,
    [`update observation set body = body || ' '::bytea where ${DELIVERY}`],
  ],
  [
    'the body of a delivery, without its seal',
    /has lost its seal/,
    [`update observation set body = body || ' '::bytea, seal = null where ${DELIVERY}`],
  ],
  [
    'the body of a delivery that was read',
    /is not as it came/,
    [
      `update observation set body = body || ' '::bytea where id = (select id from observation where origin = 'read' order by id limit 1)`,
    ],
  ],
  [
    'where a delivery came from',
    /is not as it came/,
    [`update observation set connection = 'erp' where ${DELIVERY}`],
  ],
  [
    'the hash by which a delivery is recognised',
    /has another body than the one that it was first recognised by/,
    [`update delivery_key set body_hash = '\\x00' where observation_id = ${ITS_ID}`],
  ],
  [
    'a delivery becomes a duplicate',
    /is marked as a duplicate, and was not treated as one/,
    [`update observation set duplicate_of = id where ${DELIVERY}`],
  ],
  [
    'a delivery is gone',
    /delivery \S+ is not stored any more, and is too young for that/,
    [`delete from observation where ${DELIVERY}`],
  ],
  [
    'a delivery is gone, with its end',
    /is not stored any more.*shop sent it/,
    [
      `delete from observation_end where observation_id = ${ITS_ID}`,
      `delete from observation where ${DELIVERY}`,
    ],
  ],
  [
    'all deliveries of an order are gone, with all that names them',
    /order shop\/1 has facts, and none of the deliveries/,
    [
      "delete from observation_end where observation_id in (select id from observation where stream_key = 'shop/1')",
      "delete from delivery_key where observation_id in (select id from observation where stream_key = 'shop/1')",
      "delete from observation where stream_key = 'shop/1'",
    ],
  ],
  ['all ends are gone', /was stored and has no end/, ['delete from observation_end']],
];

/** Appends a fact to the order as a turn would: with its hash, and with what the stream says of its journal. */
async function append(sql: Sql, type: string, rest: object): Promise<void> {
  const [last] = await sql.query<{
    bucket: number;
    seq: number;
    hash: Uint8Array;
    config_version: number;
    decided_at: number;
    cause: string;
  }>(
    `select bucket, seq, hash, config_version, decided_at, cause from journal where ${OF_AN_ORDER} and ${LAST}`,
  );
  assert.ok(last);
  const seq = last.seq + 1;
  const { bucket, config_version, cause } = last;
  const decidedAt = new Date(last.decided_at).toISOString();
  const body = JSON.stringify(rest);
  const hash = factHash(FACT_HASH_VERSION, last.hash, {
    ...{ kind: 'order', key: 'shop/1', seq, type, body, configVersion: config_version, decidedAt, cause },
  });
  await sql.query(
    `insert into journal (bucket, kind, key, seq, type, body, config_version, decided_at, cause, hash, hash_version)
     values ($1, 'order', 'shop/1', $2, $3, $4::json, $5, $6, $7, $8, ${FACT_HASH_VERSION})`,
    [bucket, seq, type, body, config_version, decidedAt, cause, hash],
  );
  await sql.query(`update stream set version = $1, head_hash = $2 where ${OF_AN_ORDER}`, [seq, hash]);
}

/** Writes the chain of all streams as the first version of the hash had it: previous hash, type and body. */
async function hashAsBefore(sql: Sql): Promise<void> {
  const facts = await sql.query<{ kind: string; key: string; seq: number; type: string; body: string }>(
    'select kind, key, seq, type, body::text as body from journal order by kind, key, seq',
  );
  let previous = Buffer.alloc(0);
  for (const { kind, key, seq, type, body } of facts) {
    if (seq === 1) previous = Buffer.alloc(0);
    previous = createHash('sha256').update(previous).update(type).update(body).digest();
    await sql.query(
      'update journal set hash = $4, hash_version = 1 where kind = $1 and key = $2 and seq = $3',
      [kind, key, seq, previous],
    );
    await sql.query('update stream set head_hash = $3 where kind = $1 and key = $2', [kind, key, previous]);
  }
}

const TAMPERINGS = [...IN_THE_JOURNAL, ...IN_STOCK, ...IN_THE_OUTBOX, ...IN_INTAKE];

for (const kind of databases()) {
  test(`each change by hand is found, and a hub at work is no finding (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startEngine(place);
      try {
        await hub.put('stock', stockDelivery('A', 'WH', 50));
        await hub.put(
          'shop',
          orderDelivery(anOrder('1', [line('A', 2)])),
          orderDelivery(anOrder('2', [line('A', 1)])),
        );
        await hub.quiet();
        await hub.put('shop', { ...orderDelivery(anOrder('2', [line('A', 1)])), origin: 'read' });
        await hub.quiet();
        const whole = { processes: PROCESSES, outside: null };
        assert.deepEqual((await audit({ ...whole, sql: hub.database })).findings, []);
        assert.deepEqual((await auditDatabase(hub.database, whole)).findings, []);
        for (const [what, says, change] of TAMPERINGS) {
          let found: readonly Finding[] = [];
          await assert.rejects(
            hub.database.transaction(async (sql) => {
              if (typeof change === 'function') await change(sql);
              else for (const statement of change) await sql.query(statement);
              found = (await audit({ ...whole, sql })).findings;
              throw new Error('undone');
            }),
            /undone/,
          );
          const messages = found.map((finding) => finding.message).join('\n');
          assert.match(messages, says, what);
          assert.ok(
            found.every(({ key, suggestedFix }) => key !== '' && suggestedFix.length > 20),
            `about what, and what to do: ${what}`,
          );
        }
        assert.deepEqual((await audit({ ...whole, sql: hub.database })).findings, []);
        await hub.database.transaction(hashAsBefore);
        assert.deepEqual((await audit({ ...whole, sql: hub.database })).findings, []);
        await hub.put('shop', orderDelivery(anOrder('3', [line('A', 1)])));
        await hub.put('stock', stockDelivery('A', 'WH', 7));
        await hub.quiet();
        assert.deepEqual((await audit({ ...whole, sql: hub.database })).findings, []);
      } finally {
        await hub.close();
      }
    }));
}
