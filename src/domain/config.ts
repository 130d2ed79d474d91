/**
 * The configuration of a retailer: who sells, who books, where stock lies, which connections there are, and the policies.
 * It is versioned data; each fact names the version under which it was decided. Secrets stand only in `settings` of a
 * connection, which never reaches the database.
 */
import { z } from 'zod';
import { Books, booksProblems } from './books/books-config.ts';
import { FinancePosting } from './books/finance-config.ts';
import { Currency, Id } from './canonical/common.ts';
import { CASE_REASONS } from './case-reasons.ts';
import { READ_COMMANDS } from './commands.ts';
import { Fallback } from './stock/fallback.ts';
import { Kit, kitProblems } from './stock/kits.ts';
import { OversoldRoute, oversoldProblems, Preorder, Substitute } from './stock/oversold.ts';
import { sourcingProblems } from './stock/sourcing-check.ts';
import { Sourcing } from './stock/sourcing-rules.ts';

/** Offsets ("+01:00") are none: they do not know of summer time. */
function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}

/** How refunds that we make are agreed to. */
export const RefundPolicy = z.strictObject({
  /**
   * How many persons must agree, whoever wants the refund counted. The first row that fits holds; none: two. `reasons` empty: any;
   * `upToMinor` in the entity's money of the order, null: any amount.
   */
  approvals: z
    .array(
      z.strictObject({
        reasons: z.array(Id).default([]),
        upToMinor: z.number().int().min(0).nullable().default(null),
        persons: z.number().int().min(0).max(2),
      }),
    )
    .default([]),
  /** `afterInspection`: what has come back and was looked at is refunded without being asked for; `byPerson`: nothing is. */
  propose: z.enum(['byPerson', 'afterInspection']).default('byPerson'),
});
export type RefundPolicy = z.infer<typeof RefundPolicy>;

/** An account at a bank, whose statements are imported. */
export const BankAccount = z.strictObject({
  id: Id.regex(/^[A-Za-z0-9-]+$/, 'letters, digits and dashes'),
  name: z.string(),
  /** As statements name it; blanks do not count. Left out: statements name it by its id. */
  iban: z.string().optional(),
  currency: Currency,
  /** Words by which lines of payment providers are known; all other lines are no payouts, and what they say is not kept. */
  providers: z
    .array(z.string().min(2))
    .default(['shopify', 'paypal', 'stripe', 'klarna', 'adyen', 'mollie', 'worldpay']),
});
export type BankAccount = z.infer<typeof BankAccount>;

/** A legal entity with books of its own. */
export const Entity = z.strictObject({
  id: Id,
  name: z.string(),
  /** Currency of the books. */
  currency: Currency,
  /** Currencies of orders that this entity books; anything else is a case. */
  bookedCurrencies: z.array(Currency).min(1),
  /** Which of the channel's two moneys an order is booked in (DESIGN.md, rule 9). */
  money: z.enum(['shop', 'presentment']).default('shop'),
  timeZone: z.string().refine(isTimeZone, {
    error: ({ input }) =>
      `there is no time zone "${input}": give its IANA name, such as "Europe/Berlin" or "UTC"`,
  }),
  /** True: an order without a customer is a case; false: guests are served. */
  needsCustomer: z.boolean().default(false),
  /** Units of one item that an order may want; more is a case before anything is reserved. */
  unitsPerItemLimit: z.number().int().positive().default(10_000),
  /** The connection that holds this entity's sales orders. */
  erp: Id,
  /** Where payouts arrive: the first one of a payout's currency. */
  bankAccounts: z.array(BankAccount).default([]),
  /** Where its books are kept; left out: nothing is told to a finance system. */
  finance: FinancePosting.optional(),
  refunds: RefundPolicy.prefault({}),
  /** Chart of accounts, posting rules, taxes and policies of its sub-ledger; left out: nothing is posted of it. */
  books: Books.optional(),
});
export type Entity = z.infer<typeof Entity>;

