/** Where clients have their access tokens from: each request at a vendor needs one, and all of a connection use one. */
import type { Clock } from '../base/clock.ts';
import type { Failure, Vault } from './contract.ts';

export type TokenAnswer = { status: 'ok'; token: string } | Failure;

export interface AccessTokens {
  get(signal: AbortSignal): Promise<TokenAnswer>;
  /** The vendor no longer takes this token; one that has replaced it meanwhile stays. */
  drop(token: string): void;
}

/** When a token of a life (ms) is renewed: so long before its end, or at three quarters of a short life. */
export function renewalAt(now: number, lifeMs: number, beforeMs: number): number {
  return now + Math.max(lifeMs - beforeMs, lifeMs * 0.75);
}

/** A token that its client's own credentials bring, as often as it is needed: one request at a time. */
export class FetchedTokens implements AccessTokens {
  readonly #clock: Clock;
  readonly #fetch: (signal: AbortSignal) => Promise<{ accessToken: string; renewAt: number } | Failure>;
  #kept: { accessToken: string; renewAt: number } | undefined;
  #fetching: Promise<TokenAnswer> | undefined;

  constructor(
    clock: Clock,
    fetch: (signal: AbortSignal) => Promise<{ accessToken: string; renewAt: number } | Failure>,
  ) {
    this.#clock = clock;
    this.#fetch = fetch;
  }

  async get(signal: AbortSignal): Promise<TokenAnswer> {
    if (this.#kept && this.#clock.now() < this.#kept.renewAt)
      return { status: 'ok', token: this.#kept.accessToken };
    this.#fetching ??= this.#renew(signal).finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  drop(token: string): void {
    if (this.#kept?.accessToken === token) this.#kept = undefined;
  }

  async #renew(signal: AbortSignal): Promise<TokenAnswer> {
    const fetched = await this.#fetch(signal);
    if ('status' in fetched) return fetched;
    this.#kept = fetched;
    return { status: 'ok', token: fetched.accessToken };
  }
}

/** What is kept of a pair, sealed. `renewAt`: epoch ms. */
export interface KeptTokens {
  accessToken: string;
  renewAt: number;
  refreshToken: string;
}

export interface RotatingTokensParts<Kept extends KeptTokens> {
  clock: Clock;
  vault: Vault | undefined;
  /** Reads what is kept; throws where it is none. */
  parse: (text: string) => Kept;
  /** A new pair for a refresh token; `refused`: the vendor does not take it. */
  ask: (refreshToken: string, signal: AbortSignal) => Promise<Kept | 'refused' | Failure>;
  /** What a person does when nothing can be renewed any more, and why. */
  notConnected: (why: string) => string;
}

/**
 * A token that a refresh token renews, which each renewal replaces; vendors take the replaced one for a while. So a new pair is kept
 * before it is used: whenever this process dies, what is kept can be renewed. Only the process that works the connection renews, and
 * one request at a time.
 */
export class RotatingTokens<Kept extends KeptTokens> implements AccessTokens {
  readonly #parts: RotatingTokensParts<Kept>;
  #kept: Kept | undefined;
  /** The vendor took it no more. */
  #refused: string | undefined;
  #renewing: Promise<TokenAnswer> | undefined;

  constructor(parts: RotatingTokensParts<Kept>) {
    this.#parts = parts;
  }

  async get(signal: AbortSignal): Promise<TokenAnswer> {
    if (this.#kept && this.#isGood(this.#kept)) return { status: 'ok', token: this.#kept.accessToken };
    this.#renewing ??= this.#renew(signal).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  drop(token: string): void {
    this.#refused = token;
  }

  #isGood({ renewAt, accessToken }: Kept): boolean {
    return this.#parts.clock.now() < renewAt && accessToken !== this.#refused;
  }

  async #renew(signal: AbortSignal): Promise<TokenAnswer> {
    const { vault, ask } = this.#parts;
    try {
      for (let tried: string | undefined; ; ) {
        const stored = await this.#load();
        if (stored === null) return this.#notConnected('no access token is kept for it');
        if (this.#isGood(stored)) return this.#use(stored);
        // What another process has renewed meanwhile is tried; the same again is not.
        if (stored.refreshToken === tried) return this.#notConnected('its refresh token is no longer taken');
        if (vault?.isOurs() !== true)
          return {
            status: 'transient',
            message: 'the access token is renewed by the process that works this connection',
          };
        const renewed = await ask(stored.refreshToken, signal);
        if (renewed === 'refused') tried = stored.refreshToken;
        else if ('status' in renewed) return renewed;
        else {
          await vault.save(JSON.stringify(renewed));
          return this.#use(renewed);
        }
      }
    } catch (error) {
      // The database, or the lease: what was renewed is not kept, so it is not used, and the refresh token that is kept still works.
      return {
        status: 'transient',
        message: `the access token could not be kept: ${error instanceof Error ? error.message : String(error)}`,
      };
    }
  }

  #use(kept: Kept): TokenAnswer {
    this.#kept = kept;
    return { status: 'ok', token: kept.accessToken };
  }

  async #load(): Promise<Kept | null> {
    const text = (await this.#parts.vault?.load()) ?? null;
    return text === null ? null : this.#parts.parse(text);
  }

  #notConnected(why: string): TokenAnswer {
    return { status: 'auth', message: this.#parts.notConnected(why) };
  }
}
