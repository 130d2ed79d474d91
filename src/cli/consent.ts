/**
 * A consent without a browser of our own: the address is printed, a person opens it wherever they are signed in, and their browser
 * is sent back to an address on loopback. Where it cannot reach that, they copy the address (or the code in it) to here.
 */
import { createServer } from 'node:http';
import { nextLine } from './ask.ts';
import { UsageError } from './context.ts';

/** Prints the page to open, and waits for what comes back: the whole address, or what was pasted. */
export async function awaitConsent(page: string, redirectUrl: string): Promise<string> {
  const redirect = URL.parse(redirectUrl);
  if (!redirect) throw new UsageError(`--redirect-url "${redirectUrl}": expected an address`);
  const ended = new AbortController();
  const calls = listenFor(redirect, ended.signal);
  const listening = await calls.ready;
  process.stderr.write(
    [
      'Open this address in a browser that is signed in there, and agree:',
      '',
      `  ${page}`,
      '',
      listening
        ? `The browser is sent back to ${redirectUrl} then, and this command goes on. If it says that it cannot reach that address, paste the address it shows (or the code in it) here:`
        : `The browser is sent to ${redirectUrl} then. Paste the address that it shows (or the code in it) here:`,
      '',
    ].join('\n'),
  );
  try {
    const pasted = nextLine(ended.signal);
    // An input that has ended (no terminal) is no answer while the browser may still call.
    const first = await Promise.race([
      ...(listening ? [calls.called] : []),
      pasted.then((line) => (line === null && listening ? calls.called : line)),
    ]);
    if (first === null || first === '')
      throw new UsageError('Nothing came back: run the command again and paste the address or the code.');
    return first;
  } finally {
    ended.abort();
  }
}

/** Waits for the browser on loopback; `ready` is false where the address is not one of this machine, or is taken. */
function listenFor(redirect: URL, signal: AbortSignal): { ready: Promise<boolean>; called: Promise<string> } {
  const isHere =
    redirect.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(redirect.hostname);
  let call: (address: string) => void = () => {};
  const called = new Promise<string>((resolve) => {
    call = resolve;
  });
  if (!isHere) return { ready: Promise.resolve(false), called };
  const server = createServer((request, response) => {
    const address = new URL(request.url ?? '/', redirect);
    if (address.pathname !== redirect.pathname) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
    response.end(
      'Crossdock has got the answer: see where you started the command. This page can be closed.\n',
    );
    call(address.href);
  });
  signal.addEventListener('abort', () => {
    server.close();
    server.closeAllConnections();
  });
  const ready = new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(Number(redirect.port || 80), redirect.hostname.replace(/^\[|\]$/g, ''), () =>
      resolve(true),
    );
  });
  return { ready, called };
}
