/** The expiring offline token of a shop, renewed by a refresh token; the vendor honours a replaced one until its replacement is used. */
import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { send } from '../../base/http.ts';
import { type AccessTokens, RotatingTokens, renewalAt } from '../access-tokens.ts';
import type { Failure, Vault } from '../contract.ts';
import { parseText } from './json.ts';
import { refusalWords, requestFailure, type TokenSettings, tokenRequest } from './token.ts';

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
    renewAt: renewalAt(now, lifeMs, RENEW_BEFORE_MS),
    refreshToken: refresh_token,
    refreshEndsAt: refresh_token_expires_in === undefined ? null : now + refresh_token_expires_in * 1_000,
    scope,
  };
}

/** The expiring offline token of a shop: it lasts an hour. */
export function offlineTokens(
  settings: TokenSettings & { connection: string },
  clock: Clock,
  vault: Vault | undefined,
): AccessTokens {
  return new RotatingTokens<Kept>({
    clock,
    vault,
    parse: (text) => Kept.parse(JSON.parse(text)),
    ask: (refreshToken, signal) => renewed(settings, refreshToken, clock, signal),
    notConnected: (why) =>
      `the store must be authorised again, since ${why}: crossdock connect shopify --id ${settings.connection}`,
  });
}

async function renewed(
  settings: TokenSettings,
  refreshToken: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Kept | 'refused' | Failure> {
  const fields = { grant_type: 'refresh_token', refresh_token: refreshToken };
  const answer = await send(tokenRequest(settings, fields, signal));
  const failure = requestFailure(answer);
  if (failure || answer.kind !== 'answer')
    return failure ?? { status: 'transient', message: 'the access token could not be renewed' };
  const { status, text } = answer;
  if (status === 200)
    return (
      keptFrom(text, clock.now()) ?? {
        status: 'transient',
        message: 'the access token could not be renewed: the answer has no pair of tokens in it',
        answered: 200,
      }
    );
  // Who refuses a refresh token says why; a firewall in between does not speak of it.
  if (status === 401 || refusalWords(text) !== '') return 'refused';
  return { status: 'auth', message: `the access token could not be renewed: status ${status}` };
}