/** What happens when an order wants more than can be promised. */
export const ShortagePolicy = z.enum([
  /** Keep what is there for it and wait; nothing goes to the ERP until all of it is reserved. */
  'backorder',
  /** Ship what is there, back-order the rest. */
  'split',
  /** Cancel the order at its channel, with the customer's money back. */
  'cancel',
  /** Ask a person. */
  'case',
]);

export type ShortagePolicy = z.infer<typeof ShortagePolicy>;

export const Brand = z.strictObject({
  id: Id,
  name: z.string(),
  shortage: ShortagePolicy.default('split'),
  /** A back-order that has waited this long is a case (out-of-stock). */
  backorderLimitDays: z.number().positive().default(21),
  /** What happens when it has waited this long and longer than goods were promised for: a person is asked, or it is cancelled. */
  backorderEnd: z.enum(['case', 'cancel']).default('case'),
  /** Whether orders that wait are promised what is announced with a day (`incoming`), or nothing. */
  promises: z.enum(['incoming', 'none']).default('incoming'),
  /** What is tried, in order, for an order that wants what is not there; then the shortage policy holds. */
  oversold: z.array(OversoldRoute).default([]),
  /** Lines that a channel sells as one bundle come from one location whole (`together`), or from wherever (`apart`). */
  bundles: z.enum(['together', 'apart']).default('together'),
});
export type Brand = z.infer<typeof Brand>;

export const Location = z.strictObject({
  id: Id,
  name: z.string(),
  kind: z.enum(['warehouse', 'store', '3pl']),
  /** Lower is asked first. */
  priority: z.number().int().default(100),
  /** Countries it prefers to serve; it still may serve others. */
  countries: z.array(z.string().length(2)).default([]),
  /** Brands it serves; empty: all. */
  brands: z.array(Id).default([]),
  /** The connection that ships from here, and the one that counts the stock. */
  fulfilment: Id,
  inventory: Id,
  /** Units of each SKU that are not sold from here, against what counts and shelves get wrong; a SKU may have its own figure. */
  safetyStock: z.number().int().min(0).default(0),
  /**
   * Whose figure counts where both differ. `system`: what its inventory system corrects is taken over. `crossdock`: the ledger
   * stands; goods that come and go are counted, corrections and counts of the system are not.
   */
  stockOwner: z.enum(['system', 'crossdock']).default('system'),
  /**
   * Who tells the ledger what came back here and in which state: the inventory system, by its movements, the channel, where its staff
   * inspect returns, or the fulfilment system, by its inspections of returns that were announced to it. What the others say is known,
   * and moves nothing, so that a unit is counted once.
   */
  returnsBy: z.enum(['inventory', 'channel', 'fulfilment']).default('inventory'),
  /** Returns are announced to its fulfilment system, which tells what has come of them. */
  announceReturns: z.boolean().default(false),
  /** The location to which goods that have left from here come back; null: to itself. */
  returnsTo: Id.nullable().default(null),
  /** What is sold while the inventory system is silent; null: as if it were not. */
  fallback: Fallback.nullable().default(null),
});
export type Location = z.infer<typeof Location>;

export const MappingKind = z.enum([
  'sku',
  'location',
  'tax-code',
  'gateway',
  /** A payment provider's type of movement that its connector does not know: what kind it is. */
  'settlement-type',
  /** A business entity of a store with several: which legal entity of ours it is. */
  'business-entity',
]);
export type MappingKind = z.infer<typeof MappingKind>;

/** Who takes the money of an order that was only authorised, and when. */
export const CapturePolicy = z.enum([
  /** The channel or its merchant. */
  'channel',
  /** The hub, when goods leave: their value, where the channel takes several captures of one authorisation; else all of it. */
  'onShipment',
  /** The hub, some hours before the authorisation lapses, of orders whose goods are reserved or have left. */
  'beforeExpiry',
]);
export type CapturePolicy = z.infer<typeof CapturePolicy>;

