/**
 * The arithmetic of what a channel is told (DESIGN.md, rule 6), against a model: sales, cancels and parcels of the channel that are
 * known here late, changes of ours, wrong guesses, answers that nobody saw, and restarts. When all has been told, the channel shows
 * what lies here less what is kept back, promised to others, or committed to its own orders.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { StockWritten } from '../connectors/contract.ts';
import { mustBeRead, planWrite } from '../domain/stock/publishing.ts';
import type { Publication, PublicationRow, ShownRow } from '../store/shown-stock.ts';
import { afterReading, afterWriting, type Ended } from './publisher-outcome.ts';

const PLACE = { sku: 'A', location: 'WH' };
const DAY_MS = 24 * 3_600_000;

/** A channel with one item at one place: its figures, its orders, and the keys that it has seen. */
class Channel {
  available = 0;
  committed = 0;
  readonly orders: { units: number; status: 'open' | 'cancelled' | 'sent' }[] = [];
  readonly #keys = new Map<string, StockWritten>();

  write(key: string, { from, to, adjusts }: PublicationRow): StockWritten {
    const before = this.#keys.get(key);
    if (before) return before.status === 'written' ? before : { status: 'refused', refusals: [] };
    const isStale = !adjusts && from !== this.available;
    const words = { code: 'stale', message: 'stale', suggestedFix: '' };
    const answer: StockWritten =
      isStale || (!adjusts && to < 0)
        ? { status: 'refused', refusals: [{ row: 0, isStale, ...words }] }
        : { status: 'written' };
    if (answer.status === 'written') this.available += adjusts ? to - from : to - this.available;
    this.#keys.set(key, answer);
    return answer;
  }

  forgetKeys(): void {
    this.#keys.clear();
  }
}

/** The hub: its ledger of that place, and what it keeps of both sides. */
class Hub {
  now = 0;
  onHand = 0;
  safety = 0;
  /** For other channels. */
  others = 0;
  /** By order of the channel, as far as it is known here. */
  readonly reserved = new Map<number, number>();
  readonly waiting = new Map<number, number>();
  /** What the channel's own orders have done to what can be sold. */
  own = 0;
  version = 0;
  shippedAt: number | null = null;
  row: Pick<ShownRow, 'item' | 'shown' | 'known' | 'version' | 'owed' | 'told' | 'problem'> & {
    own: number;
  } = { item: null, shown: null, known: null, version: null, owed: 0, told: null, problem: null, own: 0 };
  publication: Publication | null = null;
  #keys = 0;

  get ownReserved(): number {
    return [...this.reserved.values()].reduce((sum, units) => sum + units, 0);
  }

  get sellable(): number {
    return this.onHand - this.safety - this.others - this.ownReserved;
  }

