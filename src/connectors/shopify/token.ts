/**
 * The access token of a shop, by the client-credentials grant (an app of the merchant's own organisation; a token lasts a day).
 * One request at a time fetches it, for whoever waits; it is renewed some time before it ends.
 */
import type { Clock } from '../../base/clock.ts';
import { type HttpAnswer, type HttpRequest, send } from '../../base/http.ts';
import { type AccessTokens, FetchedTokens, renewalAt } from '../access-tokens.ts';
import type { Failure } from '../contract.ts';
import { retryAfterMs } from './budget.ts';
import { asObject, parseText } from './json.ts';

/** Renewed this long before its end, or at three quarters of a short life. */
const RENEW_BEFORE_MS = 10 * 60_000;
const DEFAULT_LIFE_MS = 86_400_000;
/** Wait when the vendor does not say how long. */
const DEFAULT_RETRY_MS = 5_000;

export interface TokenSettings {
  baseUrl: string;
  clientId: string;
  clientSecret: string;
}

/** A request to the shop's token endpoint. */
export function tokenRequest(
  { baseUrl, clientId, clientSecret }: TokenSettings,
  fields: Readonly<Record<string, string>>,
  signal: AbortSignal,
): HttpRequest {
  return {
    method: 'POST',
    url: `${baseUrl}/admin/oauth/access_token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({ ...fields, client_id: clientId, client_secret: clientSecret }).toString(),
    signal,
  };
}

/** What an answer of the token endpoint means that says nothing of the credentials; null: it speaks of them. */
export function requestFailure(answer: HttpAnswer): Failure | null {
  if (answer.kind !== 'answer')
    return { status: 'transient', message: `the access token could not be fetched: ${answer.message}` };
  if (answer.status === 429 || answer.status === 430)
    return {
      status: 'throttled',
      retryAfterMs: retryAfterMs(answer.headers) ?? DEFAULT_RETRY_MS,
      message: 'too many requests for an access token',
    };
  if (answer.status >= 500 || answer.status === 408)
    return {
      status: 'transient',
      message: `the access token could not be fetched: status ${answer.status}`,
      answered: answer.status,
    };
  if (SAYS_NOTHING_OF_CREDENTIALS.has(answer.status) || (answer.status >= 300 && answer.status < 400))
    return {
      status: 'auth',
      message: `no access token can be had now (status ${answer.status}): check shopDomain (or baseUrl), and that the shop is open`,
    };
  return null;
}

/** A frozen shop, none of this name, a locked one. */
const SAYS_NOTHING_OF_CREDENTIALS: ReadonlySet<number> = new Set([402, 404, 423]);

/** What the token endpoint says of a refusal, as "error: description". */
export function refusalWords(text: string): string {
  const body = asObject(parseText(text));
  return [body?.error, body?.error_description].filter((word) => typeof word === 'string').join(': ');
}

/** Access tokens by the app's own credentials (client-credentials grant). */
export function credentialTokens(settings: TokenSettings, clock: Clock): AccessTokens {
  return new FetchedTokens(clock, async (signal) => {
    const answer = await send(tokenRequest(settings, { grant_type: 'client_credentials' }, signal));
    const failure = requestFailure(answer);
    if (failure || answer.kind !== 'answer')
      return failure ?? { status: 'transient', message: 'the access token could not be fetched' };
    const body = asObject(parseText(answer.text));
    // A page of maintenance, most likely: it says nothing of the credentials.
    if (answer.status === 200 && typeof body?.access_token !== 'string')
      return {
        status: 'transient',
        message: `the access token could not be fetched: the answer has no access_token in it: ${answer.text.slice(0, 100)}`,
        answered: 200,
      };
    if (answer.status !== 200 || typeof body?.access_token !== 'string') {
      const words = refusalWords(answer.text);
      return {
        status: 'auth',
        message: `no access token for clientId and clientSecret (status ${answer.status}${words === '' ? '' : `, ${words}`}): check both, and that the app is installed in the shop`,
      };
    }
    const lifeMs = typeof body.expires_in === 'number' ? body.expires_in * 1_000 : DEFAULT_LIFE_MS;
    return { accessToken: body.access_token, renewAt: renewalAt(clock.now(), lifeMs, RENEW_BEFORE_MS) };
  });
}
