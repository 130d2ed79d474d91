/** Access tokens of an app that a person has let in; Xero takes a replaced refresh token for half an hour more. */
import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { type AccessTokens, RotatingTokens } from '../access-tokens.ts';
import type { Vault } from '../contract.ts';
import type { Settings } from './manifest.ts';
import { type Granted, requestTokens } from './token.ts';

/** What is kept, sealed. `renewAt`: epoch ms. */
const Kept = z.object({ accessToken: z.string(), renewAt: z.number(), refreshToken: z.string() });
export type Kept = z.infer<typeof Kept>;

/** The pair of a grant; null where it cannot be renewed. */
export function keptFrom({ accessToken, renewAt, refreshToken }: Granted): Kept | null {
  return refreshToken === null ? null : { accessToken, renewAt, refreshToken };
}

/** Tokens of an app that a person has let in. */
export function refreshTokens(
  connection: string,
  settings: Settings,
  clock: Clock,
  vault: Vault | undefined,
): AccessTokens {
  return new RotatingTokens<Kept>({
    clock,
    vault,
    parse: (text) => Kept.parse(JSON.parse(text)),
    async ask(refreshToken, signal) {
      const fields = { grant_type: 'refresh_token', refresh_token: refreshToken };
      const answer = await requestTokens(settings, fields, clock, signal);
      if (answer.status === 'granted')
        return (
          keptFrom(answer.granted) ?? {
            status: 'transient',
            message: 'Xero has answered without a refresh token',
            answered: 200,
          }
        );
      if (answer.status !== 'refused') return answer;
      return answer.error === 'invalid_grant'
        ? 'refused'
        : { status: 'auth', message: `Xero gives no access token: ${answer.message}` };
    },
    notConnected: (why) =>
      `the organisation must let the hub in again, since ${why}: crossdock connect xero --id ${connection}`,
  });
}
