/** The hub itself: overview, connections, mappings, deliveries, audit, and the live channel. */
import { z } from 'zod';
import { MappingKind } from '../../domain/config.ts';
import { At, orNull } from './common.ts';
import { OversellCounts } from './oversell.ts';

export const ConnectionItem = z
  .object({
    id: z.string(),
    connector: z.string(),
    roles: z.array(z.string()),
    brand: z.string().nullable(),
    entity: z.string().nullable(),
    goLiveAt: orNull(At),
    publishesStock: z.boolean().meta({ description: 'What can be sold is written there' }),
    paused: z.boolean().meta({ description: 'By a person: nothing new is sent' }),
    redactedAt: orNull(At).meta({
      description:
        'When its store, which has left, asked to erase what is held of it: the connection stopped, its credentials and the persons of its orders were forgotten. Null: it has not, or the connection was resumed',
    }),
    shadow: z.boolean().meta({ description: 'Everything is decided and nothing is sent' }),
    problem: z.string().nullable().meta({
      description:
        'What is wrong: its credentials are refused, or its system cannot be reached or answers with errors; null: nothing, or nobody calls it because it is paused',
    }),
    backlog: z.number().int().meta({ description: 'Commands that are not settled yet' }),
    oldestSince: orNull(At).meta({ description: 'When the oldest of them was written' }),
    lane: orNull(
      z.object({
        queued: z.number().int().meta({ description: 'Commands in memory' }),
        inFlight: z.number().int().meta({ description: 'Calls under way' }),
        leased: z.boolean().meta({ description: 'False: another process works this lane' }),
        waitsUntil: orNull(At).meta({ description: 'The vendor told us to wait, or the breaker is open' }),
        nextDueAt: orNull(At),
      }),
    ).meta({ description: 'Null when this process works no lanes' }),
    feeds: z.array(
      z.object({
        feed: z.string(),
        polledAt: orNull(At).meta({ description: 'When it was read last, whether it had news or not' }),
      }),
    ),
    webhookPath: z.string().meta({ description: 'Path on the webhook port' }),
    care: orNull(
      z.object({
        at: At.meta({ description: 'When it was looked after last' }),
        warnings: z.array(z.string()).meta({ description: 'What is wrong still, and what to do about it' }),
        mended: z.array(z.string()).meta({ description: 'What was put right last' }),
        mendedAt: orNull(At),
      }),
    ).meta({
      description:
        'What stands at the vendor for this connection, such as webhook subscriptions; null: nothing is looked after',
    }),
  })
  .meta({ id: 'ConnectionItem' });
export type ConnectionItem = z.infer<typeof ConnectionItem>;

export const ConnectionList = z
  .object({ connections: z.array(ConnectionItem) })
  .meta({ id: 'ConnectionList' });
export type ConnectionList = z.infer<typeof ConnectionList>;

export const ConnectionCheck = z
  .object({ ok: z.boolean(), message: z.string() })
  .meta({ id: 'ConnectionCheck' });
export type ConnectionCheck = z.infer<typeof ConnectionCheck>;

export const CredentialInput = z
  .object({ credential: z.string().min(1).max(20_000) })
  .meta({ id: 'CredentialInput' });
export const CredentialKept = z.object({ kept: z.boolean() }).meta({ id: 'CredentialKept' });
export const Dismantled = z
  .object({
    removed: z.array(z.string()),
    problems: z.array(z.string()).meta({ description: 'What stays at the vendor, and why' }),
    backlog: z.number().int().meta({ description: 'Commands that still wait for it' }),
  })
  .meta({ id: 'Dismantled' });
export type Dismantled = z.infer<typeof Dismantled>;

/** A text without line breaks, such as an id or an address. */
const Word = z.string().trim().min(1).max(500);

export const ConnectInput = z
  .strictObject({
    connector: Word.meta({ example: 'shopify' }),
    id: Word.optional().meta({
      description:
        'Name of the connection; left out: the connector suggests one. A known one is connected again',
    }),
    account: Word.optional().meta({ description: 'The store', example: 'example.myshopify.com' }),
    clientId: Word.optional(),
    clientSecret: Word.optional().meta({
      description: 'It is kept in a file for its owner only, and never given out again',
    }),
    secretReference: Word.regex(/^(env|file):./)
      .optional()
      .meta({
        description:
          'Where the hub finds this secret itself ("env:NAME", "file:PATH"): it is kept nowhere else then',
      }),
    access: Word.optional().meta({ description: 'A kind of access that the connector names' }),
    apiVersion: Word.optional(),
    baseUrl: z.url({ protocol: /^https?$/ }).optional(),
    brand: Word.optional(),
    entity: Word.optional(),
    goLiveAt: z.iso.datetime().nullable().optional().meta({
      description:
        'Orders placed before are known and cause no command; null: everything is live; left out: as it is',
    }),
    shadow: z.boolean().optional(),
    webhooksUrl: z.url({ protocol: /^https?$/ }).optional(),
    redirectUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .meta({
        description: 'Where a person is sent back to who has to agree at the vendor',
      }),
  })
  .meta({ id: 'ConnectInput' });

