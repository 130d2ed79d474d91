/** Xero's identity server: tokens by client credentials, by a code and by a refresh token that each renewal replaces. */
import { createHash } from 'node:crypto';
import type { SandboxReply, SandboxRequest } from '../../../sandbox/kit/server.ts';
import type { World } from '../../../sandbox/kit/world.ts';
import { gatewayProblem, Reply } from './errors.ts';

export interface IdentityOptions {
  clientId: string;
  clientSecret: string;
  tenantId: string;
  tenantName: string;
}

const MINUTE_MS = 60_000;
const ACCESS_LIFE_MS = 30 * MINUTE_MS;
const REFRESH_LIFE_MS = 60 * 24 * 60 * MINUTE_MS;
/** A refresh token that was replaced is taken for so long: the answer may have been lost. */
const GRACE_MS = 30 * MINUTE_MS;

export class Identity {
  readonly #world: World;
  readonly #options: IdentityOptions;
  readonly #access = new Map<string, number>();
  readonly #refresh = new Map<string, number>();
  readonly #codes = new Set<string>();
  #issued = 0;

  constructor(world: World, options: IdentityOptions) {
    this.#world = world;
    this.#options = options;
  }

  /** What a person is sent back with who lets the app in. */
  issueCode(): string {
    const code = this.#secret('code');
    this.#codes.add(code);
    return code;
  }

  /** All access tokens end now. */
  expireTokens(): void {
    this.#access.clear();
  }

  token(request: SandboxRequest): SandboxReply {
    const { clientId, clientSecret } = this.#options;
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    if (request.headers.authorization !== `Basic ${basic}`) return refused('invalid_client');
    const form = new URLSearchParams(request.text());
    switch (form.get('grant_type')) {
      case 'client_credentials':
        return { status: 200, body: this.#grant(form.get('scope') ?? '', false) };
      case 'authorization_code':
        if (!this.#codes.delete(form.get('code') ?? '')) return refused('invalid_grant');
        return { status: 200, body: this.#grant('offline_access', true) };
      case 'refresh_token': {
        const given = form.get('refresh_token') ?? '';
        const endsAt = this.#refresh.get(given);
        if (endsAt === undefined || endsAt <= this.#world.clock.now()) return refused('invalid_grant');
        this.#refresh.set(given, Math.min(endsAt, this.#world.clock.now() + GRACE_MS));
        return { status: 200, body: this.#grant('offline_access', true) };
      }
      default:
        return refused('unsupported_grant_type');
    }
  }

  /** The page on which a person agrees: this one always does. */
  authorize({ query }: SandboxRequest): SandboxReply {
    const redirect = URL.parse(query.get('redirect_uri') ?? '');
    if (!redirect || query.get('client_id') !== this.#options.clientId)
      return { status: 400, body: 'Sorry, something went wrong: unauthorized_client' };
    redirect.searchParams.set('code', this.issueCode());
    redirect.searchParams.set('state', query.get('state') ?? '');
    return { status: 302, headers: { location: redirect.href } };
  }

  connections({ headers }: SandboxRequest): SandboxReply {
    if (!this.#isGood(headers.authorization))
      return gatewayProblem(401, 'Unauthorized', 'AuthenticationUnsuccessful');
    const { tenantId, tenantName } = this.#options;
    return {
      status: 200,
      body: [{ id: tenantId, tenantId, tenantType: 'ORGANISATION', tenantName }],
    };
  }

  /** Throws the answer to a request that is not let in. */
  admit({ headers }: SandboxRequest): void {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    const endsAt = token === undefined ? undefined : this.#access.get(token);
    if (endsAt === undefined)
      throw new Reply(gatewayProblem(401, 'Unauthorized', 'AuthenticationUnsuccessful'));
    if (endsAt <= this.#world.clock.now())
      throw new Reply(
        gatewayProblem(
          401,
          'Unauthorized',
          `TokenExpired: token expired at ${new Date(endsAt).toUTCString()}`,
        ),
      );
    if (headers['xero-tenant-id'] !== this.#options.tenantId)
      throw new Reply(gatewayProblem(403, 'Forbidden', 'AuthenticationUnsuccessful'));
  }

  #isGood(authorization = ''): boolean {
    const endsAt = this.#access.get(authorization.replace(/^Bearer /, ''));
    return endsAt !== undefined && endsAt > this.#world.clock.now();
  }

  #grant(scope: string, renewable: boolean): object {
    const now = this.#world.clock.now();
    const access = this.#secret('access');
    this.#access.set(access, now + ACCESS_LIFE_MS);
    const refresh = renewable ? this.#secret('refresh') : undefined;
    if (refresh !== undefined) this.#refresh.set(refresh, now + REFRESH_LIFE_MS);
    return {
      access_token: access,
      expires_in: ACCESS_LIFE_MS / 1_000,
      token_type: 'Bearer',
      scope,
      ...(refresh === undefined ? {} : { refresh_token: refresh }),
    };
  }

  #secret(kind: string): string {
    this.#issued += 1;
    return createHash('sha256').update(`${this.#world.seed} ${kind} ${this.#issued}`).digest('base64url');
  }
}

const refused = (error: string): SandboxReply => ({ status: 400, body: { error } });
