/**
 * How a person lets an app of ours into an organisation: a page of Xero's, on which they choose it and agree to the scopes, sends them
 * back to an address of ours with a code, which is exchanged for an access token and its refresh token.
 */
import { z } from 'zod';
import { send } from '../../base/http.ts';
import type { Consent, Redeemed } from '../contract.ts';
import { addressesOf, type Settings } from './manifest.ts';
import { requestTokens } from './token.ts';
import { keptFrom } from './token-refresh.ts';

const Connections = z.array(z.object({ tenantId: z.string(), tenantName: z.string().nullish() }));

export const consent: Consent<Settings> = {
  isNeeded: ({ access }) => access === 'refreshToken',

  url(settings, { redirectUrl, state }) {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: settings.clientId,
      redirect_uri: redirectUrl,
      scope: ['offline_access', ...settings.scopes].join(' '),
      state,
    });
    return `${addressesOf(settings).login}/identity/connect/authorize?${query}`;
  },

  async redeem(settings, back, { state, clock, signal }) {
    const given = codeIn(back, state);
    if ('status' in given) return given;
    const answer = await requestTokens(
      settings,
      { grant_type: 'authorization_code', code: given.code, redirect_uri: given.redirectUrl },
      clock,
      signal,
    );
    if (answer.status !== 'granted')
      return refused(
        `Xero gives no token for this code (${answer.message}). A code is good once and for five minutes: begin again, and check clientId and clientSecret`,
      );
    const kept = keptFrom(answer.granted);
    if (!kept) return refused('Xero’s answer has no refresh token: the app must ask for offline_access');
    const missing = await organisationMissing(settings, kept.accessToken, signal);
    return missing === null ? { status: 'done', credential: JSON.stringify(kept) } : refused(missing);
  },
};

/** Xero wants the address again to which the person was sent, so a bare code does not do. */
function codeIn(back: string, state: string): { code: string; redirectUrl: string } | Redeemed {
  const url = URL.parse(back.trim());
  if (!url) return refused('that is not the address to which the browser was sent: paste the whole of it');
  const told = url.searchParams;
  if (told.get('error'))
    return refused(`nobody has agreed: ${told.get('error_description') ?? told.get('error')}`);
  if (told.get('state') !== state)
    return refused('the address is the answer to another attempt: open the address that was printed last');
  const code = told.get('code');
  return code ? { code, redirectUrl: `${url.origin}${url.pathname}` } : refused('the address holds no code');
}

/** The person may have chosen another organisation. Null: they have not. */
async function organisationMissing(
  settings: Settings,
  token: string,
  signal: AbortSignal,
): Promise<string | null> {
  const answer = await send({
    method: 'GET',
    url: addressesOf(settings).connections,
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    signal,
  });
  if (answer.kind !== 'answer' || answer.status !== 200)
    return `Xero does not say which organisations the app may enter (${answer.kind === 'answer' ? `status ${answer.status}` : answer.message}): begin again`;
  let list: z.infer<typeof Connections>;
  try {
    list = Connections.parse(JSON.parse(answer.text));
  } catch {
    return 'Xero has answered its list of organisations in another shape: begin again';
  }
  if (list.some(({ tenantId }) => tenantId === settings.tenantId)) return null;
  const names = list.map(({ tenantId, tenantName }) => `${tenantName ?? 'one'} (${tenantId})`);
  return `the app was let into ${names.join(', ') || 'no organisation'}, and tenantId is ${settings.tenantId}: choose that one on Xero’s page, or correct tenantId`;
}

function refused(message: string): Redeemed {
  return { status: 'refused', message };
}
