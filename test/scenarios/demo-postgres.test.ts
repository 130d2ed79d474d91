/** `crossdock demo` as its users run it: a bad day at full strength on PostgreSQL. A file of its own: it takes its time. */
import { test } from 'node:test';
import { databases } from '../harness/database.ts';
import { assertStorm } from '../support/demo-storm.ts';

test(
  'a storm of faults and four kills leaves no case but the planted ones, and every invariant holds (postgres)',
  {
    skip: !databases().includes('postgres') && 'no PostgreSQL',
  },
  () => assertStorm('postgres'),
);
