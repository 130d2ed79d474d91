/**
 * Access tokens, by the vendor's grants: client credentials (a token lasts a day), and the authorisation code of a merchant, for
 * an expiring offline token (an hour, with a refresh token that each use replaces) or, if the app does not ask for one that
 * expires, for one that stays. On a bad day all of them end early, once.
 */
import { createHmac } from 'node:crypto';
import { derivedId } from '../../../../base/ids.ts';
import type { SandboxReply, SandboxRequest } from '../../../../sandbox/kit/server.ts';
import type { World } from '../../../../sandbox/kit/world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LIFE_SECONDS = 86_399;
const OFFLINE_LIFE_SECONDS = 3_600;
const REFRESH_LIFE_SECONDS = 90 * 86_400;
/** A used refresh token is honoured so long while its replacement is not used. */
const RETRY_LIMIT_MS = 30 * DAY_MS;
/** An authorisation code that is not redeemed. */
const CODE_LIFE_MS = 60_000;
/** When all tokens end, counted from the start of the store. */
const EARLY_END_MS = { least: 4 * HOUR_MS, most: 30 * HOUR_MS };

/** What an app is granted by default: scopes of all that the sandbox behaves. */
export const SCOPES = [
  'read_orders',
  'write_orders',
  'read_all_orders',
  'read_customers',
  'read_products',
  'read_locations',
  'read_merchant_managed_fulfillment_orders',
  'write_merchant_managed_fulfillment_orders',
  'read_third_party_fulfillment_orders',
  'write_third_party_fulfillment_orders',
  'read_assigned_fulfillment_orders',
  'write_assigned_fulfillment_orders',
  'write_order_edits',
  'read_fulfillments',
  'write_fulfillments',
  'read_payment_terms',
  'read_inventory',
  'write_inventory',
  'write_products',
  'write_customers',
  'read_returns',
  'write_returns',
  'write_customer_data_erasure',
  'read_companies',
  'write_companies',
  'write_locations',
  'read_draft_orders',
  'write_draft_orders',
  'read_publications',
  'write_publications',
  'read_store_credit_accounts',
  'read_store_credit_account_transactions',
  'write_store_credit_account_transactions',
  'read_gift_card_transactions',
  'write_gift_card_transactions',
  'read_gift_cards',
  'write_gift_cards',
  'read_shopify_payments',
  'read_shopify_payments_accounts',
  'read_shopify_payments_payouts',
  'read_shopify_payments_disputes',
] as const;

interface AccessToken {
  /** Epoch ms; Infinity: it stays. */
  endsAt: number;
  scopes: readonly string[];
}

interface RefreshToken {
  value: string;
  endsAt: number;
  scopes: readonly string[];
  /** The one that it replaces: retired when this one is used. */
  replaces: RefreshToken | null;
  firstUsedAt: number | null;
  retired: boolean;
}

export interface AppSettings {
  clientId: string;
  clientSecret: string;
  /** The store's domain. */
  shop: string;
  /** What the app is granted by client credentials. Default: `SCOPES`. */
  scopes?: readonly string[];
  /** Where a merchant may be sent back to, as the app's settings allow. Default: loopback alone. */
  redirectUrls?: readonly string[];
}

export class Access {
  readonly #world: World;
  readonly #connection: string;
  readonly #app: AppSettings;
  readonly #tokens = new Map<string, AccessToken>();
  readonly #refreshTokens = new Map<string, RefreshToken>();
  readonly #codes = new Map<string, { endsAt: number; scopes: readonly string[] }>();
  readonly #earlyEndAt: number | undefined;
  #serial = 0;

  constructor(world: World, connection: string, app: AppSettings) {
    this.#world = world;
    this.#connection = connection;
    this.#app = app;
    const after = world.random(`tokens:${connection}`).int(EARLY_END_MS.least, EARLY_END_MS.most);
    this.#earlyEndAt = world.faults.tokenExpires ? world.clock.now() + after : undefined;
  }

  /** Whether a token is good now. */
  allows(token: string | undefined): boolean {
    return this.scopesOf(token) !== undefined;
  }

  /** What a token that is good now is granted; undefined: it is none. */
  scopesOf(token: string | undefined): readonly string[] | undefined {
    const known = token === undefined ? undefined : this.#tokens.get(token);
    return known !== undefined && this.#world.clock.now() < known.endsAt ? known.scopes : undefined;
  }

  /** Ends all access tokens that have been given out; refresh tokens stay. */
  revoke(): void {
    this.#tokens.clear();
  }

  /** The merchant removes the app: nothing that was given out is good any more. */
  uninstall(): void {
    this.#tokens.clear();
    this.#refreshTokens.clear();
    this.#codes.clear();
  }

  /** Somebody has got access since it was removed. */
  get isUsed(): boolean {
    return this.#tokens.size > 0;
  }

