/**
 * Runs the test files, each in a process of its own, two at a time. A file that hangs is killed and named with the test it hung
 * in; one that dies without a failed test counts as a failure.
 */
import { spawn } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from '../bin/runtime.js';

const PATTERNS = ['src/**/*.test.ts', 'src/**/*.test.tsx', 'test/**/*.test.ts', 'scripts/**/*.test.ts'];
const FILES_AT_ONCE = 2;
const FILE_TIMEOUT_MS = 8 * 60_000;
const SLOWEST_SHOWN = 10;

export async function testFiles(words) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const files = globSync(PATTERNS, { cwd: root })
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort();
  console.log(`\n== tests (${files.length} files)`);
  if (words.length > 0 && files.length === 0) {
    console.log(`No test file has ${words.join(' or ')} in its path.`);
    return { ...counts, failed: 1 };
  }

  const results = [];
  const skips = [];
  const waiting = [...files];
  const scratch = mkdtempSync(join(tmpdir(), 'crossdock-tests-'));
  const database = await startDatabase(files);
  try {
    const worker = async () => {
      for (let file = waiting.shift(); file; file = waiting.shift()) {
        const result = await runFile(
          file,
          join(scratch, `${results.length}-${waiting.length}.ndjson`),
          database.env,
        );
        results.push(result);
        skips.push(...result.tests.filter((test) => test.type === 'skipped').map((test) => ({ file, test })));
        for (const key of Object.keys(counts)) counts[key] += result.counts[key];
        report(result);
      }
    };
    await Promise.all(Array.from({ length: FILES_AT_ONCE }, worker));
  } finally {
    await database.stop();
    rmSync(scratch, { recursive: true, force: true });
  }

  if (skips.length > 0) console.log('\nSkipped');
  for (const { file, test } of skips)
    console.log(`  ${file}: ${test.name}${test.reason ? ` (${test.reason})` : ''}`);
  if (files.length > 1) console.log('\nSlowest files');
  for (const { file, ms } of results
    .sort((a, b) => b.ms - a.ms)
    .slice(0, files.length > 1 ? SLOWEST_SHOWN : 0)) {
    console.log(`  ${seconds(ms).padStart(8)}  ${file}`);
  }
  const broken = results.filter((result) => result.counts.failed > 0);
  if (broken.length > 0) console.log('\nFailed');
  for (const result of broken) {
    for (const failure of result.failures) console.log(`  ${result.file}: ${failure.name}`);
  }
  return counts;
}

/** One PostgreSQL for the whole run, if a file may want it; the tests make databases on it. */
async function startDatabase(files) {
  const harness = join(root, 'test', 'harness', 'postgres.ts');
  if (process.env.CROSSDOCK_TEST_PG_URL || files.length === 0 || !existsSync(harness)) {
    return { env: {}, stop: async () => {} };
  }
  const { startPostgres } = await import(harness);
  const server = await startPostgres();
  if (!server) return { env: {}, stop: async () => {} };
  console.log(`PostgreSQL ${server.version} for the tests`);
  return { env: { CROSSDOCK_TEST_PG_URL: server.url }, stop: server.stop };
}

function runFile(file, resultFile, env) {
  return new Promise((resolve) => {
    const start = performance.now();
    const child = spawn(
      process.execPath,
      [
        `--test-reporter=${join(root, 'scripts', 'test-reporter.js')}`,
        `--test-reporter-destination=${resultFile}`,
        file,
      ],
      {
        cwd: root,
        env: { ...process.env, ...env, NODE_ENV: 'test' },
        stdio: ['ignore', 'pipe', 'pipe'],
        // A group of its own, so that a hang is killed with all that it started.
        detached: true,
      },
    );
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child.pid);
    }, FILE_TIMEOUT_MS);
    const interrupted = () => {
      killGroup(child.pid);
      process.exit(130);
    };
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    child.on('error', (error) => output.push(Buffer.from(error.message)));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      const tests = existsSync(resultFile) ? readRecords(resultFile) : [];
      const text = Buffer.concat(output).toString('utf8');
      resolve(judge({ file, tests, code, signal, timedOut, text, ms: performance.now() - start }));
    });
  });
}

function judge({ file, tests, code, signal, timedOut, text, ms }) {
  const ended = tests.filter((test) => test.type !== 'started');
  const failures = ended.filter((test) => test.type === 'failed');
  const counts = {
    passed: ended.filter((test) => test.type === 'passed').length,
    failed: failures.length,
    skipped: ended.filter((test) => test.type === 'skipped').length,
  };
  const broken = (name) => {
    failures.push({ name, error: '' });
    counts.failed += 1;
  };
  if (timedOut) broken(`not finished after ${FILE_TIMEOUT_MS / 60_000} minutes, in: ${unfinished(tests)}`);
  else if (code !== 0 && failures.length === 0)
    broken(`the process ended with ${signal ?? `exit code ${code}`}`);
  else if (ended.length === 0) broken('no test in this file');
  return { file, tests: ended, failures, counts, text, ms };
}

/** The last test that began and did not end. */
function unfinished(tests) {
  const open = [];
  for (const test of tests) {
    if (test.type === 'started') open.push(test);
    else
      open.splice(
        open.findLastIndex((each) => each.name === test.name && each.nesting === test.nesting),
        1,
      );
  }
  return open.map((test) => test.name).join(' > ') || 'the file itself';
}

function report({ file, counts, failures, text, ms }) {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  const failed = counts.failed > 0 ? `, ${counts.failed} FAILED` : '';
  console.log(
    `${counts.failed > 0 ? '✖' : '✔'} ${file}: ${counts.passed} passed${failed}${skipped} (${seconds(ms)})`,
  );
  if (counts.failed === 0) return;
  for (const failure of failures) {
    console.log(`\n  ✖ ${failure.name}${failure.place ? `\n    ${relative(root, failure.place)}` : ''}`);
    if (failure.error) console.log(failure.error.replace(/^/gm, '    '));
  }
  if (text.trim()) console.log(`\n  what it printed\n${lastLines(text).replace(/^/gm, '    ')}`);
  console.log('');
}

function lastLines(text, limit = 80) {
  const lines = text.trimEnd().split('\n');
  return (lines.length > limit ? ['…', ...lines.slice(-limit)] : lines).join('\n');
}

function readRecords(file) {
  const records = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    // A killed file may end in half a line.
    try {
      if (line) records.push(JSON.parse(line));
    } catch {}
  }
  return records;
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {}
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
