/**
 * The desk at which connections are made and given up, for the command line and the page alike: it changes the configuration file,
 * and the engine that runs by it takes the change at once.
 */
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { secureBytes } from '../base/random.ts';
import { UsageError } from '../base/usage-error.ts';
import { counted } from '../base/words.ts';
import type { Connector, Vault } from '../connectors/contract.ts';
import type { RetailerConfig } from '../domain/config.ts';
import type { Engine } from '../engine/engine.ts';
import { forgetConnection } from '../store/connections.ts';
import { countBacklog, countOpenOrdersOf } from '../store/read-overview.ts';
import { readDraft, writeDraft } from './config-file.ts';
import { readConfigurationFile } from './configuration.ts';
import { checked, openToTry, type Place, prepare, type Report, tryOut, type Wish } from './connecting.ts';
import { prepareSystem, type SystemWish } from './connecting-system.ts';

/** A test and the subscriptions end within this. */
const CALLS_LIMIT_MS = 120_000;
/** A merchant has so long to agree, and so many may be asked at once. */
const CONSENT_LIFE_MS = 30 * 60_000;
const CONSENTS_AT_MOST = 20;

export interface DeskOptions {
  engine: Engine;
  /** The configuration file; null: the configuration stands in none, and cannot be changed here. */
  file: string | null;
  dataDir: string;
  connectors: readonly Connector[];
  /** What the start of this hub has set over the file. */
  over?: (config: RetailerConfig) => RetailerConfig;
}

export type Begun =
  | { status: 'connected'; report: Report & { restart: string | null } }
  | { status: 'consent'; url: string; state: string };

/** The account does not let us in, in the vendor's words. */
export class NotConnected extends Error {}

/** It is still used: how, in words. */
export class StillInUse extends Error {}

export interface Removal {
  id: string;
  removed: string[];
  problems: string[];
  openOrders: number;
  waitingCommands: number;
  restart: string | null;
}

interface Pending {
  wish: Wish;
  endsAt: number;
}

export class ConnectionDesk {
  readonly #options: DeskOptions;
  readonly #pending = new Map<string, Pending>();

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** Why nothing can be connected here; null: it can. */
  get obstacle(): string | null {
    const { file } = this.#options;
    return file !== null && existsSync(file)
      ? null
      : 'This hub works by no configuration file that could be changed.';
  }

