/**
 * Access tokens of an app that a person has let in: each renewal replaces the refresh token, and Xero takes the replaced one for half
 * an hour more. So a new pair is kept before it is used: whenever this process dies, what is kept can be renewed. Only the process
 * that works the connection renews, and one request at a time.
 */
import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import type { Vault } from '../contract.ts';
import type { Settings } from './manifest.ts';
import { type AccessTokens, type Granted, requestTokens, type TokenAnswer } from './token.ts';

/** What is kept, sealed. `renewAt`: epoch ms. */
const Kept = z.object({ token: z.string(), renewAt: z.number(), refreshToken: z.string() });
export type Kept = z.infer<typeof Kept>;

/** The pair of a grant; null where it cannot be renewed. */
export function keptFrom({ token, renewAt, refreshToken }: Granted): Kept | null {
  return refreshToken === null ? null : { token, renewAt, refreshToken };
}

export class RefreshTokens implements AccessTokens {
  readonly #connection: string;
  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #vault: Vault | undefined;
  #kept: Kept | undefined;
  /** Xero took it no more. */
  #refused: string | undefined;
  #renewing: Promise<TokenAnswer> | undefined;

  constructor(connection: string, settings: Settings, clock: Clock, vault: Vault | undefined) {
    this.#connection = connection;
    this.#settings = settings;
    this.#clock = clock;
    this.#vault = vault;
  }

  async get(signal: AbortSignal): Promise<TokenAnswer> {
    if (this.#kept && this.#isGood(this.#kept)) return { status: 'ok', token: this.#kept.token };
    this.#renewing ??= this.#renew(signal).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  drop(token: string): void {
    this.#refused = token;
  }

  #isGood({ renewAt, token }: Kept): boolean {
    return this.#clock.now() < renewAt && token !== this.#refused;
  }

  async #renew(signal: AbortSignal): Promise<TokenAnswer> {
    try {
      for (let tried: string | undefined; ; ) {
        const stored = await this.#load();
        if (stored === null) return this.#notConnected('nothing is kept for it');
        if (this.#isGood(stored)) return this.#use(stored);
        // What another process has renewed meanwhile is tried; the same again is not.
        if (stored.refreshToken === tried) return this.#notConnected('its refresh token is no longer taken');
        if (this.#vault?.isOurs() !== true)
          return {
            status: 'transient',
            message: 'the access token is renewed by the process that works this connection',
          };
        const fields = { grant_type: 'refresh_token', refresh_token: stored.refreshToken };
        const answer = await requestTokens(this.#settings, fields, this.#clock, signal);
        if (answer.status === 'refused') {
          if (answer.error !== 'invalid_grant')
            return { status: 'auth', message: `Xero gives no access token: ${answer.message}` };
          tried = stored.refreshToken;
          continue;
        }
        if (answer.status !== 'granted') return answer;
        const renewed = keptFrom(answer.granted);
        if (!renewed)
          return { status: 'transient', message: 'Xero has answered without a refresh token', answered: 200 };
        await this.#vault.save(JSON.stringify(renewed));
        return this.#use(renewed);
      }
    } catch (error) {
      // The database, or the lease: what was renewed is not kept, so it is not used, and what is kept still works for a while.
      return {
        status: 'transient',
        message: `the access token could not be kept: ${error instanceof Error ? error.message : String(error)}`,
      };
    }
  }

  #use(kept: Kept): TokenAnswer {
    this.#kept = kept;
    return { status: 'ok', token: kept.token };
  }

  async #load(): Promise<Kept | null> {
    const text = (await this.#vault?.load()) ?? null;
    return text === null ? null : Kept.parse(JSON.parse(text));
  }

  #notConnected(why: string): TokenAnswer {
    return {
      status: 'auth',
      message: `the organisation must let the hub in again, since ${why}: crossdock connect xero --id ${this.#connection}`,
    };
  }
}
