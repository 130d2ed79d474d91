/** Standard Webhooks: checks a signature over `id.timestamp.body`. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedMessage {
  id: string;
  /** Seconds since 1970, as sent. */
  timestamp: string;
  /** `v1,BASE64`, several separated by spaces while a secret rotates. */
  signature: string;
  body: Uint8Array;
}

/** Signatures read of one header: more than that is an attack on our time. */
const MAX_SIGNATURES = 8;

/** True when one of the signatures is one of these secrets'. Takes the same time whichever it is. */
export function isSigned(message: SignedMessage, secrets: readonly string[]): boolean {
  const offered = message.signature
    .split(' ')
    .slice(0, MAX_SIGNATURES)
    .flatMap((each) => (each.startsWith('v1,') ? [Buffer.from(each.slice(3), 'base64')] : []));
  let matches = 0;
  for (const secret of secrets) {
    const expected = createHmac('sha256', keyOf(secret))
      .update(`${message.id}.${message.timestamp}.`)
      .update(message.body)
      .digest();
    for (const signature of offered) {
      if (signature.length === expected.length && timingSafeEqual(signature, expected)) matches += 1;
    }
  }
  return matches > 0;
}

/** True when the message was signed not longer ago, or further ahead, than the tolerance. */
export function isTimely(message: SignedMessage, nowMs: number, toleranceMs: number): boolean {
  if (!/^\d{1,12}$/.test(message.timestamp)) return false;
  return Math.abs(nowMs - Number(message.timestamp) * 1000) <= toleranceMs;
}

function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_')
    ? Buffer.from(secret.slice('whsec_'.length), 'base64')
    : Buffer.from(secret, 'utf8');
}
