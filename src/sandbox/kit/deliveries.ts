/**
 * Deliveries (webhooks) from a sandbox to the hub, with what networks and vendors do to them: some come twice, some late,
 * some never, and what the hub does not take is sent again with its original bytes until the vendor gives up.
 */
import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import { pause } from '../../base/clock.ts';
import type { World } from './world.ts';

export interface OutgoingDelivery {
  /** Appended to the hub's base URL, e.g. "/webhooks/shopify-northlight". */
  path: string;
  /** The whole address, where the receiver has given one: `path` then only names the delivery. */
  url?: string;
  /** Asked before every attempt: false, and it is forgotten. */
  wanted?(): boolean;
  /** Told of every attempt; `last` when no other follows. */
  attempted?(taken: boolean, last: boolean): void;
  /** A function is asked at every attempt: for vendors that sign each attempt with its own time (Standard Webhooks). */
  headers: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);
  /** Signed already: a retry sends exactly these bytes. */
  body: string | Uint8Array;
  /** Unique per delivery of this system; its fate is drawn from it. */
  key: string;
  /** True: no fault meets it, for input that nothing could heal if it were lost. It is still retried. */
  surely?: boolean;
}

export interface DeliveryCounts {
  sent: number;
  delivered: number;
  doubled: number;
  delayed: number;
  dropped: number;
  retried: number;
  gaveUp: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** Eight retries over four hours, as Shopify does. */
export const RETRY_DELAYS_MS: readonly number[] = [
  10 * SECOND_MS,
  MINUTE_MS,
  3 * MINUTE_MS,
  8 * MINUTE_MS,
  18 * MINUTE_MS,
  30 * MINUTE_MS,
  60 * MINUTE_MS,
  119 * MINUTE_MS,
];

/** How long the hub may take to answer. Physical time: a jump of the clock must not fail what is under way. */
const ANSWER_WITHIN_MS = 5 * SECOND_MS;
/** Deliveries of one system that are under way at once. */
const CONCURRENCY = 16;
const DELAY_MINUTES = { least: 1, most: 20 };

export class Deliveries {
  readonly counts: DeliveryCounts = {
    sent: 0,
    delivered: 0,
    doubled: 0,
    delayed: 0,
    dropped: 0,
    retried: 0,
    gaveUp: 0,
  };
  readonly #world: World;
  readonly #system: string;
  readonly #target: () => string | undefined;
  readonly #retryDelaysMs: readonly number[];
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  readonly #tlsAgent = new TlsAgent({ keepAlive: true, maxSockets: CONCURRENCY });
  readonly #closing = new AbortController();
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;

  /** @param options.target the hub's base URL for webhooks, asked at every attempt since the hub may come back elsewhere. */
  constructor(
    world: World,
    options: { system: string; target: () => string | undefined; retryDelaysMs?: readonly number[] },
  ) {
    this.#world = world;
    this.#system = options.system;
    this.#target = options.target;
    this.#retryDelaysMs = options.retryDelaysMs ?? RETRY_DELAYS_MS;
  }

  /** Sends and forgets. What becomes of it is decided by its key. */
  send(delivery: OutgoingDelivery): void {
    this.counts.sent += 1;
    this.#world.happened();
    if (delivery.surely) {
      this.#attempt(delivery, 0);
      return;
    }
    const random = this.#world.random(`delivery:${this.#system}:${delivery.key}`);
    const { doubled, outOfOrder, dropped } = this.#world.faults.deliveries;
    const draws = { dropped: random.next(), doubled: random.next(), delayed: random.next() };
    if (draws.dropped < dropped) {
      this.counts.dropped += 1;
      return;
    }
    if (draws.delayed < outOfOrder) {
      this.counts.delayed += 1;
      this.#later(random.int(DELAY_MINUTES.least * MINUTE_MS, DELAY_MINUTES.most * MINUTE_MS), delivery, 0);
    } else {
      this.#attempt(delivery, 0);
    }
    if (draws.doubled < doubled) {
      this.counts.doubled += 1;
      this.#later(random.int(0, 5 * SECOND_MS), delivery, 0);
    }
  }

  /** Stops; what waits is forgotten. */
  close(): void {
    this.#closing.abort();
    this.#agent.destroy();
    this.#tlsAgent.destroy();
  }

  #later(delayMs: number, delivery: OutgoingDelivery, attempt: number): void {
    this.#world.schedule(
      this.#world.clock.now() + delayMs,
      `delivery of ${this.#system}: ${delivery.path}`,
      () => {
        this.#attempt(delivery, attempt);
      },
    );
  }

  #attempt(delivery: OutgoingDelivery, attempt: number): void {
    if (this.#closing.signal.aborted || delivery.wanted?.() === false) return;
    const done = this.#world.working();
    void this.#withSlot(() => this.#post(delivery))
      .then((taken) => {
        this.#world.happened();
        delivery.attempted?.(taken, taken || this.#retryDelaysMs[attempt] === undefined);
        if (taken) this.counts.delivered += 1;
        else this.#retry(delivery, attempt);
      })
      .finally(done);
  }

  #retry(delivery: OutgoingDelivery, attempt: number): void {
    const delayMs = this.#retryDelaysMs[attempt];
    if (delayMs === undefined) {
      this.counts.gaveUp += 1;
      return;
    }
    this.counts.retried += 1;
    this.#later(delayMs, delivery, attempt + 1);
  }

  async #withSlot<T>(run: () => Promise<T>): Promise<T> {
    if (this.#underWay >= CONCURRENCY) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#underWay += 1;
    try {
      return await run();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#underWay -= 1;
    }
  }

  /** True when the hub has answered 2xx in time. */
  async #post(delivery: OutgoingDelivery): Promise<boolean> {
    const base = delivery.url === undefined ? this.#target() : '';
    if (base === undefined || this.#closing.signal.aborted) return false;
    const deadline = new AbortController();
    const stop = () => deadline.abort();
    this.#closing.signal.addEventListener('abort', stop, { once: true });
    const answered = new AbortController();
    void pause(ANSWER_WITHIN_MS, answered.signal).then(() => {
      if (!answered.signal.aborted) deadline.abort();
    });
    try {
      let answer = await this.#postOnce(base, delivery, deadline.signal);
      if (answer === 'stale-connection') answer = await this.#postOnce(base, delivery, deadline.signal);
      return typeof answer === 'number' && answer >= 200 && answer < 300;
    } finally {
      answered.abort();
      this.#closing.signal.removeEventListener('abort', stop);
    }
  }

  /** A kept connection that the hub closed meanwhile is no answer of the hub: it is tried once more on a new one. */
  #postOnce(
    base: string,
    delivery: OutgoingDelivery,
    signal: AbortSignal,
  ): Promise<number | 'unreached' | 'stale-connection'> {
    return new Promise((resolve) => {
      const url = new URL(delivery.url ?? base.replace(/\/$/, '') + delivery.path);
      const body = typeof delivery.body === 'string' ? Buffer.from(delivery.body, 'utf8') : delivery.body;
      const own = typeof delivery.headers === 'function' ? delivery.headers() : delivery.headers;
      const headers = { ...own, 'content-length': String(body.byteLength) };
      const encrypted = url.protocol === 'https:';
      const [ask, agent] = encrypted ? [httpsRequest, this.#tlsAgent] : [httpRequest, this.#agent];
      const request = ask(url, { method: 'POST', headers, agent, signal }, (response) => {
        response.on('error', () => resolve('unreached'));
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.resume();
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        resolve(request.reusedSocket && error.code === 'ECONNRESET' ? 'stale-connection' : 'unreached');
      });
      request.end(body);
    });
  }
}
