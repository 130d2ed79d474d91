/** `crossdock demo` as its users run it, as a process of its own, and a bad day of it at full strength. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { INVARIANTS } from '../../src/audit/audit.ts';
import { type TestDatabaseKind, withDatabase } from '../harness/database.ts';

const CLI = fileURLToPath(new URL('../../bin/crossdock.js', import.meta.url));

/** Runs a command to its end. */
export function crossdock(
  ...words: string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    const told = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told.stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...told }));
  });
}

const SEEDS = { pglite: '7', postgres: '11' } as const;

/** A storm of faults and four kills leaves no case but the planted ones, and every invariant holds. */
export function assertStorm(kind: TestDatabaseKind): Promise<void> {
  return withDatabase(kind, async (place) => {
    const where =
      place.url === undefined ? ['--data', `${place.dataDir}/demo`] : ['--database-url', place.url];
    const { code, stdout, stderr } = await crossdock(
      ...['demo', '--orders', '100', '--seed', SEEDS[kind], '--faults', 'storm', '--json', ...where],
    );
    assert.equal(stdout.trim().split('\n').length, 1, `one line of JSON: ${stdout.slice(0, 2_000)}${stderr}`);
    const report = JSON.parse(stdout) as Record<string, unknown>;
    const broken = { ...report, invariants: undefined };
    assert.equal(code, 0, JSON.stringify(broken));
    assert.deepEqual(report.invariants, Object.fromEntries(INVARIANTS.map((name) => [name, true])));
    for (const count of ['lost', 'doubled', 'oversold']) assert.equal(report[count], 0, count);
    assert.deepEqual(report.residuals, []);
    assert.ok(Number(report.orders) >= 100);
    assert.equal(report.openCases, report.plannedCases);
    assert.ok(Number(report.plannedCases) >= 16, 'some of every kind are planted');
    assert.ok(Number(report.kills) >= 3, 'the hub was killed at least three times');
    assert.ok(Number(report.closed) > 80);
  });
}
