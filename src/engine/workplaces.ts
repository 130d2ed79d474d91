/** The connections that this node may work, each with its session, lane and poller: whose they are, whether they are held. */
import { type Clock, pause } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { Random } from '../base/random.ts';
import type { SealingKey } from '../base/sealing.ts';
import type {
  Failure,
  FeedPage,
  FoundOrders,
  Maintained,
  Session,
  StockPage,
} from '../connectors/contract.ts';
import type { FinanceNeeds } from '../domain/books/finance-needs.ts';
import { connectionsToBackfill } from '../store/backfill.ts';
import { loadConnectionStates, savePaused, saveProblem } from '../store/connections.ts';
import type { Database, Sql } from '../store/db.ts';
import { connectionsWithLevelNews } from '../store/level-news.ts';
import { connectionsToReconcile } from '../store/reconciliation.ts';
import { Backfiller } from './backfiller.ts';
import { Caretaker } from './caretaker.ts';
import type { OpenConnection } from './connections.ts';
import type { IntakeDesk } from './intake.ts';
import { Lane, type LaneStatus } from './lane.ts';
import { LaneCommits } from './lane-commits.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { Poller, type PollerStatus } from './poller.ts';
import { type PublisherParts, type PublisherStatus, StockPublisher } from './publisher.ts';
import { Reconciler } from './reconciler.ts';
import type { Reconciling } from './reconciling.ts';
import { Trouble } from './trouble.ts';
import { openVault } from './vault.ts';

/** How often leases are renewed: a quarter of their life. */
const LEASE_EVERY_MS = 500;
/** How often lanes look for what turns of other nodes have issued: quick after a find, slower when nothing comes. */
const LOOK_MS = { least: 25, most: 400 };

export interface WorkplacesParts {
  database: Database;
  clock: Clock;
  log: Log;
  newId: () => string;
  node: string;
  process: string;
  seed: string;
  connections: Map<string, OpenConnection>;
  intake: IntakeDesk;
  /** Our public address for webhooks; undefined, or left out: it is not known. */
  webhooksUrl?: () => string | undefined;
  /** Seals credentials that connectors renew; left out: they cannot be kept. */
  sealingKey?: (() => SealingKey) | undefined;
  /** What stock a connection is to show, and what may be sold; null: it shows none of ours. */
  publishing?: (
    connection: string,
  ) => Pick<PublisherParts, 'places' | 'skuOf' | 'sellable' | 'onCases'> | null;
  /** What a reconciliation of a channel's stock takes from the engine; null: it shows none of ours. */
  reconciling?: (connection: string) => Reconciling | null;
  /** Called after a commit, with true when it put messages into the inbox. */
  onCommit: (hasMessages: boolean) => void;
}

interface Workplace {
  connection: OpenConnection;
  session: Session;
  lane: Lane;
  poller: Poller;
  caretaker: Caretaker;
  backfiller: Backfiller;
  publisher: StockPublisher | null;
  reconciler: Reconciler | null;
  leased: boolean;
  held: boolean;
  /** What it has at the vendor is taken away: nobody makes it again. */
  givenUp: boolean;
  /** What lane and poller have met themselves while this process works the connection. */
  met: { lane: string | null; poller: string | null };
}

const NOTHING: Workplace['met'] = { lane: null, poller: null };
const REFUSED = /^credentials/;

/** Of what lane and poller have met, that credentials are refused. */
function refusalsOf({ lane, poller }: Workplace['met']): Workplace['met'] {
  const refusal = (met: string | null) => (met !== null && REFUSED.test(met) ? met : null);
  return { lane: refusal(lane), poller: refusal(poller) };
}

export class Workplaces {
  readonly #parts: WorkplacesParts;
  readonly #places = new Map<string, Workplace>();
  readonly #problems = new Map<string, string>();
  readonly #leases: LeaseKeeper;
  readonly #commits: LaneCommits;
  readonly #stop = new AbortController();

