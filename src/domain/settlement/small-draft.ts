/** A decision in the making of a small process: facts are folded at once, so that each rule sees what the one before has decided. */
import { CASE_REASONS, type CaseReasonName } from '../case-reasons.ts';
import type { BaseFact, Decision, Ending, Outgoing, TimerChange } from '../process.ts';

/** What a small process keeps of its cases. */
export interface WithCases {
  key: string;
  /** What each open one is about, by its key. */
  cases: Record<string, string>;
  /** By the key of a case: what it was about when a person closed it as it is. */
  accepted: Record<string, string>;
}

/** Facts that every small process has. */
export type CaseFact = BaseFact &
  (
    | { type: 'CaseOpened'; about: string }
    /** `accepted` is set where a person has closed it as it is: what it was about. */
    | { type: 'CaseClosed'; closes: string; by: string; accepted?: string }
  );

export interface Words {
  key: string;
  reason: CaseReasonName;
  message: string;
  suggestedFix: string;
  /** Where the case itself says until when; left out: as its reason says. */
  dueInHours?: number;
}

/** The state's part that `CaseFact`s change. */
export function evolveCases<State extends WithCases>(state: State, fact: BaseFact): State {
  let { cases, accepted } = state;
  if (fact.opens) cases = { ...cases, [fact.opens.key]: 'about' in fact ? String(fact.about) : '' };
  if (fact.closes !== undefined) {
    const { [fact.closes]: _, ...rest } = cases;
    cases = rest;
    const about = 'accepted' in fact ? fact.accepted : undefined;
    if (typeof about === 'string') accepted = { ...accepted, [fact.closes]: about };
  }
  return cases === state.cases && accepted === state.accepted ? state : { ...state, cases, accepted };
}

export class SmallDraft<State extends WithCases, Fact extends BaseFact> {
  state: State;
  readonly facts: (Fact | CaseFact)[] = [];
  readonly messages: Outgoing[] = [];
  readonly #timers = new Map<string, number | null>();
  readonly #evolve: (state: State, fact: Fact | CaseFact) => State;

  constructor(state: State, evolve: (state: State, fact: Fact | CaseFact) => State) {
    this.state = state;
    this.#evolve = evolve;
  }

  record(fact: Fact | CaseFact): void {
    this.facts.push(fact);
    this.state = this.#evolve(this.state, fact);
  }

  send(message: Outgoing): void {
    this.messages.push(message);
  }

  /** Setting replaces; null clears. */
  timerAt(name: string, dueAt: number | null): void {
    this.#timers.set(name, dueAt);
  }

  /** Opens a case, unless it is open or a person has accepted exactly this. */
  openCase({ dueInHours, ...words }: Words, about = ''): void {
    if (this.state.cases[words.key] !== undefined || this.state.accepted[words.key] === about) return;
    const usual = CASE_REASONS[words.reason];
    const opens = { ...words, owner: usual.owner, dueInHours: dueInHours ?? usual.dueInHours };
    this.record({ type: 'CaseOpened', opens, about });
  }

  /** The cause is gone; nothing where there is no such case. */
  closeCase(key: string, by = 'the cause is gone'): void {
    if (this.state.cases[key] !== undefined) this.record({ type: 'CaseClosed', closes: key, by });
  }

  /** A person closes a case as it is: it does not come again while it is about the same. */
  acceptCase(key: string, by: string): Ending {
    const accepted = this.state.cases[key];
    if (accepted === undefined) return 'duplicate';
    this.record({ type: 'CaseClosed', closes: key, by, accepted });
    return 'applied';
  }

  decision(outcome: Ending): Decision<Fact | CaseFact> {
    const timers: TimerChange[] = [...this.#timers].map(([name, dueAt]) => ({ name, dueAt }));
    return { facts: this.facts, timers, messages: this.messages, outcome };
  }
}