export const ConnectionConfig = z.strictObject({
  id: Id.regex(/^[a-z0-9][a-z0-9-]*$/, 'lower case letters, digits and dashes'),
  /** The connector's name: "shopify", "rest". */
  connector: z.string(),
  roles: z.array(z.enum(['channel', 'erp', 'finance', 'inventory', 'fulfilment', 'payments'])).min(1),
  /** For channels: whose orders these are. */
  brand: Id.nullable().default(null),
  entity: Id.nullable().default(null),
  /** Orders placed before are known but cause no command. Null: everything is live. */
  goLiveAt: z.iso.datetime().nullable().default(null),
  /** Kinds of codes that this connection shares with us, so that no mapping is needed. */
  sameCodes: z.array(MappingKind).default([]),
  /** For channels: take test orders as real ones, or know them and do nothing. */
  testOrders: z.enum(['process', 'ignore']).default('ignore'),
  /** Units that the channel shows as fulfilled and none of our locations has shipped: usual (a POS), or a case. */
  fulfilledElsewhere: z.enum(['accept', 'case']).default('case'),
  /**
   * True: an order is read before anything of it is promised, so that a hold on it (a risk review) is known although webhooks
   * do not carry holds; a read for each order. False: a hold is known from the next poll on, and what is asked is taken back.
   */
  readBeforeRelease: z.boolean().default(false),
  /**
   * Who says from where an order of this channel is sent. `ours`: the channel is told which of our locations sends what, so that
   * its staff elsewhere do not send it too. `channel`: it keeps its own plan, whatever we ship from where.
   */
  assignments: z.enum(['ours', 'channel']).default('channel'),
  /**
   * Who answers what the merchant asks of a fulfilment service. `ours`: requests to locations of ours are accepted when the goods
   * are promised and released there, rejected when they cannot be sent, and what is taken back is stopped. `channel`: nobody here.
   */
  fulfilmentRequests: z.enum(['ours', 'channel']).default('channel'),
  /** True: while an order may not leave by our rules, its channel is asked to keep it back too. */
  holdAtChannel: z.boolean().default(false),
  /** For channels: who captures what was authorised; left out: as the policies say. */
  capture: CapturePolicy.optional(),
  /** For channels: where the number of the ERP's sales order is written on the order. */
  references: z.enum(['none', 'metafields', 'tags', 'both']).default('none'),
  /** What stands before the number in a tag. */
  referenceTagPrefix: z.string().max(20).default('erp:'),
  /**
   * For channels that show stock: what can be sold from these locations of ours is written there; none named: from all that the
   * mappings give a location of the channel. Null: its figures are left alone.
   */
  publishStock: z
    .strictObject({ locations: z.array(Id).default([]) })
    .nullable()
    .default(null),
  /**
   * For channels whose stock is published: at this hour of every night, by the clock of its entity, all that it shows is compared
   * and healed; null: only when somebody asks for it.
   */
  reconcileAtHour: z.number().int().min(0).max(23).nullable().default(3),
  paused: z.boolean().default(false),
  /** Everything is decided and nothing is sent: of a channel, for its orders; of a system, to it. Reads go on. */
  shadow: z.boolean().optional(),
  settings: z.record(z.string(), z.unknown()),
});
export type ConnectionConfig = z.infer<typeof ConnectionConfig>;

export const Policies = z.strictObject({
  /** Largest residual (minor units) that goes to the rounding line of an order; above it is a case. */
  roundingLimitMinor: z.number().int().min(0).default(5),
  /** A payment that stays pending this long: the order is cancelled at its channel. */
  paymentPendingDays: z.number().positive().default(10),
  /** A payment that failed or expired and is not replaced in this time: the order is cancelled at its channel. */
  paymentGraceDays: z.number().positive().default(3),
  /** Authorisations lapse after this where the channel gives no date. */
  authorisationDays: z.number().positive().default(7),
  /** Who captures what was authorised, where a channel does not say otherwise. */
  capture: CapturePolicy.default('channel'),
  /** `beforeExpiry` captures so long before: there must be time to try again. */
  captureBeforeHours: z.number().positive().default(24),
  /** An order that is held this long, by whomever, is a case. */
  holdLimitDays: z.number().positive().default(7),
  /** A release that has neither shipped nor come back in this time is a case. */
  shipmentLimitDays: z.number().positive().default(14),
  /** A refund whose money is on its way this long is a case. */
  refundPendingDays: z.number().positive().default(14),
  /** A difference between a level and the ledger that still stands after so long is a case: messages may be on their way. */
  stockSettleMinutes: z.number().positive().default(30),
  /** A movement that is missing by the system's numbering is waited for so long, then a level is asked for. */
  stockGapMinutes: z.number().positive().default(10),
  /** Goods that are announced for a day may be so late: then it is a case, and orders that were promised them wait no longer. */
  receiptGraceDays: z.number().min(0).default(2),
  /** Raw messages are kept this long, in whole months: they hold persons. */
  rawMessageDays: z.number().positive().default(90),
  /** Settled commands are kept this long; the journal, which says what they did, for ever. */
  settledCommandDays: z.number().positive().default(400),
});
export type Policies = z.infer<typeof Policies>;

