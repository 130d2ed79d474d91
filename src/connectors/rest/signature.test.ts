import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signStandardWebhook } from '../../sandbox/kit/standard-webhooks.ts';
import { isSigned, isTimely, type SignedMessage } from './signature.ts';

const NOW = Date.UTC(2026, 10, 23, 6);
const BODY = Buffer.from('{"test": 2432232314}');

function signed(secret: string, timestampMs = NOW): SignedMessage {
  const headers = signStandardWebhook({ id: 'msg_1', timestampMs, body: BODY, secret });
  return {
    id: headers['webhook-id'],
    timestamp: headers['webhook-timestamp'],
    signature: headers['webhook-signature'],
    body: BODY,
  };
}

test('the example of the specification is signed', () => {
  // https://github.com/standard-webhooks/standard-webhooks: its libraries test with this one.
  const message = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: '1614265330',
    signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    body: BODY,
  };
  assert.ok(isSigned(message, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']));
});

test('each of the secrets counts while one rotates, on either side', () => {
  assert.ok(isSigned(signed('old'), ['new', 'old']));
  assert.ok(!isSigned(signed('old'), ['new']));
  const both = { ...signed('new'), signature: `${signed('old').signature} ${signed('new').signature}` };
  assert.ok(isSigned(both, ['new']));
  assert.ok(isSigned(both, ['old']));
  assert.ok(!isSigned(both, []));
});

test('id, time and version are signed too', () => {
  const message = signed('secret');
  assert.ok(!isSigned({ ...message, id: 'msg_2' }, ['secret']));
  assert.ok(!isSigned({ ...message, timestamp: String(NOW / 1000 + 1) }, ['secret']));
  assert.ok(!isSigned({ ...message, signature: message.signature.replace('v1,', 'v2,') }, ['secret']));
});

test('of endless signatures only the first few are read', () => {
  const message = signed('secret');
  const late = { ...message, signature: `${'v1,AAAA '.repeat(20)}${message.signature}` };
  assert.ok(!isSigned(late, ['secret']));
});

test('five minutes either way are timely, a second more is not', () => {
  const message = signed('secret');
  const limit = 5 * 60_000;
  for (const offset of [0, limit, -limit]) assert.ok(isTimely(message, NOW + offset, limit), String(offset));
  for (const offset of [limit + 1_000, -limit - 1_000]) {
    assert.ok(!isTimely(message, NOW + offset, limit), String(offset));
  }
  for (const timestamp of ['', 'soon', '1e9', '-1', '99999999999999']) {
    assert.ok(!isTimely({ ...message, timestamp }, NOW, limit), timestamp);
  }
});
