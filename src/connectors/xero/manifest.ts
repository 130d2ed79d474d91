/** What the connector `xero` can do, and the settings of one connection (one organisation). */
import { z } from 'zod';
import type { Command, CommandOf, CommandPromise, ConnectorManifest } from '../contract.ts';

const MINUTE_MS = 60_000;

/**
 * Xero names no longest operation; a call is answered or given up within some minutes. Twice of what was seen, and longer than it
 * keeps an idempotency key (six minutes): what is not visible by then is believed not to be there.
 */
const LONGEST_OPERATION_MS = 10 * MINUTE_MS;

/** Numbers of sales invoices are unique at Xero; nothing else is, but our number stands in each as its reference. */
const UNIQUE: CommandPromise = { idempotency: 'enforcedKey', longestOperationMs: LONGEST_OPERATION_MS };
const SEARCHABLE: CommandPromise = {
  idempotency: 'searchableReference',
  longestOperationMs: LONGEST_OPERATION_MS,
};

const COMMANDS = {
  'finance.createInvoice': UNIQUE,
  'finance.createCreditNote': SEARCHABLE,
  'finance.recordPayment': SEARCHABLE,
  'finance.postJournal': SEARCHABLE,
  'finance.recordBankTransaction': SEARCHABLE,
  'finance.readBalances': { idempotency: 'enforcedKey', longestOperationMs: 0 },
} as const satisfies ConnectorManifest['commands'];
export type OfferedKind = keyof typeof COMMANDS;

export function isOffered(command: Command): command is CommandOf<OfferedKind> {
  return Object.hasOwn(COMMANDS, command.kind);
}

export const manifest: ConnectorManifest = {
  name: 'xero',
  title: 'Xero (Accounting API)',
  version: '1.0.0',
  roles: ['finance'],
  commands: COMMANDS,
  feeds: [],
};

/** What the app must be allowed to do; `offline_access` only where a person lets it in. */
export const SCOPES = [
  'accounting.invoices',
  'accounting.payments',
  'accounting.banktransactions',
  'accounting.manualjournals',
  'accounting.contacts',
  'accounting.settings',
  'accounting.reports.trialbalance.read',
] as const;

/** Xero lets an organisation have so many active tracking categories, and a line name so many. */
const MAX_CATEGORIES = 2;

export const Settings = z.strictObject({
  /** The organisation: "tenantId" in the list of the app's connections. */
  tenantId: z.uuid(),
  /** Of the app in Xero's developer portal. */
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  /**
   * How access tokens are had: `clientCredentials`, for a custom connection (one organisation of one's own); `refreshToken`, for an
   * app that a person of the organisation has let in: what it may do is renewed for ever, and kept sealed.
   */
  access: z.enum(['clientCredentials', 'refreshToken']).default('clientCredentials'),
  scopes: z
    .array(z.string().min(1))
    .min(1)
    .default([...SCOPES]),
  /** Where Xero is, identity server and API at one address, when not at Xero's own (a sandbox). */
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** The contact of all documents of customers who have none of their own. */
  collectiveContact: z.string().min(1).max(255).default('Online customers'),
  /** `perCustomer`: each customer is a contact; Xero slows down above some ten thousand of them. */
  contacts: z.enum(['collective', 'perCustomer']).default('collective'),
  /** Dimensions that become tracking: the dimension, and the name of its tracking category. Others are left out. */
  tracking: z
    .record(z.string(), z.string().min(1).max(100))
    .refine((all) => Object.keys(all).length <= MAX_CATEGORIES, 'Xero has at most two tracking categories')
    .default({}),
  /** Calls at once; Xero allows five. */
  concurrency: z.number().int().min(1).max(5).default(5),
  callsPerMinute: z.number().int().min(6).max(60).default(60),
  callTimeoutMs: z.number().int().min(100).default(30_000),
});
export type Settings = z.infer<typeof Settings>;

/** Where the connection's requests go, without a slash at their end. */
export function addressesOf({ baseUrl }: Settings): {
  identity: string;
  login: string;
  api: string;
  connections: string;
} {
  const own = baseUrl?.replace(/\/+$/, '');
  const api = own ?? 'https://api.xero.com';
  return {
    identity: own ?? 'https://identity.xero.com',
    login: own ?? 'https://login.xero.com',
    api: `${api}/api.xro/2.0`,
    connections: `${api}/connections`,
  };
}
