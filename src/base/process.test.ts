import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { processRuns, processStart } from './process.ts';

test('a process that runs has a start that does not change; one that is not there has none', () => {
  assert.equal(processStart(process.pid), processStart(process.pid));
  assert.ok(processRuns(process.pid));
  assert.equal(processStart(2 ** 30), null);
});

test('a process that has ended does not run, though its parent has not asked for its end', {
  skip: process.platform !== 'linux' && 'read from /proc',
}, async () => {
  // The shell starts a child that waits for a line, becomes `sleep`, which never asks, and the child ends: a zombie.
  const parent = spawn('sh', ['-c', 'exec 3<&0; (read line <&3) & echo $!; exec sleep 60'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const soon = () => new Promise((resolve) => setImmediate(resolve));
  try {
    const pid = await new Promise<number>((resolve) =>
      createInterface({ input: parent.stdout }).once('line', (line) => resolve(Number(line))),
    );
    while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim() !== 'sleep') await soon();
    assert.ok(processRuns(pid));
    parent.stdin.write('\n');
    while (processRuns(pid)) await soon();
    assert.ok(process.kill(pid, 0), 'a signal still finds it');
  } finally {
    parent.kill();
  }
});
