/** What a running sandbox retailer offers to those who started it. */
import type { Books, HotSku, PlannedCase } from '../kit/types.ts';
import type { BankFile } from './bank.ts';
import type { MappingRow } from './config.ts';
import type { PlayStats } from './play.ts';

export interface RetailerStatus {
  /** Requests, deliveries and acts under way. */
  busy: number;
  /** Requests deliberately left without an answer, whose client still waits. */
  hung: number;
  /** When the next planned act is due; null: nothing is planned. */
  nextDueAt: number | null;
  /** Grows with every change, act and delivery. */
  activity: number;
  lastChangeAt: number;
  now: number;
  /** Bugs of the sandbox itself: with any of them the run proves nothing. */
  failures: readonly string[];
}

export interface RetailerStats {
  play: PlayStats;
  outages: readonly { system: string; fromMs: number; toMs: number }[];
}

export interface Retailer {
  /** Of the control server. */
  url: string;
  /** The hub's configuration, secrets included. */
  config(): Record<string, unknown>;
  mappings: readonly MappingRow[];
  /** The cases that must be open at the end: complete when all orders have been placed. */
  plan(): PlannedCase[];
  books(): Promise<Books[]>;
  /** Statements of its bank accounts up to now, as the bank sends them. */
  bank(): Promise<BankFile[]>;
  status(): RetailerStatus;
  stats(): RetailerStats;
  /** What more is ordered of than there is; null: nothing in this run. */
  hot(): HotSku | null;
  /** The key of the first story's order, once it is placed. */
  story(): string | undefined;
  /** Moves business time forward; what is due runs. */
  advanceTo(ms: number): void;
  /** Where the hub takes webhooks now; undefined: nowhere, deliveries wait. `pid`: of its process, where it says it. */
  setHubUrl(url: string | undefined, pid?: number): void;
  hubPid(): number | undefined;
  close(): Promise<void>;
}