export const ConnectSystemInput = z
  .strictObject({
    connector: Word.meta({ example: 'files' }),
    id: Word.optional(),
    words: z.record(z.string(), z.unknown()).meta({
      description: 'What the connector asks for, such as folder, sftp, hostKeys and locations of files',
    }),
    secret: z.string().min(1).max(20_000).optional().meta({
      description: 'It is kept in a file for its owner only, and never given out again',
    }),
    secretReference: Word.regex(/^(env|file):./)
      .optional()
      .meta({ description: 'Where the hub finds this secret itself: it is kept nowhere else then' }),
  })
  .meta({ id: 'ConnectSystemInput' });

export const ConsentAnswer = z
  .strictObject({
    back: z
      .string()
      .min(1)
      .max(4_000)
      .meta({ description: 'The address they were sent back to, or the code in it' }),
    state: Word.optional(),
  })
  .meta({ id: 'ConsentAnswer' });

const Restart = orNull(z.string()).meta({
  description: 'Why this hub does not work by the changed configuration yet; null: it does',
});

export const Connected = z
  .object({
    status: z.enum(['connected', 'consent']),
    url: orNull(z.string()).meta({ description: 'Where a person has to agree first' }),
    state: orNull(z.string()),
    report: orNull(
      z.object({
        id: z.string(),
        message: z.string(),
        mended: z.array(z.string()).meta({ description: 'What was made at the vendor' }),
        warnings: z.array(z.string()),
        goLiveAt: orNull(At),
        restart: Restart,
      }),
    ),
  })
  .meta({ id: 'Connected' });
export type Connected = z.infer<typeof Connected>;

export const Connectable = z
  .object({
    obstacle: orNull(z.string()).meta({ description: 'Why nothing can be connected here' }),
    webhooksUrl: orNull(z.string()),
    brands: z.array(z.object({ id: z.string(), name: z.string() })),
    entities: z.array(z.object({ id: z.string(), name: z.string() })),
    connectors: z.array(
      z.object({
        connector: z.string(),
        title: z.string(),
        scopes: z.array(z.object({ scope: z.string(), for: z.string(), optional: z.boolean() })),
        access: z.array(z.object({ kind: z.string(), label: z.string() })),
        apiVersions: z.array(z.string()).meta({ description: 'Newest first' }),
      }),
    ),
  })
  .meta({ id: 'Connectable' });
export type Connectable = z.infer<typeof Connectable>;

export const Removed = z
  .object({
    id: z.string(),
    removed: z.array(z.string()).meta({ description: 'What was taken away at the vendor' }),
    problems: z.array(z.string()).meta({ description: 'What stays there, and what a person does about it' }),
    openOrders: z.number().int(),
    waitingCommands: z.number().int(),
    restart: Restart,
  })
  .meta({ id: 'Removed' });
export type Removed = z.infer<typeof Removed>;

export const Reloaded = z
  .object({ opened: z.array(z.string()), closed: z.array(z.string()) })
  .meta({ id: 'Reloaded' });
export type Reloaded = z.infer<typeof Reloaded>;

export const WebhookCounts = z
  .object({
    stored: z.number().int(),
    duplicate: z.number().int(),
    ignored: z.number().int(),
    case: z.number().int(),
    unsigned: z.number().int(),
    tooLarge: z.number().int(),
    unknownConnection: z.number().int(),
    failed: z.number().int(),
  })
  .meta({
    id: 'WebhookCounts',
    description: 'Deliveries since the process started, by how they were answered',
  });
export type WebhookCounts = z.infer<typeof WebhookCounts>;

