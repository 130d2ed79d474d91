/** Who may call the API: a host that is ours, and the token. */
import { timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import { ApiProblem } from './problem.ts';

/**
 * Refuses calls to host names that are not ours. A web page of somebody else may give its own name our address (DNS
 * rebinding); its calls then carry that name. An address as such cannot be rebound.
 */
export function ownHostOnly(hosts: readonly string[]): MiddlewareHandler {
  const own = new Set(['localhost', ...hosts.map((host) => host.toLowerCase())]);
  return async (c, next) => {
    const name = hostName(c.req.header('host') ?? new URL(c.req.url).host);
    if (name === null || !(own.has(name) || isIP(name) !== 0 || name.endsWith('.localhost'))) {
      throw new ApiProblem(
        421,
        'host-not-ours',
        'This is not the host that was asked',
        `The request names the host "${name ?? c.req.header('host')}", which is none of this hub's.`,
        'Use the address that "crossdock start" has printed, or start the hub with --allow-host NAME.',
      );
    }
    await next();
  };
}

/** The name in a Host header, without port and brackets; null for text that is none. */
function hostName(host: string): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::\d{1,5})?$/i.exec(host);
  return match ? (match[1] ?? match[2] ?? '').toLowerCase() : null;
}

/** Refuses addresses with a NUL in them: no name, key or text has one, and PostgreSQL takes none. */
export const noNul: MiddlewareHandler = async (c, next) => {
  if (/%00|\0/.test(c.req.url))
    throw new ApiProblem(
      400,
      'address-malformed',
      'The address holds a NUL character',
      'No name, key or text of an order or a case has one.',
      'Send the address without it.',
    );
  await next();
};

/** Lets only callers pass who have the token; the comparison takes the same time whatever they send. */
export function bearerToken(token: string): MiddlewareHandler {
  const expected = Buffer.from(token);
  const isToken = (given: string) => {
    const bytes = Buffer.alloc(expected.length);
    const isWhole = Buffer.byteLength(given) === expected.length;
    bytes.write(given);
    return timingSafeEqual(bytes, expected) && isWhole && given !== '';
  };
  return async (c, next) => {
    const given = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    if (!isToken(given)) {
      c.header('www-authenticate', 'Bearer realm="Crossdock"');
      throw new ApiProblem(
        401,
        'token-needed',
        'The access token is missing or wrong',
        given === ''
          ? 'The request has no bearer token.'
          : 'The bearer token of the request is not the one of this hub.',
        'Send "Authorization: Bearer TOKEN"; the token stands in the file "token" of the data directory, or in $CROSSDOCK_TOKEN.',
      );
    }
    await next();
  };
}
