/** Signing by the Standard Webhooks specification (version 1, symmetric): what the `rest` systems send. */
import { createHmac } from 'node:crypto';

export interface SignedHeaders extends Record<string, string> {
  'webhook-id': string;
  /** Seconds since 1970. */
  'webhook-timestamp': string;
  /** "v1," and the signature in base64. */
  'webhook-signature': string;
}

/** The three headers for a body. A secret is `whsec_` and base64; without the prefix its bytes are taken as they are. */
export function signStandardWebhook(options: {
  id: string;
  timestampMs: number;
  body: string | Uint8Array;
  secret: string;
}): SignedHeaders {
  const timestamp = String(Math.floor(options.timestampMs / 1000));
  const signature = createHmac('sha256', keyOf(options.secret))
    .update(`${options.id}.${timestamp}.`)
    .update(options.body)
    .digest('base64');
  return { 'webhook-id': options.id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_')
    ? Buffer.from(secret.slice('whsec_'.length), 'base64')
    : Buffer.from(secret, 'utf8');
}
