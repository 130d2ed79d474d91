/** What can be checked without running anything: format and lint, types, directions of imports, use of the one clock. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../bin/runtime.js';
import { lintClock } from './lint-clock.js';

const bin = (name) => join(root, 'node_modules', '.bin', name);

const CHECKS = [
  { name: 'format and lint (biome)', run: () => command('biome', ['check', '--error-on-warnings', '.']) },
  {
    name: 'types (tsc)',
    run: () => command('tsc', ['--noEmit', '--pretty', String(process.stdout.isTTY === true)]),
  },
  {
    name: 'directions of imports (dependency-cruiser)',
    run: () =>
      command('depcruise', ['--config', '.dependency-cruiser.cjs', '--output-type', 'err-long', 'src']),
  },
  { name: 'one clock, one source of randomness (lint-clock)', run: clock },
];

export async function staticChecks() {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const check of CHECKS) {
    const start = performance.now();
    console.log(`\n== ${check.name}`);
    const { ok, output } = check.run();
    if (!ok) console.log(output.trimEnd());
    console.log(`${ok ? 'ok' : 'FAILED'} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    counts[ok ? 'passed' : 'failed'] += 1;
  }
  return counts;
}

function command(name, parameters) {
  const result = spawnSync(bin(name), parameters, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    // The tools are scripts for `node`: give them this one, whoever started us.
    env: { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env.PATH}` },
  });
  if (result.error) return { ok: false, output: result.error.message };
  // dependency-cruiser misses an older TypeScript, which it would not use: swc parses for it.
  const output = `${result.stdout}${result.stderr}`.replace(/\n‼ missing-tsc-transpiler[\s\S]*$/, '');
  return { ok: result.status === 0, output };
}

function clock() {
  const findings = lintClock(root);
  return { ok: findings.length === 0, output: findings.join('\n') };
}
