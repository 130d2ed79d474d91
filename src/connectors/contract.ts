/**
 * The connector contract. A connector is a folder that exports one `Connector`: its manifest says what it can do, its
 * intake turns raw deliveries into canonical messages (pure), and its session performs canonical commands at the vendor.
 *
 *   delivery ─▶ intake.verify ─▶ intake.address ─▶ (stored, inbox) ─▶ intake.normalise ─▶ message      pure, no network
 *   command  ─▶ session.perform ─▶ outcome; after an unknown outcome: session.lookUp                   network
 *   session.poll(feed, cursor) ─▶ deliveries, by the same intake                                       network
 */
import type { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import type { FinanceNeeds } from '../domain/books/finance-needs.ts';
import type { Person } from '../domain/canonical/index.ts';
import type { CommandBodies, CommandKind, CommandResults, Role } from '../domain/commands.ts';
import type { ObservedMessage } from '../domain/messages.ts';
import { parseStreamKey, streamKey } from '../domain/stream-key.ts';

/** How a vendor lets a command take effect once. */
export interface CommandPromise {
  /**
   * `enforcedKey`: the vendor refuses or replays a second one with our key. `searchableReference`: we look for our reference
   * before we create. `none`: neither, so what is in doubt is settled by a person (a case).
   */
  idempotency: 'enforcedKey' | 'searchableReference' | 'none';
  /** The vendor's longest operation: only after it is "not there" believed (DESIGN.md, rule 5). */
  longestOperationMs: number;
}

export interface ConnectorManifest {
  /** Folder and configuration name: "shopify". */
  name: string;
  title: string;
  version: string;
  roles: readonly Role[];
  commands: Readonly<Partial<Record<CommandKind, CommandPromise>>>;
  /**
   * Names of all feeds that `poll` reads. One that begins with "quiet:" is a place that others fill (a folder of files): that it was
   * read says nothing of the system itself, whose silence is then told by its messages alone.
   */
  feeds: readonly string[];
  /** True: its sessions can write what the channel shows as stock. */
  writesStock?: boolean;
}

/** A raw delivery, before or after it was stored. Header names are lower case. */
export interface Delivery {
  headers: Readonly<Record<string, string>>;
  /** Exactly the bytes that arrived. */
  body: Uint8Array;
  /** How it came: polled and read ones carry the vendor's answer as their body and a topic of our own. */
  origin: 'webhook' | 'poll' | 'read' | 'file' | 'backfill';
  /** Vendor's topic, or ours for what was polled or read ("poll:orders", "read:order"). */
  topic: string;
}

export type Verification =
  | { ok: true; deliveryId: string | null; eventId: string | null; topic: string }
  /** `unsigned`: signature missing or wrong (401). */
  | { ok: false; problem: 'unsigned' };

/** Which stream a delivery is for. `unaddressable` becomes a case of its own; the raw message is kept. */
export type Address =
  | { stream: 'order'; key: string }
  | { stream: 'stock'; key: string }
  /** News of a fulfilment order, by the channel's id of it. */
  | { stream: 'fulfilmentOrder'; key: string }
  /** News of a return, by the channel's id of it, or the return itself. */
  | { stream: 'return'; key: string }
  /** A request in the name of a person, or of a store that has left; the key names who, by the vendor's id. */
  | { stream: 'privacy'; key: string }
  /** What has become of a file of an inventory system. `heardAt`: how new what it tells is; null: it tells nothing. */
  | { stream: 'exchange'; key: string; heardAt: string | null }
  /** What moved in an account at a payment provider, a payout, a dispute; by the provider's id. */
  | { stream: 'settlement' | 'payout' | 'dispute'; key: string }
  /** What the channel shows as available of an item of it at a place of it has changed: whoever publishes there looks into it. */
  | { stream: 'level'; item: string; place: string; available: number }
  /** Known and of no interest (a topic that we do not use): stored and answered, nothing follows. */
  | { stream: 'ignored'; reason: string }
  | { stream: 'unaddressable'; reason: string };

/** What a stored delivery says. `persons` are written beside it; the message holds only their ids. */
export interface Normalised {
  message: ObservedMessage;
  persons: readonly Person[];
}

/**
 * Pure functions on deliveries of one connection. The key of an order stream is made by `orderKey(connection, id)`; systems
 * that are told a `reference` echo that key.
 */
export interface Intake {
  /** Checks the signature over the raw body, in constant time. */
  /** `now` (epoch ms): where the vendor signs the time of an attempt, one that is too old or too new is refused. */
  verify(delivery: Delivery, now?: number): Verification;
  /**
   * False: it is from another account of the same app, whose webhooks come to one address; the gateway then gives it to the
   * connection that says true and verifies it too. Left out: there is no telling.
   */
  isOwn?(delivery: Delivery): boolean;
  /** One delivery may carry several things (a page of a feed is split by the poll); it never throws. */
  address(delivery: Delivery): Address;
  /** Never throws for bad input: what cannot be read is an `order.unreadable` message. */
  normalise(delivery: Delivery): Normalised;
}

/** A command on its way, with all that a connector may need. */
export type Command = {
  [Kind in CommandKind]: {
    kind: Kind;
    id: string;
    key: string;
    body: CommandBodies[Kind];
    /** 1 for the first call. */
    attempt: number;
    /** When the first attempt was made (epoch ms); equal to now on the first. */
    firstAttemptAt: number;
    /** Persons that the body names by id, as far as they are not redacted. */
    persons: ReadonlyMap<string, Person>;
  };
}[CommandKind];

export type CommandOf<Kind extends CommandKind> = Extract<Command, { kind: Kind }>;

/** What is wrong, and who acts on it. `answered`: the status of an answer, where the system did answer. */
export type Failure =
  /** Try again later: 5xx before the effect, connection refused. */
  | { status: 'transient'; message: string; answered?: number }
  /** Wait as told. */
  | { status: 'throttled'; retryAfterMs: number; message: string }
  /** The business says no: a case at once, with the vendor's words. `closedThrough`: since its books are closed up to this day. */
  | { status: 'rejected'; code: string; message: string; suggestedFix: string; closedThrough?: string }
  /** The connection's credentials do not work: the lane pauses. */
  | { status: 'auth'; message: string }
  /** It may have taken effect: in doubt, look it up. */
  | { status: 'unknown'; message: string; answered?: number };

export type Outcome<Kind extends CommandKind = CommandKind> =
  | { status: 'done'; result: CommandResults[Kind]; observations?: readonly Delivery[] }
  | Failure;

/** What a look-up of an in-doubt command says. */
export type LookUp =
  | { status: 'found'; result: CommandResults[CommandKind]; observations?: readonly Delivery[] }
  | { status: 'absent' }
  | Failure;

/** One page of a feed. The cursor is opaque to the engine, stored with the deliveries in one commit. */
export interface FeedPage {
  deliveries: readonly Delivery[];
  cursor: string;
  /** True: call again at once. */
  more: boolean;
}

/** What the care for a connection has found and done. */
export interface Maintained {
  status: 'done';
  /** What was wrong and has been put right, one sentence each. */
  mended: readonly string[];
  /** What is wrong still, and what a person does about it, one sentence each. */
  warnings: readonly string[];
  /** We may not have been told of everything meanwhile: the feeds are read at once. */
  mayHaveMissed: boolean;
}

/** A secret that changes while we work (a token that is renewed), kept for one connection, sealed. */
export interface Vault {
  /** What was kept last; null: nothing. */
  load(): Promise<string | null>;
  /** Keeps a value; when this resolves it is durable. Throws when this process does not work the connection any more. */
  save(value: string): Promise<void>;
  /** True while this process works the connection: nobody else may renew what is kept. */
  isOurs(): boolean;
}

/** Orders that a search has found, by their ids at the channel. */
export interface FoundOrders {
  status: 'found';
  orders: { channelOrderId: string; name: string }[];
}

/** A time whose changes are wanted, both ends included; `until` null: to the end. */
export interface BackfillRange {
  since: string;
  until: string | null;
}

/** One delivery of a bulk read, and where reading goes on after it. */
export interface BackfillPart {
  delivery: Delivery;
  position: number;
}

/** A bulk operation has begun at the vendor, by this name of its. */
export type BulkStart = { status: 'started'; operation: string } | Failure;

/** How far it is. `ready`: with the file of its result; null: it is empty. `ended`: without one. */
export type BulkLook =
  | { status: 'running'; objects: number }
  | { status: 'ready'; objects: number; file: string | null }
  | { status: 'ended'; message: string }
  | Failure;

/** Reading everything of a time at once, where the vendor has bulk reads. Each step may be repeated after a kill. */
export interface BulkReads {
  start(range: BackfillRange, signal: AbortSignal): Promise<BulkStart>;
  look(operation: string, signal: AbortSignal): Promise<BulkLook>;
  /** The result as a stream, from a position on. Throws when it breaks off. */
  read(file: string, from: number, signal: AbortSignal): AsyncIterable<BackfillPart>;
}

/** What a channel shows of one item at one of its places, in whole units; only of items that it counts. */
export interface ShownStock {
  /** The channel's id of the item, and its SKU; null: it has none. */
  item: string;
  sku: string | null;
  /** The channel's id and name of the place. */
  location: string;
  locationName: string;
  onHand: number;
  /** Of what is on hand: promised to orders that are not sent. */
  committed: number;
  available: number;
}

/** Reading all that a channel shows as stock at once. Each step may be repeated after a kill. */
export interface BulkStock {
  start(signal: AbortSignal): Promise<BulkStart>;
  look(operation: string, signal: AbortSignal): Promise<BulkLook>;
  /** The result as a stream, some levels at a time. Throws when it breaks off, or has not as many objects as were counted. */
  read(file: string, objects: number, signal: AbortSignal): AsyncIterable<readonly ShownStock[]>;
}

/** A page of what a channel shows as stock. */
export interface StockPage {
  status: 'stock';
  levels: readonly ShownStock[];
  cursor: string;
  more: boolean;
}

/** A SKU at a place, by the channel's codes. `item`: the channel's id of it, where it is known. */
export interface StockPlace {
  sku: string;
  item: string | null;
  place: string;
}

/** What a channel shows at a place; or why it shows nothing there. */
export type StockReading =
  | { status: 'shown'; item: string; available: number; committed: number }
  /** `isSold` false: the channel has no such item. */
  | { status: 'notShown'; code: string; message: string; suggestedFix: string; isSold: boolean };

/** One figure of a batch: what the channel shows, and what it is to show then. */
export interface StockWrite {
  item: string;
  place: string;
  from: number;
  to: number;
}

/** Figures that are written at once, under one key. */
export interface StockBatch {
  key: string;
  rows: readonly StockWrite[];
  /**
   * `set`: each figure only if the channel still shows `from`. `adjust`: each is moved by `to` − `from`, whatever the channel shows, for
   * what it sells faster than it can be read and written.
   */
  by: 'set' | 'adjust';
}

/** Why a channel does not take a figure of a batch. `isStale`: it shows another one than `from`. */
export interface StockRefusal {
  /** Of the batch's rows; null: it does not say which. */
  row: number | null;
  isStale: boolean;
  code: string;
  message: string;
  suggestedFix: string;
}

/**
 * What became of a batch. `refused`: nothing of it was written, and its key is used up. `forgotten`: the key is known with other
 * content, so nobody can say what was written under it.
 */
export type StockWritten =
  | { status: 'written' }
  | { status: 'refused'; refusals: readonly StockRefusal[] }
  | { status: 'forgotten'; message: string }
  | Failure;

/** A channel that shows stock which is written from outside, by compare-and-swap. */
export interface ChannelStock {
  /** Figures of a batch, and places that are read at once, at most. */
  batchSize: number;
  readSize: number;
  /** The channel's ids of its places, by codes of ours for them, in the same order; null: it has none of this code. */
  placeIds(
    codes: readonly string[],
    signal: AbortSignal,
  ): Promise<{ status: 'found'; ids: readonly (string | null)[] } | Failure>;
  /** What the channel shows at some places; answers in the same order. */
  read(
    places: readonly StockPlace[],
    signal: AbortSignal,
  ): Promise<{ status: 'read'; readings: readonly StockReading[] } | Failure>;
  /** Writes all figures of a batch or none. The same key with the same rows again: what became of the first is told, or it is done now. */
  write(batch: StockBatch, signal: AbortSignal): Promise<StockWritten>;
}

/** What a session may ask its vendor's budget for. */
export type CallKind = CommandKind | 'poll' | 'lookUp' | 'maintain' | 'readStock' | 'writeStock';

/** The network side of one connection. */
export interface Session {
  /** Milliseconds to wait before this kind of call fits the vendor's budget; 0: now. Takes the budget when 0. */
  admit(kind: CallKind): number;
  /** Performs a command. Expected failures are values; what is thrown counts as `unknown`. Honours `signal` (the deadline). */
  perform(command: Command, signal: AbortSignal): Promise<Outcome>;
  /**
   * Several commands of one kind in one call, where the vendor has a batch (reads); outcomes in the same order. The lane
   * uses it when it is there and more than one such command waits.
   */
  performBatch?(commands: readonly Command[], signal: AbortSignal): Promise<Outcome[]>;
  /** Largest batch per kind. */
  batchSizes?: Readonly<Partial<Record<CommandKind, number>>>;
  /** Looks for the effect of a command by its key. */
  lookUp(command: Command, signal: AbortSignal): Promise<LookUp>;
  /** Reads what is new in a feed. `cursor` is null at the first call. */
  poll(feed: string, cursor: string | null, signal: AbortSignal): Promise<FeedPage | Failure>;
  /**
   * Looks after what must stand at the vendor beside commands and polls (webhook subscriptions), and puts right what does
   * not. Called on a schedule by the process that works the connection; left out where there is nothing to look after.
   */
  maintain?(signal: AbortSignal): Promise<Maintained | Failure>;
  /** Takes away again what `maintain` has made at the vendor: the connection is given up. */
  dismantle?(signal: AbortSignal): Promise<Maintained | Failure>;
  /** Orders that a person may mean by an id or a name ("#1001"), as the vendor knows them; left out: only ids can be asked for. */
  findOrders?(text: string, signal: AbortSignal): Promise<FoundOrders | Failure>;
  /** A page of the orders that are open at the channel now, read whole as by `channel.readOrder`; left out: it cannot tell. */
  openOrders?(cursor: string | null, signal: AbortSignal): Promise<FeedPage | Failure>;
  /** A page of what the channel shows as stock now; left out: it cannot tell. */
  shownStock?(cursor: string | null, signal: AbortSignal): Promise<StockPage | Failure>;
  /** Where the channel's stock can be written. */
  stock?: ChannelStock;
  /** Where the vendor has bulk reads: of orders, and of what it shows as stock. */
  bulk?: BulkReads;
  bulkStock?: BulkStock;
  /** The cursor of a feed from which everything since an instant is read again; left out: null, from its beginning. */
  cursorSince?(feed: string, instant: number): string;
  /**
   * The cursor of a feed from which all levels of stock are told anew, and then what a cursor would have brought; null: the feed
   * tells no levels. Left out: none does.
   */
  levelsCursor?(feed: string, cursor: string | null): string | null;
  /**
   * Says whether the vendor can be reached and the credentials and scopes suffice (for `crossdock doctor`); and of a finance system,
   * whether all is there that the books of these entities need.
   */
  check(signal: AbortSignal, books?: readonly FinanceNeeds[]): Promise<{ ok: boolean; message: string }>;
  close(): Promise<void>;
}

/** What a connector gets to work for one connection. */
export interface ConnectionContext<Settings> {
  connection: string;
  settings: Settings;
  clock: Clock;
  /** Where the vendor sends this connection's webhooks; null or left out: nobody has told our public address. */
  webhookUrl?: string | null;
  /** Our stock is published to this channel: whoever changes a figure there is to be heard of. */
  publishesStock?: boolean;
  /** Left out where nothing can be kept. */
  vault?: Vault;
  /** Writes one structured line; secrets and persons never go in. */
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string, details?: Record<string, unknown>): void;
}