  /** The channel's own orders move what can be sold. */
  #ownMove(change: () => void): void {
    const before = this.sellable;
    change();
    this.own += this.sellable - before;
    this.version += 1;
  }

  move(change: () => void): void {
    change();
    this.version += 1;
    for (const [order, units] of this.waiting) this.reserve(order, units);
  }

  reserve(order: number, units: number): void {
    if (this.sellable < units) {
      this.waiting.set(order, units);
      return;
    }
    this.waiting.delete(order);
    this.#ownMove(() => this.reserved.set(order, units));
  }

  release(order: number): void {
    this.waiting.delete(order);
    this.#ownMove(() => this.reserved.delete(order));
    for (const [other, units] of this.waiting) this.reserve(other, units);
  }

  ship(order: number): void {
    const units = this.reserved.get(order) ?? 0;
    this.#ownMove(() => {
      this.onHand -= units;
      this.reserved.delete(order);
    });
    this.shippedAt = this.now;
  }

  get #rowNow(): ShownRow {
    return {
      ...PLACE,
      ...this.row,
      position_version: this.version,
      own: this.own - this.row.own,
    } as ShownRow;
  }

  read(channel: Channel): void {
    const ended = afterReading(
      [
        {
          ...PLACE,
          row: this.#rowNow,
          reading: {
            status: 'shown',
            item: 'I',
            available: channel.available,
            committed: channel.committed,
          },
          sellable: this.sellable,
          reserved: this.ownReserved,
          shippedAt: this.shippedAt,
          isMapped: true,
        },
      ],
      this.now,
    );
    this.#apply(ended);
  }

  /** Notes the next batch; false: there is nothing to write, or the channel must be read first. `isHot`: it is not compared. */
  plan(isHot = false): boolean {
    const { shown, known, owed, told, problem } = this.row;
    if (this.publication || shown === null || known === null || problem !== null) return false;
    const agreed = { shown, known, owed, told };
    const here = { sellable: this.sellable, own: this.#rowNow.own };
    const plan = planWrite(agreed, here);
    if (mustBeRead(agreed, here) && this.#readFor !== this.version) {
      this.#readFor = this.version;
      this.mustRead = true;
    }
    if (!plan) return false;
    this.#keys += 1;
    const row: PublicationRow = {
      ...PLACE,
      ...plan,
      item: 'I',
      place: 'WH',
      known: this.sellable,
      version: this.version,
      owedBefore: owed,
      ...(isHot && { adjusts: true as const }),
    };
    const times = { attempts: 1, attempted_at: this.now, due_at: this.now, created_at: this.now };
    this.publication = { id: `key-${this.#keys}`, rows: [row], ...times };
    this.#ownAt.set(this.version, this.own);
    return true;
  }

  /** Stands for the movements by which the ledger knows what own orders did up to a version. */
  readonly #ownAt = new Map<number, number>();

  settle(written: StockWritten): void {
    const { publication } = this;
    assert.ok(publication);
    const ended = afterWriting(publication, written, this.now);
    if (!ended) return;
    this.publication = null;
    this.#apply(ended);
  }

  mustRead = true;
  #readFor = -1;

  #apply({ accepted, agreed, told, troubles, forgotten, readAgain }: Ended): void {
    assert.deepEqual(troubles, []);
    for (const row of accepted) {
      const { to: shown, known, version } = row;
      const owed = this.row.owed + row.owed - row.owedBefore;
      const own = this.#ownAt.get(version) ?? 0;
      this.row = { ...this.row, shown, known, version, owed, told: null, own };
    }
    for (const { shown, known, version, owed, item } of agreed)
      this.row = { item, shown, known, version, owed, told: null, problem: null, own: this.own };
    for (const row of told) this.row.told = row.told;
    if (forgotten.length > 0) this.row = { ...this.row, shown: null, known: null, owed: 0, told: null };
    this.mustRead = readAgain.length > 0 || forgotten.length > 0;
  }
}

type Step =
  | { do: 'sell'; units: number }
  | { do: 'cancel' | 'ship' | 'hear' | 'read' | 'note' | 'adjust' | 'lose' | 'call' | 'restart' | 'late' }
  | { do: 'receive'; units: number }
  | { do: 'promise'; units: number }
  | { do: 'keep'; units: number }
  | { do: 'correct'; units: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('sell' as const), units: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('receive' as const), units: fc.integer({ min: -3, max: 9 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('promise' as const), units: fc.integer({ min: -2, max: 3 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('keep' as const), units: fc.integer({ min: 0, max: 3 }) }),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'cancel',
        'ship',
        'hear',
        'hear',
        'read',
        'note',
        'note',
        'adjust',
        'lose',
        'call',
        'call',
        'restart',
        'late',
      ),
    }) as fc.Arbitrary<Step>,
  },
);

