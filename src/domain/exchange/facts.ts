/** What has come of the numbered files of one sender and location, which an inventory system exchanges. */
import type { CommandRequest } from '../commands.ts';
import type { BaseFact, CaseOpening } from '../process.ts';

/** A file, by its name and number; null: its header could not be read. */
interface Named {
  name: string;
  sequence: number | null;
}

export type ExchangeFact = BaseFact &
  (
    | ({
        type: 'FileTaken';
        contract: string;
        createdAt: string;
        rows: number;
        rejected: number;
        /** Numbers that it leaves out, and those that it makes good. */
        missing: number[];
        healed: number[];
        opens?: CaseOpening;
      } & Named)
    | ({ type: 'FileRejected'; hash: string; putAt: string; code: string; opens?: CaseOpening } & Named)
    /** A snapshot is asked for, since files have not come. */
    | { type: 'SnapshotRequested'; command: CommandRequest; opens?: CaseOpening }
    /** A person has said that the numbers that are missing will not come. */
    | { type: 'GapAccepted'; closes: string; by: string }
    | { type: 'CaseClosed'; closes: string; by: string }
  );

const TYPES: Readonly<Record<ExchangeFact['type'], true>> = {
  FileTaken: true,
  FileRejected: true,
  SnapshotRequested: true,
  GapAccepted: true,
  CaseClosed: true,
};
export const EXCHANGE_FACT_TYPES: ReadonlySet<string> = new Set(Object.keys(TYPES));
