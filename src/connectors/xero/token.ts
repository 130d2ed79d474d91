/** Access tokens of a custom connection, by client credentials: they last half an hour and are fetched anew before they end. */
import type { Clock } from '../../base/clock.ts';
import { type HttpAnswer, send } from '../../base/http.ts';
import { type AccessTokens, FetchedTokens, renewalAt } from '../access-tokens.ts';
import type { Failure } from '../contract.ts';
import { addressesOf, type Settings } from './manifest.ts';

/** Renewed this long before its end, or at three quarters of a short life. */
const RENEW_BEFORE_MS = 5 * 60_000;
const DEFAULT_RETRY_MS = 5_000;

/** What Xero's identity server answers well. */
export interface Granted {
  accessToken: string;
  /** Epoch ms. */
  renewAt: number;
  refreshToken: string | null;
}

export type GrantAnswer =
  | { status: 'granted'; granted: Granted }
  /** It speaks of what was given: the credentials, the code, the refresh token. */
  | { status: 'refused'; error: string; message: string }
  | Failure;

/** Asks the identity server for tokens. */
export async function requestTokens(
  settings: Settings,
  fields: Readonly<Record<string, string>>,
  clock: Clock,
  signal: AbortSignal,
): Promise<GrantAnswer> {
  const { clientId, clientSecret } = settings;
  const answer = await send({
    method: 'POST',
    url: `${addressesOf(settings).identity}/connect/token`,
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    },
    body: new URLSearchParams(fields).toString(),
    signal,
  });
  return understood(answer, clock.now());
}

function understood(answer: HttpAnswer, now: number): GrantAnswer {
  if (answer.kind !== 'answer')
    return { status: 'transient', message: `no access token could be fetched: ${answer.message}` };
  const { status, headers, text } = answer;
  if (status === 429)
    return {
      status: 'throttled',
      retryAfterMs: Number(headers.get('retry-after') ?? 0) * 1_000 || DEFAULT_RETRY_MS,
      message: 'too many requests for an access token',
    };
  const body = objectIn(text);
  if (status === 200 && typeof body.access_token === 'string' && typeof body.expires_in === 'number') {
    const lifeMs = body.expires_in * 1_000;
    return {
      status: 'granted',
      granted: {
        accessToken: body.access_token,
        renewAt: renewalAt(now, lifeMs, RENEW_BEFORE_MS),
        refreshToken: typeof body.refresh_token === 'string' ? body.refresh_token : null,
      },
    };
  }
  if (typeof body.error === 'string')
    return {
      status: 'refused',
      error: body.error,
      message: [body.error, body.error_description].filter((word) => typeof word === 'string').join(': '),
    };
  // A page of maintenance, most likely: it says nothing of the credentials.
  return {
    status: 'transient',
    message: `no access token could be fetched: status ${status}, without a token or an error in it`,
    answered: status,
  };
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Access tokens by the app's own credentials: a custom connection. */
export function credentialTokens(settings: Settings, clock: Clock): AccessTokens {
  return new FetchedTokens(clock, async (signal) => {
    const fields = { grant_type: 'client_credentials', scope: settings.scopes.join(' ') };
    const answer = await requestTokens(settings, fields, clock, signal);
    if (answer.status === 'granted') return answer.granted;
    if (answer.status !== 'refused') return answer;
    return {
      status: 'auth',
      message: `Xero gives no access token (${answer.message}): check clientId and clientSecret, and that the custom connection is authorised and has the scopes ${settings.scopes.join(' ')}`,
    };
  });
}
