/** Bodies of webhooks: read up to a limit, and the large ones only so many at a time, so that memory has an end. */
import type { IncomingMessage } from 'node:http';
import { pause } from '../base/clock.ts';

/** Larger ones are refused before they are read. */
export const BODY_LIMIT_BYTES = 32 * 1024 * 1024;
/** Beyond this size a body is read only when it is its turn. */
const SMALL_BYTES = 256 * 1024;
export const LARGE_AT_ONCE = 16;
/** While others wait for their turn, a large body comes at this pace at least, or its sender is let go. */
const LEAST_PACE = { bytes: 64 * 1024, everyMs: 1_000 };

/** Lets so many do something at the same time; the others wait in the order of their coming. */
export class Permits {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async take(): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  get isAwaited(): boolean {
    return this.#waiting.length > 0;
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}

/** What the sender says of the length; 0 where it says nothing. */
export function announcedBytes(request: IncomingMessage): number {
  return Number(request.headers['content-length'] ?? 0);
}

/** Reads a body up to the limit. A large one takes a permit, which the caller gives back by `done`. */
export function readBody(
  request: IncomingMessage,
  large: Permits,
): Promise<{ body: Buffer; done: () => void } | 'too-large' | 'broken'> {
  return new Promise((resolve) => {
    if (announcedBytes(request) > BODY_LIMIT_BYTES) return resolve('too-large');
    const chunks: Buffer[] = [];
    let size = 0;
    let permit: 'none' | 'awaited' | 'held' = 'none';
    let ended = false;
    const over = new AbortController();
    const finish = (result: Parameters<typeof resolve>[0]) => {
      if (ended) return;
      ended = true;
      over.abort();
      if (permit === 'held' && typeof result === 'string') large.give();
      resolve(result);
    };
    const asLarge = async () => {
      permit = 'awaited';
      request.pause();
      await large.take();
      permit = 'held';
      // The sender went away while it waited.
      if (ended) return large.give();
      request.resume();
      await watchPace();
    };
    /** A sender that trickles must not keep the signed ones waiting: 16 of them would stop every large body. */
    const watchPace = async () => {
      for (let before = size; ; before = size) {
        await pause(LEAST_PACE.everyMs, over.signal);
        if (ended) return;
        if (size - before >= LEAST_PACE.bytes || !large.isAwaited) continue;
        finish('broken');
        request.destroy();
        return;
      }
    };
    request.on('data', (chunk: Buffer) => {
      if (ended) return;
      size += chunk.length;
      if (size > BODY_LIMIT_BYTES) return finish('too-large');
      chunks.push(chunk);
      if (size > SMALL_BYTES && permit === 'none') void asLarge();
    });
    request.on('end', () =>
      finish({
        body: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size),
        done: () => permit === 'held' && large.give(),
      }),
    );
    request.on('close', () => finish('broken'));
    request.on('error', () => finish('broken'));
  });
}

/** Aborts when a request has been read whole or its sender has gone. */
export function endOf(request: IncomingMessage): AbortSignal {
  const end = new AbortController();
  for (const event of ['end', 'close', 'error']) request.once(event, () => end.abort());
  if (request.readableEnded || request.destroyed) end.abort();
  return end.signal;
}
