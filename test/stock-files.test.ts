/** Stock that is told by numbered files, from the legacy system's books to what is sold here. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { audit } from '../src/audit/audit.ts';
import { files } from '../src/connectors/files/index.ts';
import { LegacySystem } from '../src/connectors/files/sandbox/index.ts';
import type { RetailerConfigInput } from '../src/domain/config.ts';
import { skipCase } from '../src/engine/operator.ts';
import { PROCESSES } from '../src/engine/turn.ts';
import { LevelsState } from '../src/gateway/schemas/levels.ts';
import { StockDetail } from '../src/gateway/schemas/stock.ts';
import { listCases } from '../src/store/cases.ts';
import { databases, withDatabase } from './harness/database.ts';
import { apiOf } from './support/api.ts';
import { aRetailer } from './support/builders.ts';
import { startEngine, until } from './support/engine.ts';
import { standInConnector } from './support/stand-in.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The test retailer, whose warehouse is counted by files. */
function aRetailerWithFiles(folder: string, settings: object) {
  const [warehouse, store] = aRetailer().locations;
  const connections: RetailerConfigInput['connections'] = aRetailer().connections.concat({
    ...aRetailer().connections[2]!,
    id: 'legacy',
    connector: 'files',
    settings: { folder, locations: ['WH'], settleMs: 0, pollEveryMs: MINUTE_MS, ...settings },
  });
  const fallback = { afterMinutes: 26 * 60, rule: 'stop-selling' } as const;
  return aRetailer({
    connections,
    locations: [{ ...warehouse!, inventory: 'legacy', fallback }, store!],
  });
}

async function aHub(context: TestContext, place: Parameters<typeof startEngine>[0], settings: object = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-files-e2e-'));
  context.after(() => rmSync(folder, { recursive: true }));
  let busy = 0;
  const counting = {
    ...files,
    open(given) {
      const session = files.open(given);
      return {
        ...session,
        async poll(feed, cursor, signal) {
          busy += 1;
          try {
            return await session.poll(feed, cursor, signal);
          } finally {
            busy -= 1;
          }
        },
      };
    },
  } as typeof files;
  const hub = await startEngine(place, {
    config: aRetailerWithFiles(folder, settings),
    connectors: [standInConnector(), counting],
    // Time stands still while a folder is read.
    world: { busy: () => busy, hung: () => 0 },
  });
  const { clock } = hub;
  const system = new LegacySystem({ folder, clock, location: 'WH', stock: { A: 5, B: 7, C: 0 } });
  const api = apiOf(hub);
  const position = async (sku: string) => {
    const { places } = await api.get(StockDetail, `/v1/stock/${sku}`);
    return places.find(({ location }) => location === 'WH');
  };
  return {
    hub,
    system,
    api,
    position,
    /** Business time passes, and all that has come is worked off. */
    async pass(ms: number) {
      await hub.pass(ms);
      await hub.quiet();
    },
    async agrees(what: string) {
      for (const [sku, units] of system.figures)
        assert.equal((await position(sku))?.onHand, units, `${what}: ${sku}`);
    },
    async cases() {
      const open = await listCases(hub.database, { status: 'open', limit: 50 });
      return open.map(({ reason }) => reason).sort();
    },
  };
}

test('a snapshot is asked for on demand and on a schedule; asking says nothing of the system', (context) =>
  withDatabase('pglite', async (place) => {
    const { hub, system, api, position, pass } = await aHub(context, place, { levelsEveryMs: 12 * HOUR_MS });
    try {
      await pass(MINUTE_MS);
      system.sendSnapshot();
      await pass(2 * MINUTE_MS);
      await until('a snapshot to be asked for, on a schedule: never before', () =>
        system.requests().includes('WH'),
      );
      system.takeRequests();
      const asked = await api.post(LevelsState, '/v1/connections/legacy/levels', { by: 'Ada' });
      assert.equal(asked.wantedBy, 'Ada');
      await pass(2 * MINUTE_MS);
      await until('a snapshot to be asked for, on demand', () => system.requests().includes('WH'));
      const done = await api.get(LevelsState, '/v1/connections/legacy/levels');
      assert.deepEqual([done.wantedBy, done.askedAt !== null], [null, true], JSON.stringify(done));
      system.takeRequests();
      await pass(11 * HOUR_MS);
      assert.deepEqual(system.requests(), []);
      await pass(2 * HOUR_MS);
      await until('a snapshot to be asked for, on a schedule', () => system.requests().includes('WH'));
      await pass(14 * HOUR_MS);
      await until('it to be silent', async () => (await position('A'))?.silence?.rule === 'stop-selling');
      await api.problem(404, '/v1/connections/shop/levels', { body: { by: 'Ada' } });
      await api.problem(409, '/v1/connections/stock/levels', { body: { by: 'Ada' } });
      assert.deepEqual([hub.errors, api.defects], [[], []]);
    } finally {
      await hub.close();
    }
  }));