/**
 * Largest number of calls at once, when one is given up, how often feeds are read, `maintain` is called (default: 10 min) and all
 * levels of stock are told anew (default: only on demand).
 */
export interface ConnectionLimits {
  concurrency: number;
  callTimeoutMs: number;
  pollEveryMs: number;
  maintainEveryMs?: number;
  levelsEveryMs?: number | undefined;
}

/** What came of a consent: `credential` is what the vault of the connection keeps. */
export type Redeemed = { status: 'done'; credential: string } | { status: 'refused'; message: string };

/** How a person at the vendor lets us into an account: a page of the vendor's that sends them back with a code. */
export interface Consent<Settings> {
  /** False: the settings alone suffice. */
  isNeeded(settings: Settings): boolean;
  /** The page. `state` comes back with the answer, so that only the answer to our own question is taken. */
  url(settings: Settings, at: { redirectUrl: string; state: string }): string;
  /** Takes the address to which the person was sent back, or the bare code in it. */
  redeem(
    settings: Settings,
    back: string,
    at: { state: string; clock: Clock; signal: AbortSignal },
  ): Promise<Redeemed>;
}

/** What a person says of an account to be connected, in words that all vendors have. */
export interface AccountWords {
  /** Which one: the vendor's name or address of it. */
  account: string;
  clientId: string;
  /** Of the kinds of access that the connector names; left out: the first. */
  access?: string | undefined;
  apiVersion?: string | undefined;
  /** Where its API is, when not where the vendor's usually is (a sandbox). */
  baseUrl?: string | undefined;
}