  constructor(parts: WorkplacesParts) {
    const { database, clock, newId, node, process, connections, intake, onCommit } = parts;
    this.#parts = parts;
    this.#leases = new LeaseKeeper({
      database,
      node,
      process,
      connections: () => [...connections.keys()],
      onChange: (connection, leased) => this.#apply(connection, { leased }),
    });
    this.#commits = new LaneCommits({
      database,
      clock,
      newId,
      node,
      intake,
      leases: this.#leases,
      onCommit,
    });
  }

  async open(): Promise<void> {
    await this.openMore([...this.#parts.connections.keys()]);
  }

  /** Opens connections that have been configured just now. */
  async openMore(ids: readonly string[]): Promise<void> {
    const random = new Random(this.#parts.seed);
    for (const id of ids) {
      const connection = this.#parts.connections.get(id);
      if (connection) this.#places.set(id, this.#openOne(id, connection, random.fork(id)));
    }
    await this.applyStates();
    await this.#leases.round();
  }

  /** Ends the work of connections that are no longer configured, or otherwise. Calls under way are left in doubt. */
  async closeSome(ids: readonly string[]): Promise<void> {
    const places = ids.flatMap((id) => this.#places.get(id) ?? []);
    // Out of reach first: a renewed lease must not begin what is being ended.
    for (const id of ids) this.#places.delete(id);
    await stopAll(places);
    for (const id of ids) {
      await this.#leases.release(id);
      this.#problems.delete(id);
    }
    for (const { session } of places) await session.close();
  }

  #openOne(id: string, connection: OpenConnection, random: Random): Workplace {
    const { database, clock, log, intake } = this.#parts;
    const session = this.#openSession(id, connection);
    const lane = new Lane({
      connection,
      session,
      database,
      clock,
      random,
      shadow: () => ({ all: connection.config.shadow === true, channels: this.#shadowChannels }),
      log,
      holdsLease: () => this.#leases.holds(id),
      commit: (writes) => this.#commits.submit(writes),
      onProblem: (problem) => this.#noteProblem(id, 'lane', problem),
    });
    const poller = new Poller({
      connection,
      session,
      database,
      clock,
      intake,
      log,
      fence: (sql) => this.#leases.fence(sql, [id]),
      onMessages: () => this.#parts.onCommit(true),
      onProblem: (problem) => this.#noteProblem(id, 'poller', problem),
    });
    const caretaker = new Caretaker({
      connection,
      session,
      database,
      clock,
      log,
      onMissed: () => void poller.pollNow(),
    });
    const backfiller = new Backfiller({
      connection,
      session,
      database,
      clock,
      intake,
      log,
      fence: (sql) => this.#leases.fence(sql, [id]),
      onMessages: () => this.#parts.onCommit(true),
      rewindPoll: (since) => poller.rewind(since),
    });
    return {
      connection,
      session,
      lane,
      poller,
      caretaker,
      backfiller,
      publisher: this.#openPublisher(id, connection, session, random.fork('stock')),
      reconciler: this.#openReconciler(id, connection, session, poller),
      leased: false,
      held: false,
      givenUp: false,
      met: NOTHING,
    };
  }

  #openPublisher(
    id: string,
    connection: OpenConnection,
    session: Session,
    random: Random,
  ): StockPublisher | null {
    const { database, clock, log, newId } = this.#parts;
    const publishing = this.#parts.publishing?.(id);
    if (!publishing || !session.stock || connection.config.shadow) return null;
    return new StockPublisher({
      ...publishing,
      connection,
      session,
      stock: session.stock,
      database,
      clock,
      random,
      newId,
      fence: (sql) => this.#leases.fence(sql, [id]),
      onProblem: (problem) => this.#noteProblem(id, 'lane', problem),
      log,
    });
  }

  #openReconciler(
    id: string,
    connection: OpenConnection,
    session: Session,
    poller: Poller,
  ): Reconciler | null {
    const { database, clock, log, newId } = this.#parts;
    const reconciling = this.#parts.reconciling?.(id);
    if (!reconciling || connection.config.shadow) return null;
    return new Reconciler({
      ...reconciling,
      connection,
      session,
      database,
      clock,
      log,
      newId,
      fence: (sql) => this.#leases.fence(sql, [id]),
      orders: {
        readUntil: () => {
          const { hasFeeds, completeUntil } = poller.status;
          return hasFeeds ? completeUntil : Number.POSITIVE_INFINITY;
        },
        readNow: () => poller.pollNow(),
      },
    });
  }

  #openSession(id: string, { connector, settings, config }: OpenConnection): Session {
    const { database, clock, log, webhooksUrl, sealingKey } = this.#parts;
    const vault = sealingKey && {
      vault: openVault({
        connection: id,
        database,
        clock,
        key: sealingKey,
        fence: (sql) => this.#leases.fence(sql, [id]),
        isOurs: () => this.#leases.holds(id),
      }),
    };
    const publicUrl = webhooksUrl?.();
    return connector.open({
      connection: id,
      settings,
      clock,
      webhookUrl: publicUrl === undefined ? null : webhookUrlOf(publicUrl, id),
      publishesStock: config.publishStock !== null && !config.shadow,
      ...vault,
      log: (level, message, details) => log(level, message, { connection: id, ...details }),
    });
  }

  get #shadowChannels(): string[] {
    return [...this.#parts.connections.values()].flatMap(({ config }) => (config.shadow ? [config.id] : []));
  }

  lane(connection: string): Lane | undefined {
    return this.#places.get(connection)?.lane;
  }

  fence(sql: Sql, connections: readonly string[]): Promise<void> {
    return this.#leases.fence(sql, connections);
  }

  get committing(): boolean {
    return this.#commits.pending > 0;
  }

  get laneStatuses(): Record<string, LaneStatus & { problem: string | null }> {
    return Object.fromEntries(
      [...this.#places].map(([id, { lane }]) => [
        id,
        { ...lane.status, problem: this.#problems.get(id) ?? null },
      ]),
    );
  }

  get pollStatuses(): PollerStatus[] {
    return [...this.#places.values()].map(({ poller }) => poller.status);
  }

  get backfillStatuses(): Backfiller['status'][] {
    return [...this.#places.values()].map(({ backfiller }) => backfiller.status);
  }

  get caretakerStatuses(): Caretaker['status'][] {
    return [...this.#places.values()].map(({ caretaker }) => caretaker.status);
  }

  get publishers(): StockPublisher[] {
    return [...this.#places.values()].flatMap(({ publisher }) => publisher ?? []);
  }

  get publisherStatuses(): PublisherStatus[] {
    return this.publishers.map(({ status }) => status);
  }

  get hasCompany(): boolean {
    return this.#leases.hasCompany;
  }

  get reconcilerStatuses(): Reconciler['status'][] {
    return [...this.#places.values()].flatMap(({ reconciler }) => reconciler?.status ?? []);
  }

  /** A reconciliation may be wanted: of one connection, or of any. */
  lookForReconciliations(connection?: string): void {
    for (const [id, { reconciler }] of this.#places)
      if (connection === undefined || id === connection) reconciler?.look();
  }

  /** A back-fill may be wanted: of one connection, or of any. */
  lookForBackfills(connection?: string): void {
    for (const [id, { backfiller }] of this.#places)
      if (connection === undefined || id === connection) backfiller.look();
  }

  #apply(connection: string, change: { leased?: boolean; held?: boolean }): void {
    const place = this.#places.get(connection);
    if (!place) return;
    // Another node may find otherwise meanwhile.
    if (change.leased !== undefined && change.leased !== place.leased) place.met = NOTHING;
    // Nobody calls a paused system, so nobody knows of its outage any more. That its credentials are refused stays true.
    if (change.held === true && !place.held) place.met = refusalsOf(place.met);
    Object.assign(place, change);
    // What was being read when the work was ended must not begin it anew.
    if (this.#stop.signal.aborted) return;
    place.lane.setHeld(place.held);
    place.lane.setLeased(place.leased);
    // A paused connection is not called at all; what its webhooks bring is stored all the same.
    place.poller.setActive(place.leased && !place.held);
    place.caretaker.setActive(place.leased && !place.held && !place.givenUp);
    place.backfiller.setActive(place.leased && !place.held);
    place.publisher?.setActive(place.leased && !place.held);
    place.reconciler?.setActive(place.leased && !place.held);
  }

  /** What the database says of connections, also by other nodes: pauses, and problems of those that others work. */
  async applyStates(): Promise<void> {
    const states = new Map(
      (await loadConnectionStates(this.#parts.database)).map((state) => [state.connection, state]),
    );
    for (const id of await connectionsToBackfill(this.#parts.database)) this.lookForBackfills(id);
    for (const id of await connectionsToReconcile(this.#parts.database)) this.lookForReconciliations(id);
    for (const id of await connectionsWithLevelNews(this.#parts.database)) this.lookForReconciliations(id);
    for (const [id, { connection }] of this.#places) {
      const state = states.get(id);
      const held = state?.paused ?? connection.config.paused;
      this.#apply(id, { held });
      if (!state?.problem) this.#problems.delete(id);
      else if (held) this.#forgetOutage(id, state.problem);
      else this.#problems.set(id, state.problem);
    }
  }

  async setPaused(connection: string, paused: boolean): Promise<void> {
    const place = this.#places.get(connection);
    // It is wanted again, with all that belongs to it.
    if (place && !paused) place.givenUp = false;
    await savePaused(this.#parts.database, connection, paused, this.#parts.clock.nowIso());
    this.#apply(connection, { held: paused });
    if (paused) this.#forgetOutage(connection, this.#problems.get(connection) ?? '');
  }

  /** Of a paused connection only that its credentials are refused stays noted. */
  #forgetOutage(connection: string, problem: string): void {
    if (REFUSED.test(problem)) this.#problems.set(connection, problem);
    else if (problem !== '') this.#setProblem(connection, null);
  }

  /** Takes what the lane or the poller has met (null: a success); the connection's problem is the worse of both. */
  #noteProblem(connection: string, by: 'lane' | 'poller', met: string | null): void {
    const { log } = this.#parts;
    const place = this.#places.get(connection);
    if (!place) return;
    // What was under way when it was paused says nothing that anybody waits for.
    if (place.held && met !== null && !REFUSED.test(met)) return;
    place.met = { ...place.met, [by]: met };
    // With no command left that would tell, it is the poll that does.
    if (by === 'poller' && met === null && place.lane.status.queued === 0) place.met = NOTHING;
    const found = [place.met.lane, place.met.poller].filter((each) => each !== null);
    const problem = found.find((each) => REFUSED.test(each)) ?? found[0] ?? null;
    const before = this.#problems.get(connection) ?? null;
    if (before === problem) return;
    if (problem === null) log('info', 'the connection works again', { connection, before });
    // Other words about the same outage are no news.
    else if (REFUSED.test(problem)) {
      if (!before || !REFUSED.test(before)) log('error', problem, { connection });
    } else if (!before) log('warn', problem, { connection });
    this.#setProblem(connection, problem);
  }

  #setProblem(connection: string, problem: string | null): void {
    const { database, clock, log } = this.#parts;
    if (problem === null) this.#problems.delete(connection);
    else this.#problems.set(connection, problem);
    saveProblem(database, connection, problem, clock.nowIso()).catch((error: unknown) =>
      log('warn', 'the problem of a connection could not be noted', { connection, error: String(error) }),
    );
  }

  /** Renews leases, and looks for what other nodes' turns have issued, until the end. */
  async keepLeases(): Promise<void> {
    await Promise.all([this.#renewLoop(), this.#lookLoop()]);
  }

  async #renewLoop(): Promise<void> {
    const trouble = new Trouble(this.#parts.log);
    while (!this.#stop.signal.aborted) {
      await pause(LEASE_EVERY_MS, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      try {
        await this.#leases.round();
        trouble.over();
      } catch (error) {
        trouble.met('leases could not be renewed', error);
      }
    }
  }

  async #lookLoop(): Promise<void> {
    let waitMs = LOOK_MS.least;
    let before = 0;
    while (!this.#stop.signal.aborted) {
      await pause(waitMs, this.#stop.signal);
      // Alone, this process hears of every command when it is issued; the engine looks once a second all the same.
      if (!this.#leases.hasCompany) {
        waitMs = LOOK_MS.most;
        continue;
      }
      const { found } = this;
      this.lookForMore();
      // What a look finds counts at the next one: it is quick then.
      waitMs = found > before ? LOOK_MS.least : Math.min(LOOK_MS.most, waitMs * 2);
      before = found;
    }
  }

  /** Commands that lanes have found in the outbox so far. */
  get found(): number {
    return [...this.#places.values()].reduce((sum, { lane }) => sum + lane.found, 0);
  }

  lookForMore(): void {
    for (const { lane, leased } of this.#places.values()) if (leased) lane.lookForMore();
  }

  /** Whether a connection can be asked for all its levels of stock. */
  tellsLevels(connection: string): boolean {
    return this.#places.get(connection)?.session.levelsCursor !== undefined;
  }

  async pollNow(connection?: string): Promise<void> {
    for (const [id, { poller }] of this.#places)
      if (connection === undefined || id === connection) await poller.pollNow();
  }

  async check(connection: string, books: readonly FinanceNeeds[]): Promise<{ ok: boolean; message: string }> {
    const checked = await this.#onErrand(connection, (session, signal) => session.check(signal, books));
    return checked ?? { ok: false, message: 'not worked by this process' };
  }

  /** A page of the orders that are open at a channel; null where nobody can ask it here. */
  async openOrders(connection: string, cursor: string | null): Promise<FeedPage | Failure | null> {
    return this.#within(connection, async (session, signal) => {
      if (!session.openOrders) return null;
      for (let wait = session.admit('poll'); wait > 0 && !signal.aborted; wait = session.admit('poll'))
        await this.#parts.clock.sleep(wait, signal);
      return session.openOrders(cursor, signal);
    });
  }

  /** A page of what a channel shows as stock; null where nobody can ask it here, or it cannot tell. */
  async shownStock(connection: string, cursor: string | null): Promise<StockPage | Failure | null> {
    return this.#within(connection, async (session, signal) => {
      if (!session.shownStock) return null;
      for (let wait = session.admit('poll'); wait > 0 && !signal.aborted; wait = session.admit('poll'))
        await this.#parts.clock.sleep(wait, signal);
      return session.shownStock(cursor, signal);
    });
  }

  /** Orders that a person may mean; null where this process does not work the connection, or its connector has no search. */
  async findOrders(connection: string, text: string): Promise<FoundOrders | Failure | null> {
    return this.#within(connection, async (session, signal) => {
      if (!session.findOrders) return null;
      for (let wait = session.admit('lookUp'); wait > 0 && !signal.aborted; wait = session.admit('lookUp'))
        await this.#parts.clock.sleep(wait, signal);
      return session.findOrders(text, signal);
    });
  }

  /** Takes away what the care for a connection has made at the vendor; null: there is nothing, or others work it. */
  async dismantle(connection: string): Promise<Maintained | Failure | null> {
    const place = this.#places.get(connection);
    if (place) {
      place.givenUp = true;
      await place.caretaker.stop();
    }
    return this.#onErrand(connection, async (session, signal) => (await session.dismantle?.(signal)) ?? null);
  }

  /** Asks a connection's session in its call's time; null where this process does not work the connection. */
  async #within<Result>(
    connection: string,
    ask: (session: Session, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result | null> {
    const place = this.#places.get(connection);
    const open = this.#parts.connections.get(connection);
    if (!place || !open) return null;
    return this.#ask(place.session, open, ask);
  }

  /** Like `#within`, where no hub runs: with a session for this errand alone. */
  async #onErrand<Result>(
    connection: string,
    ask: (session: Session, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result | null> {
    const open = this.#parts.connections.get(connection);
    if (!open || this.#places.has(connection)) return this.#within(connection, ask);
    const session = this.#openSession(connection, open);
    try {
      return await this.#ask(session, open, ask);
    } finally {
      await session.close();
    }
  }

  async #ask<Result>(
    session: Session,
    { limits }: OpenConnection,
    ask: (session: Session, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const { clock } = this.#parts;
    const abort = new AbortController();
    const timer = clock.setTimer(clock.now() + limits.callTimeoutMs, () => abort.abort());
    try {
      return await ask(session, abort.signal);
    } finally {
      timer.cancel();
    }
  }

  /** Begins nothing more; resolves when nothing is being written. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await stopAll([...this.#places.values()]);
  }

  /** Gives leases back and closes sessions. */
  async close(): Promise<void> {
    await this.#leases.drop().catch(() => undefined);
    for (const { session } of this.#places.values()) await session.close();
  }
}

/** Where a vendor sends the webhooks of a connection, by the public address of the webhook port. */
export function webhookUrlOf(publicUrl: string, connection: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/webhooks/${connection}`;
}

async function stopAll(places: readonly Workplace[]): Promise<void> {
  await Promise.all(
    places.flatMap(({ lane, poller, caretaker, backfiller, publisher, reconciler }) => [
      lane.stop(),
      poller.stop(),
      caretaker.stop(),
      backfiller.stop(),
      publisher?.stop(),
      reconciler?.stop(),
    ]),
  );
}
