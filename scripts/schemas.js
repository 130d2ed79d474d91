/**
 * Brings Shopify's published GraphQL schemas into the git-ignored cache: tests and the sandbox check requests against them.
 * They come from a pinned package of the vendor: only its data, not its 300 dependencies, and only after its hash was checked.
 * Runs on Node 20 without dependencies. Usage: npm run schemas
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root } from '../bin/runtime.js';
import { fail, npm } from './npm.js';

const PACKAGE = '@shopify/dev-mcp@1.16.0';
const INTEGRITY =
  'sha512-tqgRnK7sQhjew+htxtleTH23nXB5fZcsrhWgEkomsorGXvLOB2mh2upwZm8uzuTDNTZnqtLMe64yIwh6s2awtw==';
const SCHEMAS = ['2026-01', '2026-04', '2026-07', '2026-10', 'unstable'].map(
  (version) => `admin_${version}.json.gz`,
);

const target = join(root, '.cache', 'shopify-schemas');
/** Says what is in the folder; another package, hash or list of files is fetched anew. */
const stampFile = join(target, 'stamp.json');
const stamp = JSON.stringify({ package: PACKAGE, integrity: INTEGRITY, files: SCHEMAS });

if (!isThere()) fetchSchemas();

function isThere() {
  if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) return false;
  return SCHEMAS.every((name) => existsSync(join(target, name)));
}

function fetchSchemas() {
  console.log(`Fetching Shopify's schemas (${PACKAGE}) …`);
  const download = mkdtempSync(join(tmpdir(), 'crossdock-schemas-'));
  try {
    const tarball = readFileSync(pack(download));
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    if (integrity !== INTEGRITY) fail(`${PACKAGE} is not the package that was reviewed: ${integrity}`);
    // Beside the target, so that the last step is one rename and a run that is killed leaves nothing half there.
    const making = `${target}.${process.pid}`;
    rmSync(making, { recursive: true, force: true });
    mkdirSync(making, { recursive: true });
    for (const { path, content } of filesOf(gunzipSync(tarball))) {
      const name = basename(path);
      const isSchema = path === `package/dist/data/${name}` && SCHEMAS.includes(name);
      if (isSchema || path === 'package/LICENSE') writeFileSync(join(making, name), content);
    }
    const missing = SCHEMAS.filter((name) => !readdirSync(making).includes(name));
    if (missing.length > 0) fail(`${PACKAGE} does not hold ${missing.join(', ')}`);
    writeFileSync(join(making, 'stamp.json'), stamp);
    rmSync(target, { recursive: true, force: true });
    renameSync(making, target);
  } finally {
    rmSync(download, { recursive: true, force: true });
  }
}

function pack(directory) {
  npm(['pack', PACKAGE, '--pack-destination', directory, '--silent', '--ignore-scripts'], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const file = readdirSync(directory).find((name) => name.endsWith('.tgz'));
  if (!file) fail(`npm pack ${PACKAGE} left no package in ${directory}`);
  return join(directory, file);
}

/** The files of a tar archive: blocks of 512 bytes, a header and then the content. */
function* filesOf(archive) {
  let longPath = '';
  for (let offset = 0; offset + 512 <= archive.length; ) {
    const header = archive.subarray(offset, offset + 512);
    if (header[0] === 0) return;
    const size = Number.parseInt(text(header, 124, 12), 8);
    const content = archive.subarray(offset + 512, offset + 512 + size);
    const type = text(header, 156, 1);
    offset += 512 + Math.ceil(size / 512) * 512;
    // An extended header names the file after it when its path is too long for the plain one.
    if (type === 'x') {
      longPath = /\d+ path=(.*)\n/.exec(content.toString('utf8'))?.[1] ?? '';
      continue;
    }
    const prefix = text(header, 345, 155);
    const path = longPath || (prefix ? `${prefix}/` : '') + text(header, 0, 100);
    longPath = '';
    if (type === '0' || type === '') yield { path, content };
  }
}

function text(block, start, length) {
  const bytes = block.subarray(start, start + length);
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? length : end).trim();
}