/** How an account is connected by a few words (`crossdock connect`, the page), without writing its settings by hand. */
export interface Accounts {
  /** What the app must be allowed to do, and what for; `optional`: it works without, with a limit. */
  scopes: readonly { scope: string; for: string; optional: boolean }[];
  access: readonly { kind: string; label: string }[];
  /** The versions of the vendor's API that are tested, newest first. */
  apiVersions: readonly string[];
  /** The name of the connection that these words suggest, and its settings but for the secret; or why they are none. */
  connection(
    words: AccountWords,
  ):
    | { status: 'described'; id: string; settings: Record<string, unknown>; sameCodes: readonly 'sku'[] }
    | { status: 'refused'; message: string };
}

/** How a system that is no account of an app is connected by a few words (`crossdock connect`). */
export interface Systems {
  /**
   * The name of the connection that these words suggest, its settings but for the secret, where in them that stands (null: it needs
   * none), and the system's codes of locations whose stock it counts; or why they are none.
   */
  connection(words: unknown):
    | {
        status: 'described';
        id: string;
        settings: Record<string, unknown>;
        secretAt: readonly string[] | null;
        sameCodes: readonly ('sku' | 'location')[];
        locations: readonly string[];
      }
    | { status: 'refused'; message: string };
}

/** Something of the vendor's API that is used and will go, in the vendor's words. */
export interface Use {
  what: string;
  reason: string;
}