/** What happens when a case of these reasons opens, besides its row: a webhook is called or a mail is sent. */
export const CaseNotice = z.strictObject({
  /** Reasons, or ["*"]. */
  reasons: z
    .array(
      z.string().refine((reason) => reason === '*' || Object.hasOwn(CASE_REASONS, reason), {
        error: ({ input }) =>
          `there is no case reason "${input}": give "*" or a reason of docs/reference/order-lifecycle.md`,
      }),
    )
    .min(1),
  webhook: z.url().optional(),
  mailTo: z.email().optional(),
});
export type CaseNotice = z.infer<typeof CaseNotice>;

export const RetailerConfig = z.strictObject({
  name: z.string(),
  entities: z.array(Entity).min(1),
  brands: z.array(Brand).min(1),
  locations: z.array(Location),
  /** From where orders are sent. */
  sourcing: Sourcing.prefault({}),
  /** SKUs that are put together from others. */
  kits: z.array(Kit).default([]),
  /** SKUs that are sold before they are there. */
  preorders: z.array(Preorder).default([]),
  /** SKUs that may be sent in place of others. */
  substitutes: z.array(Substitute).default([]),
  connections: z.array(ConnectionConfig).min(1),
  /**
   * Where the webhook port is reached from outside, such as "https://hooks.example.com": connectors subscribe to the webhooks
   * of vendors with it (`WEBHOOKS_URL/webhooks/CONNECTION`). Left out: subscriptions are made by hand.
   */
  webhooksUrl: z.url({ protocol: /^https?$/ }).optional(),
  policies: Policies.prefault({}),
  /** Everything is decided and nothing is sent, by all connections. */
  shadow: z.boolean().default(false),
  caseNotices: z.array(CaseNotice).default([]),
  mail: z.strictObject({ smtpUrl: z.string(), from: z.string() }).optional(),
});
export type RetailerConfig = z.infer<typeof RetailerConfig>;
/** Whether a command of an order of this channel to this connection is decided and not sent. Reads always are. */
export function isShadowed(
  config: Pick<RetailerConfig, 'shadow' | 'connections'>,
  command: { kind: string; connection: string },
  channel: string,
): boolean {
  if (READ_COMMANDS.has(command.kind)) return false;
  return (
    config.shadow ||
    config.connections.some(({ id, shadow }) => shadow && (id === command.connection || id === channel))
  );
}

/** A location by our id. */
export function locationOf(config: Pick<RetailerConfig, 'locations'>, id: string): Location | undefined {
  return config.locations.find((location) => location.id === id);
}

/** What a configuration file may leave out is filled by `RetailerConfig.parse`. */
export type RetailerConfigInput = z.input<typeof RetailerConfig>;

/** A code at a connection and the code that Crossdock uses for the same thing. */
export const MappingRow = z.strictObject({
  kind: MappingKind,
  connection: z.string().min(1),
  external: z.string().min(1),
  internal: z.string().min(1),
});
export type MappingRow = z.infer<typeof MappingRow>;

const NOUNS: Readonly<Record<string, string>> = {
  entities: 'entity',
  brands: 'brand',
  locations: 'location',
  connections: 'connection',
};

