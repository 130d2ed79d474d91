/**
 * The control tower: files that Vite has built, served with headers that let a browser keep them and load nothing else. They
 * hold no data and need no token; the page takes its token from the fragment of the address that `crossdock start` prints.
 */
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { html } from 'hono/html';

/** From the sources: what the set-up builds; in a published package: beside the compiled code. */
const BUILT = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../.cache/tower/' : '../tower/', import.meta.url),
);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};

const SECURITY = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** Files whose name holds a hash of their content never change. */
const HASHED = /^assets\/.+-[\w-]{8,}\.\w+$/;

/** Serves the page for every address that is not the API's; an address without a file is one of the page's own views. */
export function servePage(app: OpenAPIHono, directory = BUILT): void {
  app.get('*', async (c, next) => {
    if (/^\/(v1|healthz)(\/|$)/.test(c.req.path)) return next();
    for (const [name, value] of Object.entries(SECURITY)) c.header(name, value);
    const path = c.req.path.slice(1);
    const file = path !== '' && extname(path) !== '' ? await builtFile(directory, path) : null;
    if (file) {
      c.header('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
      c.header('cache-control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
      return c.body(Uint8Array.from(file));
    }
    if (path.startsWith('assets/')) return c.text('There is no such file; reload the page.\n', 404);
    const index = await builtFile(directory, 'index.html');
    c.header('cache-control', 'no-cache');
    if (index) return c.html(index.toString());
    return c.html(notBuilt(), 503);
  });
}

/** The bytes of a file of the built page; null when it is none. Only what a listing of the directory names is read. */
async function builtFile(directory: string, path: string): Promise<Buffer | null> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  if (!names.some((name) => name.split(sep).join('/') === path)) return null;
  return readFile(join(directory, path)).catch(() => null);
}

/** True when there is a page to serve. */
export function pageIsBuilt(directory = BUILT): boolean {
  try {
    readFileSync(join(directory, 'index.html'));
    return true;
  } catch {
    return false;
  }
}

function notBuilt() {
  return html`<!doctype html><html lang="en"><meta charset="utf-8"><title>Crossdock</title>
<h1>The page has not been built</h1>
<p>In a checkout: <code>npm run tower</code>, then reload. The API works all the same: <a href="/v1/docs">its reference</a>.</p></html>`;
}
