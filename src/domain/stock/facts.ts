/** What can have happened to the stock of one item at one inventory system. */
import type { Disposition, MovementKind } from '../canonical/index.ts';
import type { CommandRequest } from '../commands.ts';
import type { StockObservation } from '../messages.ts';
import type { BaseFact, CaseOpening } from '../process.ts';
import type { CountedFigures } from './figures.ts';
import type { Expected } from './receipts.ts';

/** A fact about one movement. `parked`: it had waited for a mapping. */
interface Counted {
  location: string;
  at: string;
  key: string;
  parked?: true;
  /** The system's count of its movements here. */
  sequence?: number;
}

/** Changes of states besides on hand, which is `delta`; left out: none. */
export type Others = Partial<Omit<CountedFigures, 'onHand'>>;

export type StockFact = BaseFact &
  (
    | ({ type: 'StockOpened'; sku: string; delta: number; shipped?: number } & Counted & Others)
    | ({
        type: 'StockMoved';
        sku: string;
        delta: number;
        kind: MovementKind;
        disposition?: Disposition;
        document?: string;
        expectedAt?: string;
      } & Counted &
        Others)
    /** A movement that the opening level already contains. */
    | ({ type: 'MovementAlreadyCounted' } & Counted)
    /** The system has corrected its figure at a location whose stock is ours to count. */
    | ({ type: 'CorrectionNotTaken'; kind: MovementKind; delta: number } & Counted & Others)
    /** A level was compared with the ledger. `differs`: theirs − ours, of the states that differ; null: they agree. */
    | ({
        type: 'StockCompared';
        theirs: Partial<CountedFigures>;
        ours: Partial<CountedFigures>;
        differs: Partial<CountedFigures> | null;
        /** What explains a part of the difference, in words. */
        explained: string[];
        /** What told of changes before the level and did not come, in words. */
        lost?: string;
      } & Counted)
    /** The system is asked how much is there. */
    | { type: 'LevelRequested'; location: string; because: string; command: CommandRequest }
    /** The unexplained difference is taken over: the system is right. A `healed` one came of lost messages. */
    | ({
        type: 'DifferenceTaken';
        sku: string;
        delta: number;
        location: string;
        because: string;
        healed: boolean;
        /** The level makes good whatever was told before it. */
        lost?: true;
      } & Others)
    /** The unexplained difference is known and stays: the ledger is right. */
    | { type: 'DifferenceAccepted'; location: string; by: string }
    /** An item or a location of it is not mapped: it is counted when that is mended. */
    | { type: 'MovementParked'; observation: StockObservation; key: string; opens?: CaseOpening }
    /** A person has said that this code of the system is none of ours. */
    | { type: 'CodeIgnored'; kind: 'sku' | 'location'; code: string; by: string }
    /** Left out by older facts: for how many units, and since when its customer waits. */
    | { type: 'OrderWaits'; order: string; units?: number; placedAt?: string }
    /** What orders may expect of receipts; none: nothing any more. */
    | { type: 'PromisesChanged'; promises: { order: string; parts: Expected[] }[] }
    /** A person has corrected what is there, where the stock is ours. */
    | {
        type: 'AdjustedByPerson';
        sku: string;
        location: string;
        delta: number;
        reason: string;
        by: string;
        key: string;
      }
    /** A person has said that these goods will not come. */
    | { type: 'ReceiptsGivenUp'; location: string; documents: string[]; by: string }
    | { type: 'OrderWaitsNoMore'; order: string }
    | { type: 'CaseOpened'; opens: CaseOpening }
    | { type: 'CaseClosed'; closes: string; by: string }
  );

const TYPES: Readonly<Record<StockFact['type'], true>> = {
  StockOpened: true,
  StockMoved: true,
  MovementAlreadyCounted: true,
  CorrectionNotTaken: true,
  StockCompared: true,
  LevelRequested: true,
  DifferenceTaken: true,
  DifferenceAccepted: true,
  MovementParked: true,
  CodeIgnored: true,
  OrderWaits: true,
  PromisesChanged: true,
  ReceiptsGivenUp: true,
  AdjustedByPerson: true,
  OrderWaitsNoMore: true,
  CaseOpened: true,
  CaseClosed: true,
};
export const STOCK_FACT_TYPES: ReadonlySet<string> = new Set(Object.keys(TYPES));
