/**
 * The engine of one node: intake, turns, lanes, polls and timers on one database. Any number of nodes may share it; they
 * coordinate by row locks and leases only.
 */
import { type Clock, pause, yieldToOthers } from '../base/clock.ts';
import { idMaker } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import { type SealingKey, seal } from '../base/sealing.ts';
import type {
  BackfillRange,
  Connector,
  Failure,
  FeedPage,
  FoundOrders,
  Maintained,
  StockPage,
} from '../connectors/contract.ts';
import { financeNeeds } from '../domain/books/finance-needs.ts';
import type { RetailerConfig } from '../domain/config.ts';
import type { StreamMessage } from '../domain/process.ts';
import { insertBackfill } from '../store/backfill.ts';
import { bucketOf } from '../store/bucket.ts';
import { deleteCredential, saveCredential } from '../store/credentials.ts';
import type { Database } from '../store/db.ts';
import { DatabaseEnded } from '../store/errors.ts';
import { toJson } from '../store/json.ts';
import { saveConfiguration } from '../store/mappings.ts';
import { loadOrphans } from '../store/outbox.ts';
import { insertReconciliation, openReconciliation } from '../store/reconciliation.ts';
import { insertMessages } from '../store/turn.ts';
import { AvailabilityBoard } from './availability.ts';
import { starter } from './command-start.ts';
import { type OpenConnection, openConnections } from './connections.ts';
import { crashAt } from './crash-points.ts';
import { connectionOf } from './decide.ts';
import { Eraser } from './eraser.ts';
import { Housekeeping } from './housekeeping.ts';
import { IntakeDesk } from './intake.ts';
import { JournalDesk } from './journal-desk.ts';
import type { LaneStatus } from './lane.ts';
import { type LevelsNote, wantLevels } from './levels.ts';
import { MappingTable } from './mapping-table.ts';
import { MoneyReconciler } from './money-reconciler.ts';
import { Notices } from './notices.ts';
import { PublishDesk, publishedPlaces } from './publish-desk.ts';
import { ReconciliationNights } from './reconciliation-nights.ts';
import { reconcilingOf } from './reconciling.ts';
import { ReservationDesk } from './reservation-desk.ts';
import { StockSources } from './stock-sources.ts';
import { TimerDesk } from './timer-desk.ts';
import { Trouble } from './trouble.ts';
import { type TurnResult, TurnRunner } from './turn.ts';
import { Workplaces } from './workplaces.ts';

/** Polling for what other nodes have done: quick after work, slower when nothing comes. */
const IDLE_POLL_MS = { least: 20, most: 500, alone: 2_000 };
/** How often this node looks at what changes rarely: mappings, pauses, timers that others have set. */
const LOOK_AROUND_MS = 1_000;

export interface EngineOptions {
  database: Database;
  config: RetailerConfig;
  connectors: readonly Connector[];
  clock: Clock;
  log: Log;
  /** Names this process among those that share the database. */
  node: string;
  /** Seals credentials that connectors renew; left out: they cannot be kept. */
  sealingKey?: () => SealingKey;
  /** Seed of jitter; tests give one. */
  seed?: string;
  /** False: intake and queries only; no turns, lanes, polls or timers. */
  work?: boolean;
}

export interface EngineStatus {
  /** Nothing can happen before `nextDueAt` unless something comes from outside; calls under way are in `inFlight`. */
  idle: boolean;
  /** Who has something to do at this instant; empty: idle. */
  busy: string[];
  inFlight: number;
  nextDueAt: number | null;
  /** Every feed has been read whole since this instant began. */
  polledUntil: number;
  nextPollAt: number | null;
  lanes: Record<string, LaneStatus & { problem: string | null }>;
  turns: number;
  commits: number;
}

