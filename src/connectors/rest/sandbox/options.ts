/** What a sandbox system is told about itself. */
export type SandboxRole = 'channel' | 'erp' | 'finance' | 'inventory' | 'fulfilment';
/** The books of an entity in a finance system. */
export interface LedgerOptions {
  entity: string;
  currency: string;
  /** Account that invoices are owed on. */
  receivables: string;
  /** Account of each tax code; "*": of all others. */
  taxAccounts: Readonly<Record<string, string>>;
}

export type LocationKind = 'warehouse' | 'store' | '3pl';
/** Least and most; a draw lies between, both included. */
export type Range = readonly [leastMs: number, mostMs: number];

export interface Behaviour {
  /** From a release to its acceptance. */
  acceptAfterMs: Range;
  /** From a release to its first parcel, by kind of location. */
  shipAfterMs: Readonly<Record<LocationKind, Range>>;
  /** Chance that a release leaves in two parcels. */
  splitChance: number;
  /** Chance that a unit of a release is not where it should be. */
  shortPickChance: number;
  /** Chance that the ERP holds a new sales order for credit, and for how long. */
  creditHoldChance: number;
  holdForMs: Range;
}

export interface RestSandboxOptions {
  connection: string;
  roles: readonly SandboxRole[];
  token: string;
  webhookSecret: string;
  /** The hub's base URL for webhooks; undefined while there is none. */
  webhookTarget: () => string | undefined;
  /** Default: `/webhooks/CONNECTION`. */
  webhookPath?: string;
  /** 0 or none: a free one. */
  port?: number;
  /** Places of a warehouse or store system, by its own codes. None: every code is known, as a warehouse. */
  locations?: readonly { code: string; kind: LocationKind }[];
  /** What lies where at the start. */
  stock?: readonly { item: string; location: string; onHand: number }[];
  /** Item codes that the system knows besides those in stock. Neither: it knows every code. */
  products?: readonly string[];
  /** Items of which none is ever missing when it is picked. */
  counted?: readonly string[];
  /** What a finance system keeps books of. */
  ledgers?: readonly LedgerOptions[];
  /** Items that the ERP refuses to sell. */
  blockedItems?: readonly string[];
  /** Told once of each return that is announced, by its announcement: whoever lets it come. */
  announced?: (announcementId: string) => void;
  behaviour?: Partial<Behaviour>;
  /** Calls per second that the system answers, by business time. */
  ratePerSecond?: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const DEFAULT_BEHAVIOUR: Behaviour = {
  acceptAfterMs: [MINUTE_MS, 15 * MINUTE_MS],
  shipAfterMs: {
    warehouse: [3 * HOUR_MS, 30 * HOUR_MS],
    store: [2 * HOUR_MS, 48 * HOUR_MS],
    '3pl': [8 * HOUR_MS, 72 * HOUR_MS],
  },
  splitChance: 0.1,
  shortPickChance: 0.01,
  creditHoldChance: 0.02,
  holdForMs: [HOUR_MS, 8 * HOUR_MS],
};

/** Far above what a well-behaved client asks. */
export const DEFAULT_RATE_PER_SECOND = 1_000;
