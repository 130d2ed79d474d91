/**
 * How a merchant lets an app of ours into a store: a page of the store's, on which they agree to the scopes, sends them back to an
 * address of ours with a code, which is exchanged for the expiring offline token and its refresh token.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { send } from '../../base/http.ts';
import type { Consent, Redeemed } from '../contract.ts';
import { ASKED_SCOPES } from './check.ts';
import { baseUrlOf, type Settings } from './manifest.ts';
import { refusalWords, requestFailure, tokenRequest } from './token.ts';
import { keptFrom } from './token-offline.ts';

export const consent: Consent<Settings> = {
  isNeeded: ({ access }) => access === 'offlineToken',

  url(settings, { redirectUrl, state }) {
    const query = new URLSearchParams({
      client_id: settings.clientId,
      scope: ASKED_SCOPES.join(','),
      redirect_uri: redirectUrl,
      state,
    });
    return `${baseUrlOf(settings)}/admin/oauth/authorize?${query}`;
  },

  async redeem(settings, back, { state, clock, signal }) {
    const code = codeIn(settings, back, state);
    if (typeof code !== 'string') return code;
    const reached = { ...settings, baseUrl: baseUrlOf(settings) };
    const answer = await send(tokenRequest(reached, { code, expiring: '1' }, signal));
    const failure = requestFailure(answer);
    if (failure) return refused(failure.message);
    if (answer.kind !== 'answer' || answer.status !== 200) {
      const words = answer.kind === 'answer' ? refusalWords(answer.text) : answer.message;
      return refused(
        `the store gives no token for this code (${words || 'no reason given'}). A code is good once and for a short time: begin again, and check the client id and secret`,
      );
    }
    const kept = keptFrom(answer.text, clock.now());
    if (!kept)
      return refused(
        'the store’s answer holds no token that expires, with a refresh token: make sure that it is the store of a current app',
      );
    return { status: 'done', credential: JSON.stringify(kept) };
  },
};

/** The code with which the merchant was sent back; a bare one is what a person has copied. */
function codeIn(settings: Settings, back: string, state: string): string | Redeemed {
  const url = URL.parse(back);
  if (!url) {
    if (/^[\w-]{8,}$/.test(back.trim())) return back.trim();
    return refused('that is neither the address to which the browser was sent, nor a code');
  }
  const told = url.searchParams;
  if (told.get('error'))
    return refused(`the merchant has not agreed: ${told.get('error_description') ?? told.get('error')}`);
  if (!isSigned(told, settings.clientSecret))
    return refused('the address is not signed by the store with this client secret: check the secret');
  if (told.get('state') !== state)
    return refused('the address is the answer to another attempt: open the address that was printed last');
  if (told.get('shop')?.toLowerCase() !== settings.shopDomain.toLowerCase())
    return refused(`the answer comes from the store ${told.get('shop')}, not from ${settings.shopDomain}`);
  return told.get('code') ?? refused('the address holds no code');
}

/** HMAC-SHA256 in hex over all other parameters, by their names. */
function isSigned(told: URLSearchParams, secret: string): boolean {
  const given = told.get('hmac') ?? '';
  const text = [...told]
    .filter(([name]) => name !== 'hmac')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const right = createHmac('sha256', secret).update(text).digest('hex');
  return given.length === right.length && timingSafeEqual(Buffer.from(given), Buffer.from(right));
}

function refused(message: string): Redeemed {
  return { status: 'refused', message };
}
