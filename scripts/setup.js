/**
 * Makes a fresh clone ready: called before `npm start`, `npm test` and `npm run bench`. Installs what the lock file says when
 * that has not been done yet, fetches the vendors' schemas, and builds the page. Runs on Node 20, before anything is installed.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { modernNode, NODE_MAJOR, packagedNode, root } from '../bin/runtime.js';
import { fail, npm } from './npm.js';

const lockFile = join(root, 'package-lock.json');
/** Written by npm at the end of an install. */
const npmStamp = join(root, 'node_modules', '.package-lock.json');
/** Written by us: the hash of the lock file that was installed, since a change of branch touches its time only. */
const ourStamp = join(root, 'node_modules', '.crossdock-lock-hash');

const lockHash = createHash('sha256').update(readFileSync(lockFile)).digest('hex');

if (!isInstalled()) {
  console.log('Installing dependencies (npm ci) …');
  // No package here needs an install script; a NODE_ENV=production around us must not leave out what builds the page.
  npm(
    [
      'ci',
      '--ignore-scripts',
      '--include=dev',
      '--include=optional',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ],
    { cwd: root, stdio: 'inherit' },
  );
  writeFileSync(ourStamp, lockHash);
}
if (!modernNode()) {
  fail(
    `Node ${NODE_MAJOR} was not installed: there is no package of it for ${process.platform}-${process.arch}. Install Node ${NODE_MAJOR} yourself.`,
  );
}
linkNode();
await import('./schemas.js');
await import('./tower.js');

/**
 * npm 10 removes the link `node` with the packages for other platforms, which have one too. The scripts of package.json need it:
 * node_modules/.bin comes first on their path.
 */
function linkNode() {
  const node = packagedNode();
  const link = join(root, 'node_modules', '.bin', 'node');
  if (!node || existsSync(link)) return;
  rmSync(link, { force: true });
  symlinkSync(relative(dirname(link), node), link);
}

function isInstalled() {
  if (!existsSync(npmStamp)) return false;
  if (existsSync(ourStamp) && readFileSync(ourStamp, 'utf8') === lockHash) return true;
  return statSync(npmStamp).mtimeMs >= statSync(lockFile).mtimeMs;
}
