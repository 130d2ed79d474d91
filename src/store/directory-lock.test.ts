import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { lockDirectory } from './directory-lock.ts';

function inDirectory(work: (directory: string) => void | Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'crossdock-lock-'));
  return Promise.resolve(work(directory)).finally(() => rmSync(directory, { recursive: true, force: true }));
}

/** The id of a process that has ended. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('exit', resolve));
  return child.pid ?? 0;
}

test('a directory is locked once, and can be locked again after its release', () =>
  inDirectory((directory) => {
    for (let round = 0; round < 3; round += 1) {
      const unlock = lockDirectory(directory);
      assert.throws(() => lockDirectory(directory), new RegExp(`in use by process ${process.pid}`));
      unlock();
    }
    assert.equal(readdirSync(directory).length, 1, 'one file is left');
  }));

test('the lock of a process that is gone is taken over, also when its id has gone to another', () =>
  inDirectory(async (directory) => {
    const pid = await deadProcess();
    writeFileSync(join(directory, 'crossdock.lock.3'), JSON.stringify({ pid, startedAt: '123' }));
    lockDirectory(directory)();
    writeFileSync(
      join(directory, 'crossdock.lock.8'),
      JSON.stringify({ pid: process.ppid, startedAt: 'at another time' }),
    );
    lockDirectory(directory)();
    writeFileSync(join(directory, 'crossdock.lock.20'), 'half-writ');
    lockDirectory(directory)();
  }));

test('of many that find the same dead holder one takes over, and those who are late do not', () =>
  inDirectory(async (directory) => {
    const pid = await deadProcess();
    writeFileSync(join(directory, 'crossdock.lock.1'), JSON.stringify({ pid, startedAt: '123' }));
    // Each takes the lock a hundred times, and notes when it had it; nobody may have it beside another.
    const program = `
      import { lockDirectory } from ${JSON.stringify(new URL('./directory-lock.ts', import.meta.url).href)};
      import { mkdirSync, rmdirSync } from 'node:fs';
      const [directory] = process.argv.slice(1);
      let held = 0;
      for (let tries = 0; held < 40 && tries < 200_000; tries += 1) {
        let unlock;
        try { unlock = lockDirectory(directory); } catch { continue; }
        mkdirSync(directory + '/inside');
        held += 1;
        rmdirSync(directory + '/inside');
        unlock();
      }
      console.log(held);
    `;
    const results = await Promise.all(
      Array.from({ length: 4 }, () => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', program, directory]);
        let output = '';
        child.stdout.on('data', (text) => {
          output += text;
        });
        child.stderr.on('data', (text) => {
          output += text;
        });
        return new Promise<string>((resolve) => child.once('exit', () => resolve(output.trim())));
      }),
    );
    assert.deepEqual(results, ['40', '40', '40', '40']);
  }));