export const Overview = z
  .object({
    retailer: z.string(),
    now: At.meta({ description: 'The clock of the business' }),
    database: z.enum(['pglite', 'postgres']),
    orders: z.object({
      all: z.number().int(),
      open: z.number().int(),
      closed: z.number().int(),
      byStatus: z
        .array(
          z.object({ status: z.string(), label: z.string(), held: z.boolean(), count: z.number().int() }),
        )
        .meta({ description: 'In the order of an order’s life' }),
      oversold: OversellCounts.extend({ days: z.number().int() }).meta({
        description: 'Placed for stock that was not there, in the last days: GET /v1/oversell',
      }),
    }),
    cases: z.object({
      open: z.number().int(),
      overdue: z.number().int(),
      byReason: z.array(z.object({ reason: z.string(), count: z.number().int() })),
    }),
    connections: z.array(ConnectionItem),
    inbox: z.number().int().meta({ description: 'Messages that wait for a turn (counted up to 10,000)' }),
    nextTimerAt: orNull(At),
    engine: z.object({
      idle: z.boolean(),
      turns: z.number().int(),
      commits: z.number().int(),
      inFlight: z.number().int(),
    }),
    webhooks: orNull(WebhookCounts),
  })
  .meta({ id: 'Overview' });
export type Overview = z.infer<typeof Overview>;

export const MappingItem = z
  .object({
    kind: MappingKind,
    connection: z.string(),
    external: z.string().meta({ description: 'The code at the connection' }),
    internal: z.string().nullable().meta({ description: 'Our code; null takes the row out' }),
  })
  .meta({ id: 'MappingItem' });
export type MappingItem = z.infer<typeof MappingItem>;

export const MappingList = z
  .object({ version: z.number().int(), mappings: z.array(MappingItem) })
  .meta({ id: 'MappingList' });
export type MappingList = z.infer<typeof MappingList>;

export const MappingsSaved = z
  .object({
    version: z.number().int(),
    changed: z.number().int().meta({ description: 'Rows that were not so already' }),
    retried: z
      .number()
      .int()
      .meta({ description: 'Orders and items with an open case that the change may unblock' }),
    warnings: z
      .array(z.string())
      .meta({ description: 'What was taken and looks like a slip: codes of ours that nothing else knows' }),
  })
  .meta({ id: 'MappingsSaved' });
export type MappingsSaved = z.infer<typeof MappingsSaved>;

export const DeliveryReceipt = z
  .object({
    observationId: z.string(),
    end: z.enum(['stored', 'duplicate', 'ignored', 'case']),
    caseId: z.string().nullable().meta({ description: 'The case that it has become at once, where it has' }),
  })
  .meta({ id: 'DeliveryReceipt' });
export type DeliveryReceipt = z.infer<typeof DeliveryReceipt>;

const Named = z.object({ stream: z.string(), reason: z.string() });

export const AuditAnswer = z
  .object({
    ok: z.boolean(),
    orders: z.number().int(),
    closed: z.number().int(),
    openCases: z.array(Named),
    plannedCases: z.number().int(),
    unexpectedCases: z.array(Named.extend({ message: z.string() })),
    missingCases: z
      .array(z.unknown())
      .meta({ description: 'Cases that a sandbox planted and that are not open' }),
    lost: z.number().int(),
    doubled: z.number().int(),
    oversold: z.number().int(),
    residuals: z.array(
      z.object({ kind: z.string(), key: z.string(), currency: z.string(), amountMinor: z.number().int() }),
    ),
    hotSku: orNull(
      z.object({
        sku: z.string(),
        there: z.number().int(),
        wanted: z.number().int(),
        sold: z.number().int(),
        cancelled: z.number().int(),
        left: z.number().int(),
      }),
    ).meta({ description: 'Of a sandbox’s SKU that more is ordered of than there is; null: there is none' }),
    invariants: z
      .record(z.string(), z.boolean())
      .meta({ description: 'Whether each holds, of those that could be looked at' }),
    notCompared: z
      .array(z.string())
      .meta({ description: 'Invariants that only the books of the outside can tell, where none were given' }),
    findings: z.array(
      z.object({
        invariant: z.string(),
        key: z.string().meta({ description: 'The order, item, position or delivery that it is about' }),
        message: z.string(),
        suggestedFix: z.string(),
      }),
    ),
  })
  .meta({ id: 'AuditAnswer' });
export type AuditAnswer = z.infer<typeof AuditAnswer>;

export const Health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

/** The live channel: data of the server-sent events of /v1/events, by the name of the event. */
export interface LiveEvents {
  /** Once, at the beginning. Read anew what you show: there is no resuming. */
  hello: { now: string };
  /** Orders that have changed; several changes close together are one event. `more`: too many to name, read all anew. */
  orders: { keys: string[]; more: boolean; now: string };
  /** Every 15 seconds, so that a silent connection can be told from a broken one. */
  heartbeat: { now: string };
}