export class Engine {
  readonly database: Database;
  readonly clock: Clock;
  readonly connections: Map<string, OpenConnection>;
  readonly intake: IntakeDesk;
  readonly mappings: MappingTable;
  readonly reservations: ReservationDesk;
  readonly stockSources: StockSources;
  readonly availability: AvailabilityBoard;
  /** Stock that is published to channels. */
  readonly publishing: PublishDesk;
  readonly newId: () => string;
  readonly #options: EngineOptions;
  readonly #turns: TurnRunner;
  readonly #workplaces: Workplaces;
  readonly #timers: TimerDesk;
  readonly #nights: ReconciliationNights;
  readonly #journals: JournalDesk;
  readonly #money: MoneyReconciler;
  readonly #notices: Notices;
  readonly #housekeeping: Housekeeping;
  readonly #eraser: Eraser;
  readonly #trouble: Trouble;
  readonly #stop = new AbortController();
  #config: RetailerConfig;
  /** The turn under way, and the change of the configuration that the next one waits for. */
  #turn: Promise<unknown> = Promise.resolve();
  #configuring: Promise<unknown> = Promise.resolve();
  readonly #listeners = new Set<(orders: readonly string[]) => void>();
  #configVersion = 0;
  #turnWanted = true;
  #turning = false;
  #wakeTurn: (() => void) | undefined;
  #turnCount = 0;
  #commitCount = 0;
  #loops: Promise<void>[] = [];

