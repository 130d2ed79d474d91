/**
 * Makes dist/, which a published package holds instead of src/: Node does not run TypeScript inside node_modules.
 * Usage: npm run build
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { extname, join } from 'node:path';
import { root } from '../bin/runtime.js';
import { builtTower } from './tower.js';

const source = join(root, 'src');
const target = join(root, 'dist');
/** The page is no code of the hub: Vite has built it (scripts/tower.js), and the gateway serves what came of it. */
const tower = join(source, 'tower');
const schemas = join(root, '.cache', 'shopify-schemas');

rmSync(target, { recursive: true, force: true });
const tsc = join(root, 'node_modules', '.bin', 'tsc');
const result = spawnSync(tsc, ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
if (result.status !== 0) process.exit(result.status ?? 1);

// What the code reads beside itself: migrations, GraphQL documents, data.
cpSync(source, target, {
  recursive: true,
  filter: (path) => path !== tower && !['.ts', '.tsx'].includes(extname(path)),
});
cpSync(builtTower, join(target, 'tower'), { recursive: true });
// The vendor's schemas, with their licence, so that the sandbox works without fetching them.
if (existsSync(schemas)) cpSync(schemas, join(target, 'shopify-schemas'), { recursive: true });
