/** What the connector `rest` can do, and the settings of one connection. */
import { z } from 'zod';
import type { Command, CommandOf, CommandPromise, ConnectorManifest } from '../contract.ts';
import { FEEDS } from './api.ts';

const MINUTE_MS = 60_000;

/** The API demands of systems that what is not visible by then never appears (see the published document). */
const LONGEST_OPERATION_MS = 10 * MINUTE_MS;

/** Every natural key is unique at the system, so each command is enforced by its key. */
const ENFORCED: CommandPromise = { idempotency: 'enforcedKey', longestOperationMs: LONGEST_OPERATION_MS };

/** What these systems can be asked for. */
const COMMANDS = {
  'channel.readOrder': { idempotency: 'enforcedKey', longestOperationMs: 0 },
  'inventory.readLevel': { idempotency: 'enforcedKey', longestOperationMs: 0 },
  'channel.createFulfilment': ENFORCED,
  'channel.cancelOrder': ENFORCED,
  'erp.createSalesOrder': ENFORCED,
  'erp.amendSalesOrder': ENFORCED,
  'erp.cancelSalesOrder': ENFORCED,
  'erp.recordShipment': ENFORCED,
  'erp.recordRefund': ENFORCED,
  'finance.createInvoice': ENFORCED,
  'finance.createCreditNote': ENFORCED,
  'finance.recordPayment': ENFORCED,
  'finance.postJournal': ENFORCED,
  'finance.recordBankTransaction': ENFORCED,
  'finance.readBalances': { idempotency: 'enforcedKey', longestOperationMs: 0 },
  'finance.readDocuments': { idempotency: 'enforcedKey', longestOperationMs: 0 },
  'erp.readDocuments': { idempotency: 'enforcedKey', longestOperationMs: 0 },
  'fulfilment.release': ENFORCED,
  'fulfilment.cancelRelease': ENFORCED,
  'fulfilment.announceReturn': ENFORCED,
} as const satisfies ConnectorManifest['commands'];
export type OfferedKind = keyof typeof COMMANDS;

/** Whether these systems know of such a thing; a policy that would ask for another is refused with the configuration. */
export function isOffered(command: Command): command is CommandOf<OfferedKind> {
  return Object.hasOwn(COMMANDS, command.kind);
}

export const manifest: ConnectorManifest = {
  name: 'rest',
  title: 'In-house system (Crossdock system API)',
  version: '1.0.0',
  roles: ['channel', 'erp', 'finance', 'inventory', 'fulfilment'],
  commands: COMMANDS,
  feeds: Object.values(FEEDS),
};

export const Settings = z.strictObject({
  /** Where the system's API is, without "/v1". */
  baseUrl: z.url({ protocol: /^https?$/ }),
  /** Bearer token. */
  token: z.string().min(1),
  /** Secrets of the webhooks, `whsec_…` or plain; several while one rotates. None: every webhook is refused. */
  webhookSecrets: z.array(z.string().min(1)).default([]),
  /** How far a webhook's time may be from ours. */
  webhookToleranceMs: z
    .number()
    .int()
    .positive()
    .default(5 * MINUTE_MS),
  /** What this system is to us: only these feeds are read and only these events taken. */
  roles: z.array(z.enum(['channel', 'erp', 'finance', 'inventory', 'fulfilment'])).min(1),
  /** Calls at once. */
  concurrency: z.number().int().min(1).max(256).default(8),
  /** The system's budget. */
  ratePerSecond: z.number().positive().max(10_000).default(50),
  callTimeoutMs: z.number().int().min(100).default(10_000),
  pollEveryMs: z
    .number()
    .int()
    .min(1_000)
    .default(5 * MINUTE_MS),
  /** Of an inventory system: so often all its levels are read anew; left out: on demand alone. */
  levelsEveryMs: z.number().int().min(MINUTE_MS).optional(),
});
export type Settings = z.infer<typeof Settings>;