  get accounts(): { connector: string; title: string; accounts: NonNullable<Connector['accounts']> }[] {
    return this.#options.connectors.flatMap(({ manifest, accounts }) =>
      accounts ? [{ connector: manifest.name, title: manifest.title, accounts }] : [],
    );
  }

  /** Reads the configuration file again and works by it. Throws a `UsageError` with all that is wrong. */
  async reload(): Promise<{ opened: string[]; closed: string[] }> {
    const { engine, connectors, over = (config) => config } = this.#options;
    let config: RetailerConfig;
    try {
      ({ config } = readConfigurationFile(this.#file, connectors));
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : String(error));
    }
    return engine.configure(over(config));
  }

  /** Connects an account, or says where a person has to agree first. `redirectUrl`: where that person is sent back to. */
  async begin(wish: Wish, redirectUrl: string): Promise<Begun> {
    const prepared = prepare(this.#place, wish);
    const { connector, settings } = prepared.open;
    if (!connector.consent?.isNeeded(settings)) return this.#connect(wish, null);
    const now = this.#options.engine.clock.now();
    for (const [state, { endsAt }] of this.#pending) if (endsAt <= now) this.#pending.delete(state);
    if (this.#pending.size >= CONSENTS_AT_MOST)
      throw new UsageError('Too many stores are being authorised at once: finish one of them first.');
    const state = secureBytes(16).toString('hex');
    this.#pending.set(state, { wish, endsAt: now + CONSENT_LIFE_MS });
    return { status: 'consent', url: connector.consent.url(settings, { redirectUrl, state }), state };
  }

  /** Goes on after a person has agreed. `back`: the address they were sent back to, or the code in it. */
  async finish(back: string, given?: string): Promise<Begun> {
    const { clock } = this.#options.engine;
    const state = given ?? URL.parse(back)?.searchParams.get('state') ?? '';
    const pending = this.#pending.get(state);
    if (!pending || pending.endsAt <= clock.now())
      throw new UsageError(
        'This is no answer to a question of this hub, or one that has waited too long: begin to connect the store again.',
      );
    const prepared = prepare(this.#place, pending.wish);
    const { connector, settings } = prepared.open;
    const signal = AbortSignal.timeout(CALLS_LIMIT_MS);
    const redeemed = await connector.consent?.redeem(settings, back, { state, clock, signal });
    if (redeemed?.status !== 'done')
      throw new UsageError(`It is not connected: ${redeemed?.message ?? 'there is no consent to be had'}`);
    this.#pending.delete(state);
    return this.#connect(pending.wish, redeemed.credential);
  }

  async #connect(wish: Wish, credential: string | null): Promise<Begun> {
    const { engine } = this.#options;
    const prepared = prepare(this.#place, wish);
    const { id, isNew } = prepared;
    // Kept before it is used for the first time: whoever dies in the middle has it still.
    if (credential !== null) await engine.keepCredential(id, credential);
    const session = openToTry(prepared, engine.clock, holding(credential));
    try {
      const tried = await tryOut(session, prepared, AbortSignal.timeout(CALLS_LIMIT_MS));
      if (!tried.ok) {
        if (isNew && credential !== null) await engine.keepCredential(id, null);
        throw new NotConnected(`${id}: ${tried.message}`);
      }
      // As the file stands now: somebody may have changed it while the store was asked.
      prepare(this.#place, wish).write();
      return { status: 'connected', report: { ...tried.report, restart: await this.#takeUp() } };
    } finally {
      await session.close();
    }
  }

  /** Connects a system that is no account of an app. */
  async connectSystem(wish: SystemWish): Promise<Report & { restart: string | null }> {
    const prepared = prepareSystem(this.#place, wish);
    const session = openToTry(prepared, this.#options.engine.clock, holding(null));
    try {
      const tried = await tryOut(session, prepared, AbortSignal.timeout(CALLS_LIMIT_MS));
      if (!tried.ok) throw new NotConnected(`${prepared.id}: ${tried.message}`);
      prepareSystem(this.#place, wish).write();
      const warnings = [...tried.report.warnings, ...prepared.warnings];
      return { ...tried.report, warnings, restart: await this.#takeUp() };
    } finally {
      await session.close();
    }
  }

  /** Gives a connection up. What has come of it stays; throws `StillInUse` while something of it is open, unless `force`. */
  async remove(id: string, force: boolean): Promise<Removal> {
    const { engine, connectors } = this.#options;
    const draft = readDraft(this.#file);
    const { config, whole } = draft;
    config.connections = config.connections.filter((each) => each.id !== id);
    const hasMappings = whole !== config && Array.isArray(whole.mappings);
    if (hasMappings)
      whole.mappings = (whole.mappings as { connection?: unknown }[]).filter((row) => row.connection !== id);
    // Entities and locations that name it are in the way whatever is open.
    checked(draft, connectors);
    const [openOrders, waiting] = await Promise.all([
      countOpenOrdersOf(engine.database, id),
      countBacklog(engine.database, [id]),
    ]);
    const waitingCommands = waiting[0]?.open ?? 0;
    if ((openOrders > 0 || waitingCommands > 0) && !force) {
      const parts = [
        ...(openOrders > 0 ? [counted(openOrders, 'order of it is open', 'orders of it are open')] : []),
        ...(waitingCommands > 0
          ? [counted(waitingCommands, 'command waits for it', 'commands wait for it')]
          : []),
      ];
      throw new StillInUse(`${id} is still in use: ${parts.join(' and ')}.`);
    }
    const dismantled = await engine
      .dismantle(id)
      .catch((error: unknown) => ({ status: 'unknown' as const, message: String(error) }));
    writeDraft(draft);
    const restart = await this.#takeUp();
    await engine.keepCredential(id, null);
    await forgetConnection(engine.database, id);
    for (const kind of ['client-secret', 'secret'])
      rmSync(join(this.#place.secretsDir, `${id}.${kind}`), { force: true });
    const removed = dismantled?.status === 'done' ? [...dismantled.mended] : [];
    const problems =
      dismantled === null || dismantled.status === 'done'
        ? [...(dismantled?.warnings ?? [])]
        : [
            `What it has at the vendor could not be taken away (${dismantled.message}): remove the app there, which ends its webhooks`,
          ];
    return { id, removed, problems, openOrders, waitingCommands, restart };
  }

  /** Works by the file as it is now; what stands in the way is told, and the next start takes it. */
  async #takeUp(): Promise<string | null> {
    try {
      await this.reload();
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  get #file(): string {
    const { obstacle } = this;
    if (obstacle !== null) throw new UsageError(obstacle);
    return this.#options.file as string;
  }

  get #place(): Place {
    const { dataDir, connectors } = this.#options;
    return { file: this.#file, secretsDir: join(resolve(dataDir), 'secrets'), connectors };
  }
}

/** A fresh credential, for the test alone: it lasts longer than that. */
function holding(credential: string | null): Vault {
  return {
    load: async () => credential,
    save: async () => {
      throw new Error('it is renewed by the hub alone');
    },
    isOurs: () => false,
  };
}