test('whatever happens between, the channel shows in the end what may be sold', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const channel = new Channel();
      const hub = new Hub();
      /** What the hub has not been told yet, oldest first; and parcels that the channel has not been told of. */
      const news: (() => void)[] = [];
      const parcels: number[] = [];
      const call = () => {
        const { publication } = hub;
        const row = publication?.rows[0];
        return publication && row ? channel.write(publication.id, row) : null;
      };
      const go = (each: Step): void => {
        switch (each.do) {
          case 'sell': {
            const order = channel.orders.push({ units: each.units, status: 'open' }) - 1;
            channel.available -= each.units;
            channel.committed += each.units;
            news.push(() => hub.reserve(order, each.units));
            return;
          }
          case 'cancel': {
            const order = channel.orders.findIndex(({ status }) => status === 'open');
            const found = channel.orders[order];
            if (!found || parcels.includes(order)) return;
            found.status = 'cancelled';
            channel.available += found.units;
            channel.committed -= found.units;
            news.push(() => hub.release(order));
            return;
          }
          case 'ship': {
            const [order] = [...hub.reserved.keys()].filter(
              (each) => channel.orders[each]?.status === 'open' && !parcels.includes(each),
            );
            if (order === undefined) return;
            hub.ship(order);
            parcels.push(order);
            return;
          }
          case 'hear': {
            const parcel = parcels.shift();
            const found = parcel === undefined ? undefined : channel.orders[parcel];
            if (found) {
              found.status = 'sent';
              channel.committed -= found.units;
            } else news.shift()?.();
            return;
          }
          case 'receive':
            hub.move(() => {
              hub.onHand += each.units;
            });
            return;
          case 'promise':
            hub.move(() => {
              hub.others = Math.max(0, hub.others + each.units);
            });
            return;
          case 'keep':
            hub.move(() => {
              hub.safety = each.units;
            });
            return;
          case 'read':
            if (hub.mustRead && !hub.publication) hub.read(channel);
            return;
          case 'note':
            if (!hub.mustRead) hub.plan();
            return;
          case 'adjust':
            if (!hub.mustRead) hub.plan(true);
            return;
          case 'lose':
            // It took effect, or was refused, and nobody saw the answer.
            call();
            if (hub.publication) hub.settle({ status: 'unknown', message: 'no answer' });
            return;
          case 'call': {
            const written = call();
            if (written) hub.settle(written);
            return;
          }
          case 'restart':
            // What was only in memory is gone: that the channel was to be read first.
            if (hub.row.shown !== null) hub.mustRead = false;
            return;
          case 'late':
            // A batch in doubt is found after the vendor has forgotten its key: nobody asks again then.
            if (!hub.publication) return;
            hub.now += DAY_MS;
            channel.forgetKeys();
            hub.settle({ status: 'transient', message: 'late' });
            return;
          default:
            each satisfies { do: 'correct' };
        }
      };
      for (const each of steps) go(each);
      hub.now += DAY_MS;
      while (news.length > 0 || parcels.length > 0) go({ do: 'hear' });
      for (let round = 0; round < 20; round += 1)
        for (const what of ['read', 'note', 'call'] as const) go({ do: what });
      const right = hub.onHand - hub.safety - hub.others - channel.committed;
      if (right >= 0) assert.equal(channel.available, right);
      else assert.ok(channel.available <= 0, `${channel.available} are shown, and ${-right} are missing`);
    }),
    { numRuns: 3_000 },
  );
});

test('ten are shown, the store sells one that nobody has told us of, and we receive five: fourteen are shown, not fifteen', () => {
  const agreed = { shown: 10, known: 10, owed: 0, told: null };
  assert.deepEqual(planWrite(agreed, { sellable: 15, own: 0 }), { from: 10, to: 15, owed: 0 });
  // The store says that it shows nine.
  assert.deepEqual(planWrite({ ...agreed, told: 9 }, { sellable: 15, own: 0 }), { from: 9, to: 14, owed: 0 });
  // The sale has come meanwhile: nothing changes.
  assert.deepEqual(planWrite({ ...agreed, told: 9 }, { sellable: 14, own: -1 }), {
    from: 9,
    to: 14,
    owed: 0,
  });
});
