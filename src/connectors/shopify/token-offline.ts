/**
 * The expiring offline token of a shop: it lasts an hour and is renewed by a refresh token, which each renewal replaces. The vendor
 * honours the replaced one until its replacement is used. So a new pair is kept before it is used: whenever this process dies,
 * what is kept can be renewed. Only the process that works the connection renews, and one request at a time.
 */
import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { send } from '../../base/http.ts';
import type { Vault } from '../contract.ts';
import { parseText } from './json.ts';
import {
  type AccessTokens,
  refusalWords,
  requestFailure,
  type TokenAnswer,
  type TokenSettings,
  tokenRequest,
} from './token.ts';

/** Renewed this long before its end, or at three quarters of a short life. */
const RENEW_BEFORE_MS = 10 * 60_000;

/** What the vendor answers; names are its own. */
const Granted = z.object({
  access_token: z.string().min(1),
  expires_in: z.number(),
  refresh_token: z.string().min(1),
  refresh_token_expires_in: z.number().optional(),
  scope: z.string().default(''),
});

/** What is kept, sealed. Instants are epoch ms. */
const Kept = z.object({
  accessToken: z.string(),
  renewAt: z.number(),
  refreshToken: z.string(),
  refreshEndsAt: z.number().nullable(),
  scope: z.string(),
});
export type Kept = z.infer<typeof Kept>;

/** The pair in an answer of the vendor; null where it holds none. */
export function keptFrom(text: string, now: number): Kept | null {
  const parsed = Granted.safeParse(parseText(text));
  if (!parsed.success) return null;
  const { access_token, expires_in, refresh_token, refresh_token_expires_in, scope } = parsed.data;
  const lifeMs = expires_in * 1_000;
  return {
    accessToken: access_token,
    renewAt: now + Math.max(lifeMs - RENEW_BEFORE_MS, lifeMs * 0.75),
    refreshToken: refresh_token,
    refreshEndsAt: refresh_token_expires_in === undefined ? null : now + refresh_token_expires_in * 1_000,
    scope,
  };
}

export class OfflineTokens implements AccessTokens {
  readonly #settings: TokenSettings & { connection: string };
  readonly #clock: Clock;
  readonly #vault: Vault | undefined;
  #kept: Kept | undefined;
  /** The vendor took it no more. */
  #refused: string | undefined;
  #renewing: Promise<TokenAnswer> | undefined;

  constructor(settings: TokenSettings & { connection: string }, clock: Clock, vault: Vault | undefined) {
    this.#settings = settings;
    this.#clock = clock;
    this.#vault = vault;
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
    return this.#clock.now() < renewAt && accessToken !== this.#refused;
  }

  async #renew(signal: AbortSignal): Promise<TokenAnswer> {
    try {
      for (let tried: string | undefined; ; ) {
        const stored = await this.#load();
        if (stored === null) return this.#notConnected('no access token is kept for it');
        if (this.#isGood(stored)) return this.#use(stored);
        // What another process has renewed meanwhile is tried; the same again is not.
        if (stored.refreshToken === tried) return this.#notConnected('its refresh token is no longer taken');
        if (this.#vault?.isOurs() !== true)
          return {
            status: 'transient',
            message: 'the access token is renewed by the process that works this connection',
          };
        const renewed = await this.#ask(stored.refreshToken, signal);
        if (renewed === 'refused') tried = stored.refreshToken;
        else if ('status' in renewed) return renewed;
        else {
          await this.#vault.save(JSON.stringify(renewed));
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
    const text = (await this.#vault?.load()) ?? null;
    return text === null ? null : Kept.parse(JSON.parse(text));
  }

  /** `refused`: the vendor does not take this refresh token. */
  async #ask(refreshToken: string, signal: AbortSignal): Promise<Kept | 'refused' | TokenAnswer> {
    const answer = await send(
      tokenRequest(this.#settings, { grant_type: 'refresh_token', refresh_token: refreshToken }, signal),
    );
    const failure = requestFailure(answer);
    if (failure || answer.kind !== 'answer')
      return failure ?? { status: 'transient', message: 'the access token could not be renewed' };
    const { status, text } = answer;
    if (status === 200)
      return (
        keptFrom(text, this.#clock.now()) ?? {
          status: 'transient',
          message: `the access token could not be renewed: the answer has no pair of tokens in it`,
          answered: 200,
        }
      );
    // Who refuses a refresh token says why; a firewall in between does not speak of it.
    if (status === 401 || refusalWords(text) !== '') return 'refused';
    return { status: 'auth', message: `the access token could not be renewed: status ${status}` };
  }

  #notConnected(why: string): TokenAnswer {
    return {
      status: 'auth',
      message: `the store must be authorised again, since ${why}: crossdock connect shopify --id ${this.#settings.connection}`,
    };
  }
}