  private constructor(given: EngineOptions) {
    const options = { ...given, config: withShadow(given.config) };
    const { database, clock, config, node, log } = options;
    this.#options = options;
    this.database = database;
    this.clock = clock;
    this.#config = config;
    this.newId = idMaker(clock);
    this.connections = openConnections(config, options.connectors);
    this.mappings = new MappingTable(config);
    const onCommit = (hasMessages: boolean) => {
      this.#commitCount += 1;
      if (hasMessages) this.wake();
    };
    this.intake = new IntakeDesk({
      database,
      clock,
      newId: this.newId,
      connections: this.connections,
      onCommit: (hasMessages) => {
        crashAt('intake:committed');
        onCommit(hasMessages);
      },
      onLevels: (connection) => this.#workplaces.lookForReconciliations(connection),
    });
    this.#trouble = new Trouble(log);
    const process = this.newId();
    this.#workplaces = new Workplaces({
      database,
      clock,
      log,
      newId: this.newId,
      node,
      process,
      seed: options.seed ?? node,
      connections: this.connections,
      intake: this.intake,
      webhooksUrl: () => this.#config.webhooksUrl,
      sealingKey: options.sealingKey,
      publishing: (id) => this.#publishingOf(id),
      reconciling: (id) =>
        this.connections.get(id)?.config.publishStock
          ? reconcilingOf(this, id, () => void this.#notices.send())
          : null,
      onCommit,
    });
    this.#turns = new TurnRunner({
      database,
      clock,
      log,
      newId: this.newId,
      node,
      process,
      connections: this.connections,
      config: () => this.#config,
      configVersion: () => this.#configVersion,
      mappings: () => this.mappings,
      starter: starter({
        lane: (connection) => this.#workplaces.lane(connection),
        fence: (sql, connections) => this.#workplaces.fence(sql, connections),
      }),
    });
    this.#timers = new TimerDesk({
      database,
      clock,
      newId: this.newId,
      onDue: () => this.wake(),
      onError: (error) => this.#trouble.met('timers could not be fired; they are tried again', error),
    });
    this.stockSources = new StockSources({
      database,
      clock,
      newId: this.newId,
      config: () => this.#config,
      configVersion: () => this.#configVersion,
      onMessages: () => onCommit(true),
      log,
      onError: (error) =>
        this.#trouble.met('silent inventory systems could not be looked for; it is tried again', error),
    });
    this.availability = new AvailabilityBoard({
      database,
      sources: this.stockSources,
      config: () => this.#config,
      onError: (error) =>
        this.#trouble.met('figures of stock could not be followed; it is tried again', error),
    });
    this.publishing = new PublishDesk({
      database,
      config: () => this.#config,
      mappings: () => this.mappings,
      sources: this.stockSources,
      hasCompany: () => this.#workplaces.hasCompany,
      publishers: () => this.#workplaces.publishers,
      onError: (error) =>
        this.#trouble.met('stock that others have moved could not be followed; it is tried again', error),
    });
    this.reservations = new ReservationDesk({
      database,
      clock,
      newId: this.newId,
      node,
      config: () => this.#config,
      configVersion: () => this.#configVersion,
      mappings: () => this.mappings,
      ready: async () => {
        await this.#housekeeping.ensurePartitions();
        await this.#configuring;
      },
      onCommit: ({ sent, moved }) => {
        this.availability.apply(moved);
        this.publishing.apply(moved);
        onCommit(sent);
      },
      onError: (error) =>
        this.#trouble.met('reservations whose time has come could not be ended; it is tried again', error),
    });
    this.#eraser = new Eraser({
      database,
      newId: this.newId,
      nowIso: () => clock.nowIso(),
      giveUp: async (connection) => {
        if (this.connections.has(connection)) await this.setPaused(connection, true);
        await deleteCredential(database, connection);
      },
      onMessages: () => onCommit(true),
      onError: (error) =>
        this.#trouble.met('who asked to be forgotten could not be; it is tried again', error),
    });
    this.#nights = new ReconciliationNights({
      database,
      clock,
      newId: this.newId,
      config: () => this.#config,
      onWanted: (connection) => this.#workplaces.lookForReconciliations(connection),
      onError: (error) => this.#trouble.met('a night’s reconciliation of stock could not be begun', error),
    });
    this.#journals = new JournalDesk({
      database,
      clock,
      newId: this.newId,
      config: () => this.#config,
      onMessages: () => onCommit(true),
      onError: (error) =>
        this.#trouble.met('finance could not be told what was posted; it is tried again', error),
    });
    this.#money = new MoneyReconciler({
      database,
      clock,
      newId: this.newId,
      config: () => this.#config,
      onMessages: () => onCommit(true),
      onError: (error) =>
        this.#trouble.met('the money of a day could not be reconciled; it is tried again', error),
    });
    this.#notices = new Notices({ database, clock, config: () => this.#config, log });
    this.#housekeeping = new Housekeeping({ database, clock, config: () => this.#config, log });
  }

  /** Opens connections and begins to work. The database must be migrated. */
  static async start(options: EngineOptions): Promise<Engine> {
    const engine = new Engine(options);
    await engine.#begin();
    return engine;
  }

  async #begin(): Promise<void> {
    const { log } = this.#options;
    await this.#saveConfiguration(this.#config);
    await this.#housekeeping.ensurePartitions();
    await this.mappings.load(this.database);
    if (this.#options.work === false) return;
    this.stockSources.start();
    await this.availability.start();
    for (const { connection, commands } of await loadOrphans(this.database, [...this.connections.keys()]))
      log('error', 'commands wait for a connection that is not configured: configure it again', {
        connection,
        commands,
      });
    await this.#workplaces.open();
    this.publishing.start();
    await this.#timers.plan();
    await this.reservations.plan();
    this.#eraser.look();
    this.#nights.start();
    this.#journals.start();
    this.#money.start();
    this.#loops = [this.#turnLoop(), this.#workplaces.keepLeases(), this.#lookLoop()];
  }

  /** Ends all work; what is under way is finished or left to the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wakeTurn?.();
    await this.publishing.stop();
    await this.#workplaces.stop();
    await Promise.all(this.#loops);
    await this.#timers.stop();
    await this.reservations.stop();
    await this.#eraser.stop();
    await this.#nights.stop();
    await this.#journals.stop();
    await this.#money.stop();
    await this.stockSources.stop();
    await this.availability.stop();
    await this.#housekeeping.stop();
    await this.#notices.stop();
    await this.#workplaces.close();
  }

  /** Calls `listener` with the keys of orders that a turn has changed. Returns the end of it. */
  onOrders(listener: (orders: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get config(): RetailerConfig {
    return this.#config;
  }

  get configVersion(): number {
    return this.#configVersion;
  }

  /**
   * Works by another configuration from the next turn on: connections that are new are opened, those that are gone or configured
   * otherwise are closed. What waits for a closed one stays in the outbox. Throws with all that is wrong, and changes nothing then.
   */
  configure(given: RetailerConfig): Promise<{ opened: string[]; closed: string[] }> {
    const change = this.#configuring.then(() => this.#configure(withShadow(given)));
    this.#configuring = change.catch(() => undefined);
    return change;
  }

  async #configure(config: RetailerConfig): Promise<{ opened: string[]; closed: string[] }> {
    const before = this.#config;
    const next = openConnections(config, this.#options.connectors);
    const { connections } = this;
    // Sessions hold the public address, and lanes hold in memory what a shadow would have kept back.
    const opensAllAnew =
      config.webhooksUrl !== before.webhooksUrl ||
      [...next].some(
        ([
          id,
          {
            config: { shadow },
          },
        ]) => shadow !== (connections.get(id)?.config ?? { shadow }).shadow,
      );
    const isSame = (id: string) =>
      !opensAllAnew && sameJson(next.get(id)?.config, connections.get(id)?.config ?? null);
    const closed = [...this.connections.keys()].filter((id) => !isSame(id));
    const opened = [...next.keys()].filter((id) => !isSame(id));
    await this.#turn;
    await this.#saveConfiguration(config);
    await this.#workplaces.closeSome(closed);
    for (const id of closed) this.connections.delete(id);
    for (const id of opened) this.connections.set(id, next.get(id) as OpenConnection);
    this.#config = config;
    this.mappings.configure(config);
    if (this.#options.work !== false) {
      this.stockSources.start();
      this.#nights.start();
      this.#journals.start();
      this.#money.start();
      await this.#workplaces.openMore(opened);
    }
    this.publishing.sweep();
    this.wake();
    const gone = closed.filter((id) => !next.has(id));
    this.#options.log('info', 'the configuration has changed', { opened, gone });
    return { opened, closed: gone };
  }

  /** A command decides nothing: which configuration is in force is for those to say who work by it. */
  async #saveConfiguration(config: RetailerConfig): Promise<void> {
    if (this.#options.work === false) return;
    this.#configVersion = await this.database.transaction((sql) =>
      saveConfiguration(sql, storedConfiguration(config), this.clock.nowIso()),
    );
  }

  /** What stock a channel is to show; null: none. */
  #publishingOf(id: string) {
    const config = () => this.connections.get(id)?.config;
    if (!config()?.publishStock) return null;
    return {
      places: () => {
        const connection = config();
        return connection
          ? publishedPlaces(connection, this.#config, this.mappings)
          : new Map<string, string>();
      },
      skuOf: (sku: string) => {
        const external = this.mappings.toExternal('sku', id, sku);
        if (external === undefined) return undefined;
        return { external, isMapped: this.mappings.isMapped('sku', id, sku) };
      },
      sellable: (row: Parameters<PublishDesk['sellable']>[0]) => this.publishing.sellable(row),
      onCases: () => void this.#notices.send(),
    };
  }

  get status(): EngineStatus {
    const lanes = this.#workplaces.laneStatuses;
    const statuses = Object.values(lanes);
    const polls = this.#workplaces.pollStatuses.filter((status) => status.hasFeeds);
    const backfills = [...this.#workplaces.backfillStatuses, ...this.#workplaces.reconcilerStatuses];
    const publishers = this.#workplaces.publisherStatuses;
    const caretakers = this.#workplaces.caretakerStatuses;
    const due = [
      this.#timers.nextAt,
      this.#journals.nextAt,
      this.reservations.nextAt,
      ...statuses.map((status) => status.nextDueAt ?? null),
      ...polls.map((poll) => poll.waitsUntil),
      ...backfills.map((backfill) => backfill.nextAt),
      ...publishers.map((publisher) => publisher.nextAt),
      ...caretakers.map((caretaker) => caretaker.nextAt),
    ].filter((at): at is number => at !== null);
    const busy = Object.entries({
      turn: this.#turnWanted || this.#turning,
      timers: this.#timers.busy,
      journals: this.#journals.busy,
      money: this.#money.busy,
      eraser: this.#eraser.busy,
      intake: this.intake.pending > 0,
      reservations: this.reservations.busy,
      commits: this.#workplaces.committing,
      leases: statuses.some((status) => !status.leased && !status.held),
      lanes: statuses.some((status) => status.busy),
      readings: backfills.some((backfill) => backfill.busy),
      publishers: publishers.some((publisher) => publisher.busy),
      polls: polls.some((poll) => poll.running && poll.waitsUntil === null),
    }).flatMap(([who, isBusy]) => (isBusy ? [who] : []));
    return {
      idle: busy.length === 0,
      busy,
      inFlight: [...statuses, ...publishers, ...backfills, ...polls, ...caretakers].reduce(
        (sum, { inFlight }) => sum + inFlight,
        0,
      ),
      nextDueAt: due.length === 0 ? null : Math.min(...due),
      polledUntil:
        polls.length === 0 ? Number.MAX_SAFE_INTEGER : Math.min(...polls.map((poll) => poll.completeUntil)),
      nextPollAt: polls.length === 0 ? null : Math.min(...polls.map((poll) => poll.nextAt)),
      lanes,
      turns: this.#turnCount,
      commits: this.#commitCount,
    };
  }

  /** There may be messages: take a turn soon. */
  wake(): void {
    this.#turnWanted = true;
    this.#wakeTurn?.();
  }

  /** Sends messages to streams, as operators and configuration changes do. */
  async send(
    messages: readonly { kind: 'order' | 'stock'; key: string; message: StreamMessage }[],
  ): Promise<void> {
    await insertMessages(
      this.database,
      messages.map(({ kind, key, message }) => ({
        bucket: bucketOf(key),
        kind,
        key,
        id: this.newId(),
        connection: connectionOf(key),
        message,
      })),
      this.clock.nowIso(),
    );
    this.wake();
  }

  /** Reads all feeds of a connection now (or of all). */
  pollNow(connection?: string): Promise<void> {
    return this.#workplaces.pollNow(connection);
  }

  /** Asks a connection whether it can be reached and may do what it needs. */
  check(connection: string): Promise<{ ok: boolean; message: string }> {
    const needs = financeNeeds(
      this.#config,
      connection,
      (code) => this.mappings.toExternal('tax-code', connection, code) ?? code,
    );
    return this.#workplaces.check(connection, needs);
  }

  /** Has everything that a channel has changed in a time read again, in bulk where it can; tells its id. */
  async backfill(connection: string, range: BackfillRange, by: string): Promise<string> {
    const id = this.newId();
    await insertBackfill(this.database, { id, connection, by, ...range }, this.clock.nowIso());
    this.#workplaces.lookForBackfills(connection);
    return id;
  }

  /** Has all that a channel shows as stock compared and healed; tells the id of the one that does it, begun already or not. */
  async reconcileStock(connection: string, by: string): Promise<string> {
    const open = await openReconciliation(this.database, connection, 'all');
    if (open) return open.id;
    const id = this.newId();
    await insertReconciliation(this.database, { id, connection, by, night: null }, this.clock.nowIso());
    this.#workplaces.lookForReconciliations(connection);
    return id;
  }

  /** Has an inventory system tell all its levels anew, at its next poll; null: it cannot. */
  async pullLevels(connection: string, by: string): Promise<LevelsNote | null> {
    if (!this.#workplaces.tellsLevels(connection)) return null;
    const note = await wantLevels(this.database, connection, by, this.clock.nowIso());
    void this.#workplaces.pollNow(connection);
    return note;
  }

  /** A page of the orders that are open at a channel; null where nobody can ask it here. */
  openOrders(connection: string, cursor: string | null): Promise<FeedPage | Failure | null> {
    return this.#workplaces.openOrders(connection, cursor);
  }

  /** A page of what a channel shows as stock; null where nobody can ask it here, or it cannot tell. */
  shownStock(connection: string, cursor: string | null): Promise<StockPage | Failure | null> {
    return this.#workplaces.shownStock(connection, cursor);
  }

  /** Orders of a channel that a person may mean; null where this process cannot ask it. */
  findOrders(connection: string, text: string): Promise<FoundOrders | Failure | null> {
    return this.#workplaces.findOrders(connection, text);
  }

  /** Keeps what a connector renews for a connection (a token that a person has consented to), sealed; null: forgets it. */
  async keepCredential(connection: string, value: string | null): Promise<void> {
    const { sealingKey } = this.#options;
    if (value === null) {
      await deleteCredential(this.database, connection);
      return;
    }
    if (!sealingKey) throw new Error('this process has no key to seal credentials with');
    const key = sealingKey();
    const sealed = { sealed: seal(key, connection, value), key_id: key.id };
    await saveCredential(this.database, connection, sealed, this.clock.nowIso());
  }

  /** Takes away what the care for a connection has made at the vendor; null: there is nothing, or others work it. */
  dismantle(connection: string): Promise<Maintained | Failure | null> {
    return this.#workplaces.dismantle(connection);
  }

  /** Pauses a connection (what is under way ends, nothing begins) or lets it go on, on all nodes. */
  setPaused(connection: string, paused: boolean): Promise<void> {
    return this.#workplaces.setPaused(connection, paused);
  }

  async #turnLoop(): Promise<void> {
    let idleMs = IDLE_POLL_MS.least;
    while (!this.#stop.signal.aborted) {
      this.#turning = true;
      this.#turnWanted = false;
      let waitMs = 0;
      try {
        await this.#housekeeping.ensurePartitions();
        await this.#configuring;
        const turn = this.#turns.run();
        this.#turn = turn.catch(() => undefined);
        const result = await turn;
        this.#trouble.over();
        this.#turnCount += 1;
        if (result.streams > 0) {
          idleMs = IDLE_POLL_MS.least;
          this.#turnWanted = true;
          this.#commitCount += 1;
          this.#followTurn(result);
        } else this.intake.forgetShares();
      } catch (error) {
        waitMs = this.#trouble.met('turn rolled back; it is taken again', error);
        this.#turnWanted = true;
        if (error instanceof DatabaseEnded) {
          this.#turning = false;
          return;
        }
      }
      if (waitMs > 0) await pause(waitMs, this.#stop.signal);
      this.#turning = false;
      if (this.#turnWanted) {
        await yieldToOthers();
        continue;
      }
      await this.#waitForWork(idleMs);
      idleMs = Math.min(IDLE_POLL_MS.most, idleMs * 2);
    }
  }

  /** Waits until somebody wakes the turn, or until it is time to look for what other nodes have put into the inbox. */
  async #waitForWork(ms: number): Promise<void> {
    if (this.#turnWanted) return;
    const waiting = new AbortController();
    this.#wakeTurn = () => waiting.abort();
    const end = AbortSignal.any([waiting.signal, this.#stop.signal]);
    await pause(this.database.kind === 'pglite' ? IDLE_POLL_MS.alone : ms, end);
    this.#wakeTurn = undefined;
  }

  #followTurn(result: TurnResult): void {
    this.availability.apply(result.moved);
    this.publishing.apply(result.moved);
    if (result.timersChanged) this.#timers.expect(result.earliestTimer);
    this.#timers.expectRetry(result.retryAt);
    if (result.privacy) this.#eraser.look();
    if (result.posted) this.#journals.posted();
    if (result.reconciles) this.#money.look();
    if (result.casesOpened > 0) void this.#notices.send();
    if (result.orders.length > 0) for (const listener of this.#listeners) listener(result.orders);
  }

  /** What other nodes have changed, and what is due rarely. */
  async #lookLoop(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await pause(LOOK_AROUND_MS, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      // What a node left that died in the middle is taken up once a day.
      if (this.#housekeeping.removeOld()) this.#eraser.look();
      void this.#notices.send();
      if (this.database.kind === 'pglite') continue;
      await Promise.all([
        this.mappings.refresh(this.database),
        this.#workplaces.applyStates(),
        this.#timers.plan(),
        this.reservations.plan(),
      ]).catch((error: unknown) => this.#trouble.met('looking around failed; it is tried again', error));
      this.#workplaces.lookForMore();
    }
  }
}

/** A configuration as the database keeps it: without settings, which may be secret. Equal texts are one configuration. */
export function storedConfiguration(given: RetailerConfig): string {
  const config = withShadow(given);
  return toJson({ ...config, connections: config.connections.map(({ settings: _, ...rest }) => rest) });
}

/** Where the whole hub works in shadow, each of its connections does. */
function withShadow(config: RetailerConfig): RetailerConfig {
  if (!config.shadow) return config;
  return { ...config, connections: config.connections.map((each) => ({ ...each, shadow: true })) };
}

function sameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
