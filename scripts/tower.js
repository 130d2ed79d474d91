/**
 * Builds the page (src/tower) where its sources are newer than what was built: into .cache/tower in a checkout, from which the
 * gateway serves it. Called by the set-up, so it runs on Node 20 and is quiet when there is nothing to do; Vite runs on the
 * Node that npm installed. Usage: npm run tower
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { modernNode, root } from '../bin/runtime.js';
import { fail } from './npm.js';

const source = join(root, 'src', 'tower');
export const builtTower = join(root, '.cache', 'tower');
/** Says which sources a folder was built from. It stands beside the folder, which holds only what is served. */
const stampFile = `${builtTower}.hash`;

export function buildTower() {
  const hash = hashOfSources();
  if (
    existsSync(join(builtTower, 'index.html')) &&
    existsSync(stampFile) &&
    readFileSync(stampFile, 'utf8') === hash
  )
    return;
  console.log('Building the control tower …');
  // Beside the target, so that the last step is one rename and a run that is killed leaves nothing half there.
  const making = `${builtTower}.${process.pid}`;
  mkdirSync(dirname(builtTower), { recursive: true });
  try {
    vite(making);
    rmSync(builtTower, { recursive: true, force: true });
    renameSync(making, builtTower);
    writeFileSync(stampFile, hash);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

function vite(target) {
  const node = modernNode();
  const result = spawnSync(
    node,
    [
      join(root, 'node_modules', 'vite', 'bin', 'vite.js'),
      'build',
      source,
      // Node 26 reads the configuration as it is: Vite need not compile it into node_modules.
      ...['--configLoader', 'native', '--config', join(source, 'vite.config.ts')],
      ...['--outDir', target, '--logLevel', 'warn'],
    ],
    { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } },
  );
  if (result.status !== 0)
    fail(
      `The control tower could not be built:\n${result.error?.message ?? `${result.stdout}${result.stderr}`}`,
    );
}

/** Over names and contents: a checkout of another branch changes times of files that it does not change. */
function hashOfSources() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  for (const file of files) hash.update(`\0${relative(source, file)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

buildTower();