/** Where a path of a configuration leads, in words: what has an id is named by it. */
export function placeOf(body: unknown, path: readonly PropertyKey[]): string {
  const [list, index, ...rest] = path;
  const noun = NOUNS[String(list)];
  const items = (body as Record<string, unknown> | null)?.[String(list)];
  const item: unknown = Array.isArray(items) && typeof index === 'number' ? items[index] : null;
  const id = (item as { id?: unknown } | null)?.id;
  if (noun === undefined || typeof id !== 'string') return path.map(String).join('.');
  return [`${noun} "${id}"`, rest.map(String).join('.')].filter(Boolean).join(': ');
}

/** What a schema refuses at a place, as a sentence. */
export function refusalOf(place: string, issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)) {
    const known = issue.options.map((option) => `"${String(option)}"`).join(', ');
    return `${place}: there is none of that name: one of ${known} is meant`;
  }
  if (issue.code !== 'unrecognized_keys') return place === '' ? issue.message : `${place}: ${issue.message}`;
  const keys = issue.keys.map((key) => `"${key}"`).join(', ');
  return `${place || 'the configuration'}: there is no setting ${keys}: correct its name, or take it out`;
}

/** Names what in a configuration does not fit together, one sentence each; empty: all fits. */
export function configurationProblems(
  config: RetailerConfig,
  mappings: readonly MappingRow[] = [],
): string[] {
  const problems: string[] = [];
  const connections = new Map(config.connections.map((connection) => [connection.id, connection]));
  const needRole = (id: string, role: ConnectionConfig['roles'][number], user: string) => {
    const connection = connections.get(id);
    if (!connection) problems.push(`${user} names the connection "${id}", which does not exist`);
    else if (!connection.roles.includes(role))
      problems.push(`${user} needs "${id}" to have the role ${role}`);
  };
  for (const entity of config.entities) {
    needRole(entity.erp, 'erp', `entity "${entity.id}"`);
    if (entity.finance) needRole(entity.finance.connection, 'finance', `entity "${entity.id}"`);
  }
  for (const { id, books } of config.entities) if (books) problems.push(...booksProblems(id, books));
  for (const location of config.locations) {
    needRole(location.fulfilment, 'fulfilment', `location "${location.id}"`);
    needRole(location.inventory, 'inventory', `location "${location.id}"`);
    if (location.returnsTo !== null && !locationOf(config, location.returnsTo))
      problems.push(
        `location "${location.id}" has its returns come to "${location.returnsTo}", which does not exist`,
      );
  }
  problems.push(...sourcingProblems(config), ...oversoldProblems(config), ...kitProblems(config.kits));
  for (const connection of config.connections) {
    if (!connection.roles.includes('channel')) continue;
    if (!config.brands.some((brand) => brand.id === connection.brand)) {
      problems.push(`channel "${connection.id}" needs a brand that exists, not "${connection.brand}"`);
    }
    if (!config.entities.some((entity) => entity.id === connection.entity)) {
      problems.push(`channel "${connection.id}" needs an entity that exists, not "${connection.entity}"`);
    }
    for (const id of connection.publishStock?.locations ?? [])
      if (!locationOf(config, id))
        problems.push(
          `channel "${connection.id}" publishes stock of the location "${id}", which does not exist`,
        );
  }
  config.caseNotices.forEach(({ mailTo }, index) => {
    if (mailTo !== undefined && config.mail === undefined)
      problems.push(
        `caseNotices.${index} mails to ${mailTo}, and no mail server is configured: add "mail" with smtpUrl and from`,
      );
  });
  const strangers = new Map<string, number>();
  for (const { connection } of mappings)
    if (!connections.has(connection)) strangers.set(connection, (strangers.get(connection) ?? 0) + 1);
  for (const [id, rows] of strangers)
    problems.push(
      `mappings: the connection "${id}" of ${rows === 1 ? 'a row' : `${rows} rows`} does not exist: correct its name (there are: ${[...connections.keys()].join(', ')}), or take the rows out`,
    );
  if (connections.size !== config.connections.length) problems.push('two connections have the same id');
  return problems;
}
