import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RecordFile } from './record-file.ts';

it('records are found by their number, those in memory and those in the file', (context) => {
  const file = new RecordFile(8);
  context.after(() => file.close());
  for (let number = 0; number < 2_000; number += 1)
    assert.equal(
      file.append((record) => record.setFloat64(0, number * 3)),
      number,
    );
  assert.equal(file.count, 2_000);
  for (const number of [0, 511, 512, 1_023, 1_535, 1_536, 1_999, 5])
    assert.equal(file.at(number).getFloat64(0), number * 3);
  assert.throws(() => file.at(2_000), /no record/);
});
