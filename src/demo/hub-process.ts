/** A hub as a child process, following the clock of a sandbox: started, killed with SIGKILL and started again at will. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pause } from '../base/clock.ts';
import { secureBytes } from '../base/random.ts';
import type { OrderStory } from '../gateway/api-types.ts';
import type { SimulationStatus } from '../gateway/simulation.ts';

export interface HubProcessOptions {
  configFile: string;
  dataDir: string;
  databaseUrl?: string;
  /** Control server of the sandbox retailer, whose clock the hub follows. */
  clockUrl: string;
  env?: Record<string, string>;
}

/** What `crossdock start --json` prints when it is ready. */
export interface ReadyLine {
  pid: number;
  apiUrl: string;
  webhooksUrl: string;
  simulationUrl: string | null;
}

/** Physical time that a hub gets to stop by itself. */
const STOP_WITHIN_MS = 20_000;

const CLI = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../cli/main.ts' : '../cli/main.js', import.meta.url),
);

export class HubProcess {
  readonly #options: HubProcessOptions;
  readonly #token = secureBytes(24).toString('base64url');
  #child: ChildProcess | undefined;
  #ready: ReadyLine | undefined;
  #errors = '';
  /** Times that the process ended without being asked to. */
  crashes = 0;

  constructor(options: HubProcessOptions) {
    this.#options = options;
  }

  get ready(): ReadyLine | undefined {
    return this.#ready;
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The last lines that the process wrote to standard error. */
  get errors(): string {
    return this.#errors;
  }

  /** Starts the hub and waits until it is ready. Throws with its last words when it ends before. */
  async start(extraEnv: Record<string, string> = {}): Promise<ReadyLine> {
    const { configFile, dataDir, databaseUrl, clockUrl, env } = this.#options;
    const child = spawn(
      process.execPath,
      [
        CLI,
        'start',
        '--config',
        configFile,
        '--data',
        dataDir,
        '--follow-clock',
        clockUrl,
        '--api-port',
        '0',
        '--webhook-port',
        '0',
        '--json',
        '--log',
        'error',
        ...(databaseUrl ? ['--database-url', databaseUrl] : []),
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, CROSSDOCK_TOKEN: this.#token, ...env, ...extraEnv },
      },
    );
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-20_000);
    });
    child.once('exit', (_code, signal) => {
      if (signal !== 'SIGTERM' && this.#child === child) this.crashes += 1;
    });
    let printed = '';
    this.#ready = await new Promise<ReadyLine>((resolve, reject) => {
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        const line = printed.split('\n').find((each) => each.startsWith('{'));
        if (line && printed.includes('\n')) resolve(JSON.parse(line) as ReadyLine);
      });
      child.once('error', reject);
      child.once('exit', (code, signal) =>
        reject(
          new Error(`the hub ended before it was ready (${signal ?? `exit code ${code}`}):\n${this.#errors}`),
        ),
      );
    });
    return this.#ready;
  }

  /** Kills the process at once, as a power cut of its own would. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || !this.running) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** Asks the process to stop, and waits for its end. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || !this.running) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const waiting = new AbortController();
    await Promise.race([ended, pause(STOP_WITHIN_MS, waiting.signal)]);
    waiting.abort();
    await this.kill();
  }

  /** What the hub says of itself; null when it does not answer (killed just now). */
  async status(): Promise<SimulationStatus | null> {
    return this.#ask();
  }

  /** Moves the hub's business time. */
  async advanceTo(toMs: number): Promise<SimulationStatus | null> {
    return this.#ask({ toMs });
  }

  /** Asks the hub's API, as the control tower does. Throws with the hub's words where it refuses. */
  async call<Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(new URL(path, this.#ready?.apiUrl ?? ''), {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok)
      throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  /** An order's whole story, as its page tells it. */
  async story(order: string): Promise<OrderStory> {
    return this.call('GET', `/v1/orders/${encodeURIComponent(order)}`);
  }

  /** Has all that a channel shows as stock compared and healed; it goes on by itself. */
  async reconcileStock(connection: string): Promise<void> {
    await this.call('POST', `/v1/connections/${connection}/reconciliations`, { by: 'the demonstration' });
  }

  /** Has a command done beside the hub, as a person would, with what it is given. Throws with its words where it fails. */
  async command(...args: string[]): Promise<void> {
    const { dataDir, env } = this.#options;
    const child = spawn(process.execPath, [CLI, ...args, '--data', dataDir], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, CROSSDOCK_TOKEN: this.#token, ...env },
    });
    let words = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words += text;
    });
    const code = await new Promise((resolve) => child.once('exit', resolve));
    if (code !== 0) throw new Error(`crossdock ${args.join(' ')} has failed (${code}): ${words}`);
  }

  async #ask(body?: unknown): Promise<SimulationStatus | null> {
    const url = this.#ready?.simulationUrl;
    if (!url) return null;
    try {
      const response = await fetch(
        url,
        body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
      );
      return (await response.json()) as SimulationStatus;
    } catch {
      return null;
    }
  }
}
