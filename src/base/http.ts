/** The HTTP client of connectors: a deadline by the caller's signal, answers as values, bodies bounded. */

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: string;
  signal: AbortSignal;
}

export type HttpAnswer =
  | { kind: 'answer'; status: number; headers: Headers; text: string }
  /** The request cannot have reached the system (refused, name not found). */
  | { kind: 'unreached'; message: string }
  /** The request was sent and no whole answer came: the effect is unknown. */
  | { kind: 'lost'; message: string };

/** Codes of errors that happen before a byte of the request is sent. */
const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Sends a request once. It never throws for network reasons and never repeats. */
export async function send(request: HttpRequest): Promise<HttpAnswer> {
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers ?? {},
      signal: request.signal,
      redirect: 'manual',
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    return {
      kind: 'answer',
      status: response.status,
      headers: response.headers,
      text: await response.text(),
    };
  } catch (error) {
    const cause = (error as { cause?: { code?: string; message?: string } }).cause;
    const message = cause?.message || (error instanceof Error ? error.message : String(error));
    if (cause?.code && BEFORE_SENDING.has(cause.code))
      return { kind: 'unreached', message: `${cause.code}: ${message}` };
    return { kind: 'lost', message };
  }
}
