/** Runs npm with what the scripts here need of it: inside `npm start` the very npm that runs us, else the one on the path. */
import { spawnSync } from 'node:child_process';

export function npm(parameters, options) {
  const npmFile = process.env.npm_execpath;
  const result = npmFile?.endsWith('.js')
    ? spawnSync(process.execPath, [npmFile, ...parameters], options)
    : spawnSync('npm', parameters, { ...options, shell: process.platform === 'win32' });
  if (result.status !== 0) {
    fail(
      `npm ${parameters[0]} failed: ${result.error?.message ?? result.stderr ?? `exit code ${result.status}`}`,
    );
  }
}

export function fail(message) {
  console.error(String(message));
  process.exit(1);
}