for (const kind of databases()) {
  test(`nightly files: figures follow, whatever is sent badly, and silence has its fallback (${kind})`, (context) =>
    withDatabase(kind, async (place) => {
      const { hub, system, position, pass, agrees, cases } = await aHub(context, place);
      try {
        await pass(MINUTE_MS);
        system.sendSnapshot();
        await pass(2 * MINUTE_MS);
        await agrees('opening');

        system.change('A', 3);
        system.change('B', -2, 'sold');
        system.sendDelta({ twice: true });
        await pass(2 * MINUTE_MS);
        await agrees('a delta, sent twice');
        assert.deepEqual([...system.acknowledgements().values()].map(({ status }) => status).sort(), [
          'accepted',
          'accepted',
          'duplicate',
        ]);

        system.change('A', 1);
        const half = system.sendDelta({ half: 60 });
        await pass(5 * MINUTE_MS);
        assert.equal((await position('A'))?.onHand, 8, 'a half file is not read');
        system.finish();
        await pass(2 * MINUTE_MS);
        await agrees('its upload went on');
        assert.equal(system.acknowledgements().get(half)?.status, 'accepted');

        system.change('A', 1);
        const wrong = system.sendDelta({ wrongUnits: 1 });
        await pass(2 * MINUTE_MS);
        assert.equal((await position('A'))?.onHand, 9, 'nothing of it counts');
        assert.deepEqual(await cases(), ['file-rejected']);
        system.resend(wrong, (text) => text.replace(/T,1,2\n/, 'T,1,1\n'));
        await pass(2 * MINUTE_MS);
        await agrees('sent again, corrected');
        assert.deepEqual(await cases(), []);

        system.change('B', 4);
        system.sendDelta({ badQuantity: '1.5' });
        await pass(2 * MINUTE_MS);
        await agrees('the good rows of it');
        assert.deepEqual(await cases(), ['file-rows-rejected']);
        const [row] = await listCases(hub.database, { status: 'open', limit: 1 });
        await skipCase(hub.engine, row!, { by: 'Ada', note: 'told by telephone' });
        await hub.quiet();
        assert.deepEqual(await cases(), []);

        assert.equal((await position('A'))?.silence, null);
        await pass(27 * HOUR_MS);
        await until('it to be silent', async () => (await position('A'))?.silence?.rule === 'stop-selling');
        assert.equal((await position('A'))?.available, 0);
        system.sendDelta();
        await pass(2 * MINUTE_MS);
        // A file in which nothing has changed is a word too; the page reads twice a second who is silent.
        await until('the silence to end', async () => (await position('A'))?.silence === null);
        assert.equal((await position('A'))?.available, 10);
        assert.deepEqual(
          (await audit({ processes: PROCESSES, outside: null, sql: hub.database })).findings,
          [],
        );
        assert.deepEqual(hub.errors, []);
      } finally {
        await hub.close();
      }
    }));

  test(`a file that is lost is noticed and a snapshot asked for, which makes it good at once (${kind})`, (context) =>
    withDatabase(kind, async (place) => {
      const { hub, system, position, pass, agrees, cases } = await aHub(context, place);
      try {
        await pass(MINUTE_MS);
        system.sendSnapshot();
        await pass(2 * MINUTE_MS);
        system.change('A', 3);
        const lost = system.sendDelta({ lost: true });
        await pass(MINUTE_MS);
        system.change('B', 1);
        system.sendDelta();
        await pass(2 * MINUTE_MS);
        assert.deepEqual([(await position('A'))?.onHand, (await position('B'))?.onHand], [5, 8]);
        assert.deepEqual(await cases(), [], 'it may be on its way');
        await pass(15 * MINUTE_MS);
        assert.deepEqual(await cases(), ['file-missing']);
        await until('a snapshot to be asked for', () => system.requests().includes('WH'));
        system.sendSnapshot();
        await pass(2 * MINUTE_MS);
        await agrees('a snapshot after the gap');
        assert.deepEqual(await cases(), []);
        system.find(lost);
        await pass(2 * MINUTE_MS);
        await agrees('the lost file comes late');
        await pass(2 * HOUR_MS);
        assert.deepEqual(await cases(), []);
        assert.deepEqual(
          (await audit({ processes: PROCESSES, outside: null, sql: hub.database })).findings,
          [],
        );
        assert.deepEqual(hub.errors, []);
      } finally {
        await hub.close();
      }
    }));
}
