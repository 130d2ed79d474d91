/** A full reconciliation of what a store shows as stock: hub and store, each in a process of its own, on loopback. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from '../bin/runtime.js';
import type { ReconcileResult, ReconcileSettings } from './reconcile-hub.ts';

export const LOCATIONS = 10;

export async function measureReconciliation(skus: number): Promise<ReconcileResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'crossdock-bench-'));
  const store = start('./reconcile-store.ts', [String(skus), String(LOCATIONS)]);
  try {
    const { url } = await lineOf<{ url: string }>(store);
    const settings: ReconcileSettings = { dataDir, url, skus, locations: LOCATIONS };
    const hub = start('./reconcile-hub.ts', [JSON.stringify(settings)]);
    const ended = new Promise((resolve) => hub.once('exit', resolve));
    const result = await lineOf<ReconcileResult>(hub);
    await ended;
    return result;
  } finally {
    store.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function start(file: string, given: readonly string[]): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return spawn(process.execPath, [...NODE_FLAGS, path, ...given], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
  });
}

/** The first line that a process prints; throws when it ends without one. */
function lineOf<Line>(child: ChildProcess): Promise<Line> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`a process of the benchmark ended with ${code}`)));
    if (child.stdout)
      createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as Line));
  });
}
