/**
 * Several hubs on one database: what one has changed in the configuration (a connection made or given up) is taken by the others
 * without a restart, as soon as the file has reached them. Secrets never stand in the database, so the file is what is taken;
 * the database says which configuration is in force, and a file that says another one is left alone.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pause } from '../base/clock.ts';
import type { Connector } from '../connectors/contract.ts';
import type { RetailerConfig } from '../domain/config.ts';
import { type Engine, storedConfiguration } from '../engine/engine.ts';
import { newestConfiguration } from '../store/mappings.ts';
import { readConfigurationFile } from './configuration.ts';

/** How long a change may go unseen. */
const LOOK_EVERY_MS = 2_000;

export interface FollowerOptions {
  engine: Engine;
  file: string;
  connectors: readonly Connector[];
  /** What the start of this hub has set over the file. */
  over?: (config: RetailerConfig) => RetailerConfig;
  log(level: 'warn' | 'error', message: string, details: Record<string, unknown>): void;
}

export class ConfigFollower {
  readonly #options: FollowerOptions;
  readonly #stop = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  /** The file as it was looked at last, and the newest configuration of that moment. */
  #looked: string;
  #told = '';

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#looked = `${options.engine.configVersion} ${this.#fingerprint()}`;
  }

  start(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  /** Looks once; what cannot be taken is told once, and looked at again when file or database say something else. */
  async look(): Promise<void> {
    const { engine, file, connectors, over = (config) => config } = this.#options;
    const newest = await newestConfiguration(engine.database);
    if (!newest) return;
    const now = `${newest.version} ${this.#fingerprint()}`;
    if (now === this.#looked) return;
    let config: RetailerConfig;
    try {
      config = over(readConfigurationFile(file, connectors).config);
    } catch (error) {
      this.#tell(newest.version, error instanceof Error ? error.message : String(error));
      return;
    }
    this.#looked = now;
    if (storedConfiguration(config) === newest.text) await engine.configure(config);
    else if (newest.version !== engine.configVersion)
      this.#tell(newest.version, 'its file says otherwise: bring the changed one to this node');
  }

  async #run(): Promise<void> {
    for (;;) {
      await pause(LOOK_EVERY_MS, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      await this.look().catch((error: unknown) =>
        this.#options.log('error', 'the configuration in force could not be looked at', {
          error: String(error),
        }),
      );
    }
  }

  #tell(version: number, problem: string): void {
    const told = `${version} ${problem}`;
    if (told === this.#told) return;
    this.#told = told;
    const { log, file } = this.#options;
    log('warn', 'this node cannot take the configuration in force', { version, file, problem });
  }

  #fingerprint(): string {
    try {
      return createHash('sha256').update(readFileSync(this.#options.file)).digest('hex');
    } catch {
      return '';
    }
  }
}