  /** The page on which a merchant agrees: here the merchant agrees at once, and is sent back with a code. */
  authorise({ query }: SandboxRequest): SandboxReply {
    const redirect = query.get('redirect_uri') ?? '';
    const problem =
      query.get('client_id') !== this.#app.clientId
        ? 'Oauth error application_cannot_be_found: This app is not available in this shop'
        : this.#mayRedirect(redirect)
          ? undefined
          : 'Oauth error invalid_request: The redirect_uri is not whitelisted';
    if (problem) return { status: 400, body: problem };
    const scopes = scopesIn(query.get('scope'));
    const now = this.#world.clock.now();
    const code = this.#secret('code');
    this.#codes.set(code, { endsAt: now + CODE_LIFE_MS, scopes });
    const told = new URLSearchParams({
      code,
      host: Buffer.from(`${this.#app.shop}/admin`).toString('base64url'),
      shop: this.#app.shop,
      state: query.get('state') ?? '',
      timestamp: String(Math.floor(now / 1_000)),
    });
    const text = [...told].map(([name, value]) => `${name}=${value}`).join('&');
    told.set('hmac', createHmac('sha256', this.#app.clientSecret).update(text).digest('hex'));
    return { status: 302, headers: { location: `${redirect}?${told}` }, body: '' };
  }

  /** Answers a request for a token. */
  grant(request: SandboxRequest): SandboxReply {
    const asked = fieldsOf(request) ?? {};
    const byCode = asked.code !== undefined && asked.grant_type === undefined;
    if (!byCode && asked.grant_type !== 'client_credentials' && asked.grant_type !== 'refresh_token')
      return refused(400, 'unsupported_grant_type', 'The grant type is not supported');
    const { clientId, clientSecret } = this.#app;
    if (asked.client_id !== clientId || asked.client_secret !== clientSecret)
      return refused(401, 'invalid_client', 'Client authentication failed');
    if (byCode) return this.#redeem(String(asked.code), String(asked.expiring ?? '0') === '1');
    if (asked.grant_type === 'refresh_token') return this.#refresh(String(asked.refresh_token));
    const scopes = this.#app.scopes ?? SCOPES;
    return granted({
      access_token: this.#giveAccess(scopes, LIFE_SECONDS),
      scope: scopes.join(','),
      expires_in: LIFE_SECONDS,
    });
  }

  #mayRedirect(redirect: string): boolean {
    if (this.#app.redirectUrls) return this.#app.redirectUrls.includes(redirect);
    const host = URL.parse(redirect)?.hostname;
    return host === 'localhost' || host === '127.0.0.1';
  }

  #redeem(code: string, expiring: boolean): SandboxReply {
    const found = this.#codes.get(code);
    this.#codes.delete(code);
    if (!found || found.endsAt <= this.#world.clock.now())
      return refused(400, 'invalid_request', 'The authorization code was not found or was already used');
    const { scopes } = found;
    if (!expiring)
      return granted({
        access_token: this.#giveAccess(scopes, Number.POSITIVE_INFINITY),
        scope: scopes.join(','),
      });
    return this.#pair(scopes, null);
  }

  #refresh(value: string): SandboxReply {
    const now = this.#world.clock.now();
    const found = this.#refreshTokens.get(value);
    const lapsed = found?.firstUsedAt != null && found.firstUsedAt + RETRY_LIMIT_MS <= now;
    if (!found || found.retired || found.endsAt <= now || lapsed)
      return refused(401, 'invalid_request', 'This request requires an active refresh_token');
    // Using a replacement retires what it replaces; what was used may be used again until then.
    if (found.replaces) found.replaces.retired = true;
    found.firstUsedAt ??= now;
    return this.#pair(found.scopes, found);
  }

  #pair(scopes: readonly string[], replaces: RefreshToken | null): SandboxReply {
    const refresh: RefreshToken = {
      value: this.#secret('shprt'),
      endsAt: this.#world.clock.now() + REFRESH_LIFE_SECONDS * 1_000,
      scopes,
      replaces,
      firstUsedAt: null,
      retired: false,
    };
    this.#refreshTokens.set(refresh.value, refresh);
    return granted({
      access_token: this.#giveAccess(scopes, OFFLINE_LIFE_SECONDS),
      expires_in: OFFLINE_LIFE_SECONDS,
      refresh_token: refresh.value,
      refresh_token_expires_in: REFRESH_LIFE_SECONDS,
      scope: scopes.join(','),
    });
  }

  #giveAccess(scopes: readonly string[], lifeSeconds: number): string {
    const now = this.#world.clock.now();
    const token = this.#secret('shpat');
    const natural = now + lifeSeconds * 1_000;
    const early = this.#earlyEndAt !== undefined && now < this.#earlyEndAt ? this.#earlyEndAt : natural;
    this.#tokens.set(token, { endsAt: Math.min(natural, early), scopes });
    return token;
  }

  #secret(prefix: string): string {
    this.#serial += 1;
    const parts = [this.#world.seed, this.#connection, String(this.#serial), String(this.#world.clock.now())];
    return `${prefix}_${derivedId(...parts).replaceAll('-', '')}`;
  }
}

/** "read_orders,write_orders" as the vendor takes it: a right to write contains the right to read, and is told alone. */
function scopesIn(text: string | null): readonly string[] {
  const asked = (text ?? '')
    .split(',')
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '');
  return asked.filter(
    (scope) => !scope.startsWith('read_') || !asked.includes(`write_${scope.slice('read_'.length)}`),
  );
}

function fieldsOf(request: SandboxRequest): Record<string, unknown> | undefined {
  try {
    if (request.headers['content-type']?.includes('json'))
      return (request.json() ?? undefined) as Record<string, unknown> | undefined;
    return Object.fromEntries(new URLSearchParams(request.text()));
  } catch {
    return undefined;
  }
}

function granted(body: Record<string, unknown>): SandboxReply {
  return { status: 200, body };
}

function refused(status: number, error: string, description: string): SandboxReply {
  return { status, body: { error, error_description: description } };
}
