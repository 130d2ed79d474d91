import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventParser, type Received } from './events.ts';

const NOW = '2026-11-24T08:00:00.000Z';
const HELLO = `event: hello\ndata: {"now":"${NOW}"}\n\n`;
const ORDERS = `event: orders\r\ndata: {"keys":["shop/1"],"more":false,\r\ndata: "now":"${NOW}"}\r\n\r\n`;
const READ: Received[] = [
  { name: 'hello', now: NOW },
  { name: 'orders', keys: ['shop/1'], more: false, now: NOW },
];

test('events are read wherever the network has cut them', () => {
  for (let size = 1; size <= 20; size += 1) {
    const found: Received[] = [];
    const parse = eventParser((event) => found.push(event));
    const text = HELLO + ORDERS;
    for (let at = 0; at < text.length; at += size) parse(text.slice(at, at + size));
    assert.deepEqual(found, READ, `pieces of ${size} characters`);
  }
});

test('comments and an event that has not ended yet are no events', () => {
  const found: Received[] = [];
  const parse = eventParser((event) => found.push(event));
  parse(`: keep-alive\n\n${HELLO.slice(0, -1)}`);
  assert.deepEqual(found, []);
  parse('\n');
  assert.deepEqual(found, READ.slice(0, 1));
});
