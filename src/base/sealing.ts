/**
 * Secrets that must be written down are sealed: AES-256-GCM, with a key that is never where they are. What a secret belongs to is
 * authenticated with it, so that nobody can exchange two of them.
 */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeWhole } from './files.ts';
import { secureBytes } from './random.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

export interface SealingKey {
  /** Tells keys apart without telling the key. */
  id: string;
  bytes: Buffer;
}

/** Nonce, tag and ciphertext in one. */
export function seal(key: SealingKey, owner: string, secret: string): Buffer {
  const nonce = secureBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce);
  cipher.setAAD(Buffer.from(owner));
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** What was sealed for this owner with this key; throws when it was not, or has been changed. */
export function unseal(key: SealingKey, owner: string, sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(owner));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([text, decipher.final()]).toString('utf8');
}

/**
 * The key of this hub: `given` (base64 of 32 bytes, from $CROSSDOCK_KEY), or that in the file, which is made at the first use and
 * is readable by its owner only.
 */
export function sealingKey(given: string | undefined, file: string): SealingKey {
  if (given !== undefined && given.trim() !== '') return keyOf(given.trim(), '$CROSSDOCK_KEY');
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error;
    mkdirSync(dirname(file), { recursive: true });
    text = secureBytes(KEY_BYTES).toString('base64');
    writeWhole(file, `${text}\n`, 0o600);
  }
  return keyOf(text, file);
}

function keyOf(text: string, place: string): SealingKey {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== KEY_BYTES)
    throw new Error(
      `The key in ${place} is none: expected base64 of ${KEY_BYTES} bytes (openssl rand -base64 32)`,
    );
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 12), bytes };
}
