import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GroupCommit } from './group-commit.ts';

test('what comes while a batch is committed is the next batch, up to the limit; each gets its own result', async () => {
  const batches: number[][] = [];
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const group = new GroupCommit<number, string>(
    async (items) => {
      batches.push(items);
      if (batches.length === 1) await gate;
      return items.map((item) => `done ${item}`);
    },
    { items: 3 },
  );
  const first = group.submit(0);
  await new Promise((resolve) => setImmediate(resolve));
  const others = [1, 2, 3, 4].map((item) => group.submit(item));
  assert.equal(group.pending, 5);
  open();
  assert.deepEqual(await Promise.all([first, ...others]), ['done 0', 'done 1', 'done 2', 'done 3', 'done 4']);
  assert.deepEqual(batches, [[0], [1, 2, 3], [4]]);
  assert.equal(group.pending, 0);
});

test('a batch weighs no more than its limit; heavy ones go alone, and take turns with the light', async () => {
  const batches: number[][] = [];
  const group = new GroupCommit<number, number>(
    async (items) => {
      batches.push(items);
      return items;
    },
    { items: 100, weight: { of: (item) => item, limit: 80 } },
  );
  const heavy = [50, 60, 70].map((item) => group.submit(item));
  const light = Array.from({ length: 20 }, () => group.submit(9));
  await Promise.all([...heavy, ...light]);
  assert.deepEqual(
    batches.map((batch) => batch.reduce((sum, item) => sum + item)),
    [72, 50, 72, 60, 36, 70],
  );
  assert.deepEqual(
    batches.filter((batch) => batch.length === 1),
    [[50], [60], [70]],
  );
});

test('an item that is to blame fails alone', async () => {
  const group = new GroupCommit<number, number>(
    async (items) => {
      if (items.includes(5)) throw new Error('five');
      return items;
    },
    { items: 100, isOfItems: (error) => (error as Error).message === 'five' },
  );
  const results = await Promise.allSettled([1, 2, 3, 4, 5, 6, 7].map((item) => group.submit(item)));
  assert.deepEqual(
    results.map((result) => result.status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  );
});

test('an error that is nobody’s fault fails the batch, and the next one is committed', async () => {
  let down = true;
  const group = new GroupCommit<number, number>(
    async (items) => {
      if (down) throw new Error('down');
      return items;
    },
    { items: 100, isOfItems: () => false },
  );
  const failed = await Promise.allSettled([group.submit(1), group.submit(2)]);
  assert.ok(failed.every((result) => result.status === 'rejected'));
  down = false;
  assert.equal(await group.submit(3), 3);
});
