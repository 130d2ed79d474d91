/** The one logger: structured lines on standard error; secrets and persons are redacted wherever they slip in. */
import { pino } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
export type Log = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  details?: Record<string, unknown>,
) => void;

/** Names whose values never reach a log line, at the first levels of nesting. */
const SECRET = [
  'token',
  'secret',
  'password',
  'authorization',
  'clientSecret',
  'accessToken',
  'webhookSecrets',
  'email',
  'phone',
  'address1',
];

export function createLog(level: LogLevel): Log {
  const paths = SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const logger = pino(
    { level, base: null, redact: { paths, censor: '[redacted]' } },
    pino.destination({ dest: 2, sync: true }),
  );
  return (at, message, details) => logger[at](details ?? {}, message);
}