/** Whether one request that a connector makes fits what the vendor has published. */
export interface DocumentReport {
  name: string;
  /** Why it does not fit the version that answers; empty: it does. */
  problems: string[];
  deprecated: Use[];
  /** Later versions that it does not fit, and from when on one of them answers: when the one before has ended; null: at any time. */
  breaks: { version: string; from: string | null; problems: string[] }[];
  /** What only later versions call deprecated. */
  deprecatedLater: (Use & { version: string })[];
}

/** Whether a connection's requests fit the API version of its vendor, and for how long. */
export interface ContractReport {
  /** The version that is asked for, and the one that answers: another where the first has ended. */
  version: string;
  served: string;
  /** The instant until which the one that answers is supported at least; null: it may change at any time. */
  supportedUntil: string | null;
  /** The published version that was looked at. */
  checkedWith: string;
  documents: DocumentReport[];
}

export interface Connector<Settings = unknown> {
  manifest: ConnectorManifest;
  /** Settings of a connection, secrets included (they arrive resolved, and are never stored in the database). */
  settings: z.ZodType<Settings>;
  /** Largest number of calls at once, and the time after which one is given up. */
  limits(settings: Settings): ConnectionLimits;
  /** Those of its feeds that a connection with these settings reads; left out: all of them. */
  feedsOf?(settings: Settings): readonly string[];
  /** Left out where connections are written into the configuration by hand. */
  accounts?: Accounts;
  /** The same for what is no account of an app. */
  systems?: Systems;
  /** Left out where an account needs no person's consent. */
  consent?: Consent<Settings>;
  intake(connection: string, settings: Settings): Intake;
  /** What of the books of an entity the vendor does not take, one sentence each; left out: it takes all. */
  unsuited?(needs: FinanceNeeds): readonly string[];
  open(context: ConnectionContext<Settings>): Session;
  /** Checks what is sent against what the vendor has published (`crossdock contracts check`); no call is made. */
  checkContracts?(settings: Settings, now: number): Promise<ContractReport>;
  /** The same for each version of the vendor's API that it can work with, without any settings. */
  contracts?: { versions: readonly string[]; check(version: string, now: number): Promise<ContractReport> };
}

/** The feeds that a connection with these settings reads. */
export function feedsRead(connector: Connector, settings: unknown): readonly string[] {
  return connector.feedsOf?.(settings) ?? connector.manifest.feeds;
}

/** Gives a connector's parts their types; there is nothing more to registering one than listing it in `main.ts`. */
export function defineConnector<Settings>(connector: Connector<Settings>): Connector<Settings> {
  return connector;
}

/** The key of an order's stream: unique across connections, kept by every system as its reference. */
export function orderKey(connection: string, channelOrderId: string): string {
  return streamKey(connection, channelOrderId);
}

/** The connection and the channel's id in an order's stream key. */
export function parseOrderKey(key: string): { connection: string; channelOrderId: string } {
  const { connection, id } = parseStreamKey(key);
  return { connection, channelOrderId: id };
}
