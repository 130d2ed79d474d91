/** What lanes write to the database, and what they learn of it. */
import type { Delivery } from '../connectors/contract.ts';
import type { CommandResultMessage } from '../domain/messages.ts';
import type { CommandEnd } from '../store/outbox.ts';

/** What a lane writes in one go: attempts that begin, and ends with what follows from them. */
export interface LaneWrites {
  connection: string;
  attempts: { bucket: number; id: string; attempts: number }[];
  /** Persons that the calls of these attempts need. */
  persons: string[];
  ends: CommandEnd[];
  results: { commandId: string; streamKind: string; streamKey: string; message: CommandResultMessage }[];
  observations: { commandId: string; delivery: Delivery }[];
}

/** What became of a lane's writes. */
export type LaneCommit =
  | { kept: true; attempts: ReadonlySet<string>; ends: ReadonlySet<string>; persons: Map<string, unknown> }
  /** Another node works this connection now: nothing was written. */
  | { kept: false };
