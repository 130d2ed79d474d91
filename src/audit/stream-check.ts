/** One stream against its facts: the chain, the fold, and whether what followed from each fact is what the fact means. */
import type { BaseFact, Process } from '../domain/process.ts';
import { sameJson } from '../domain/same-json.ts';
import type { StockFigures } from '../domain/stock/figures.ts';
import { factHash, isFactHashVersion } from '../store/fact-hash.ts';
import { refusalOf } from './acceptance.ts';
import type { Evidence } from './evidence.ts';
import type { Findings } from './findings.ts';
import { type PostingRow, postingDifference } from './postings.ts';
import type { CommandRow, FactRow, MovementRow, StreamRow } from './read-streams.ts';

// biome-ignore lint/suspicious/noExplicitAny: processes of different streams, each with its own state and facts
export type AnyProcess = Process<any, any>;

/** A fact as it stands in the journal; `fact` null: its body is not what a fact is. */
export interface ReadFact {
  row: FactRow;
  fact: BaseFact | null;
}

export interface Followed {
  movements: readonly MovementRow[];
  postings: readonly PostingRow[];
  command: CommandRow | undefined;
}

export class StreamCheck {
  readonly stream: StreamRow;
  readonly #process: AnyProcess;
  readonly #findings: Findings;
  readonly #evidence: Evidence;
  /** Of the last fact that was read. */
  seq = 0;
  #count = 0;
  #hash: Buffer | null = null;
  #state: unknown;
  #isFolded = true;
  /** Commands whose results facts repeat, by act and revision. */
  readonly #asked = new Map<string, CommandRow>();

  constructor(stream: StreamRow, process: AnyProcess, findings: Findings, evidence: Evidence) {
    this.stream = stream;
    this.#process = process;
    this.#findings = findings;
    this.#evidence = evidence;
    this.#state = process.initial(stream.key);
  }

  /** The next fact, with what followed from it. */
  take({ row, fact }: ReadFact, { movements, postings, command }: Followed): void {
    const { seq, type } = row;
    const named = `fact ${seq} (${type})`;
    if (seq !== this.seq + 1)
      this.#chain(
        seq === this.seq + 2
          ? `fact ${seq - 1} is missing`
          : `facts ${this.seq + 1} to ${seq - 1} are missing`,
      );
    this.seq = seq;
    this.#count += 1;
    const hash = this.#hashAfter(row);
    // The next one is compared with what stands here: a changed fact is told once.
    this.#hash = Buffer.from(row.hash);
    if (hash === null) this.#chain(`${named} names version ${row.hash_version} of the hash, which is none`);
    else if (!hash.equals(row.hash))
      this.#chain(
        `the hash of ${named} does not follow from the one before: the fact, its time, its cause, its configuration or one before it was changed`,
      );
    if (row.cause === null) this.#chain(`${named} names no message that caused it`);
    this.#fold(named, fact);
    this.#checkMovements(named, row, fact, movements);
    this.#checkPostings(named, fact, postings);
    this.#checkCommand(named, row, fact, command);
    if (fact) this.#checkResult(named, fact);
  }

  #chain(message: string): void {
    const { kind, key } = this.stream;
    this.#findings.add('stateIsFoldOfJournal', 'journal', key, `${kind} ${key}: ${message}`);
  }

  #hashAfter(row: FactRow): Buffer | null {
    if (!isFactHashVersion(row.hash_version)) return null;
    const { kind, key } = this.stream;
    const { seq, type, body, cause } = row;
    const decidedAt = decidedAtOf(row);
    const recorded = { kind, key, seq, type, body, configVersion: row.config_version, decidedAt, cause };
    return factHash(row.hash_version, this.#hash, recorded);
  }

  #fold(named: string, fact: BaseFact | null): void {
    if (!this.#isFolded) return;
    try {
      if (fact === null) throw new Error('its body is no object');
      const refusal = refusalOf(this.stream.kind, this.#process.factTypes, this.#state, fact);
      if (refusal !== null) this.#chain(`${named} cannot have been decided: ${refusal}`);
      this.#state = this.#process.evolve(this.#state, fact);
    } catch (error) {
      this.#isFolded = false;
      this.#chain(
        `${named} cannot be folded: ${error instanceof Error ? error.message : String(error)}; what follows it was not looked at`,
      );
    }
  }

  #checkMovements(named: string, row: FactRow, fact: BaseFact | null, found: readonly MovementRow[]): void {
    const meant = this.#movementsOf(fact).map((movement, line) =>
      movementWords({ line, ...movement, movedAt: decidedAtOf(row) }, found[line]),
    );
    const stored = found.map((each) =>
      movementWords(
        {
          ...each,
          kind: each.movement,
          onHand: each.on_hand,
          qualityControl: each.quality_control,
          act: each.act ?? undefined,
          reason: each.reason ?? undefined,
          movedAt: new Date(each.moved_at).toISOString(),
        },
        each,
      ),
    );
    if (meant.length === stored.length && meant.every((each, index) => each === stored[index])) return;
    const { kind, key } = this.stream;
    const differs = (list: string[], other: string[]) =>
      list
        .filter((each) => !other.includes(each))
        .slice(0, 3)
        .join('; ') || 'nothing more';
    this.#findings.add(
      'stockIsNeverOversold',
      'movements',
      key,
      `${kind} ${key}: by ${named} moved ${differs(meant, stored)}; the movements say ${differs(stored, meant)}`,
    );
  }

  #movementsOf(fact: BaseFact | null) {
    try {
      return fact === null ? [] : this.#process.movementsOf(fact);
    } catch {
      // Its shape is none of a fact: folding has said so.
      return [];
    }
  }

  #checkPostings(named: string, fact: BaseFact | null, found: readonly PostingRow[]): void {
    const { kind, key } = this.stream;
    let difference: string | null;
    try {
      const meant = fact === null ? [] : (this.#process.postingsOf?.(fact) ?? []);
      difference = postingDifference(key, meant, found);
    } catch {
      // Its shape is none of a fact: folding has said so.
      return;
    }
    if (difference !== null)
      this.#findings.add('moneyCloses', 'books', key, `${kind} ${key}: ${named} ${difference}`);
  }

  #checkCommand(named: string, row: FactRow, fact: BaseFact | null, found: CommandRow | undefined): void {
    const command = fact?.command;
    if (!command) return;
    const { kind, key } = this.stream;
    const bad = (message: string) =>
      this.#findings.add('stateIsFoldOfJournal', 'command', key, `${kind} ${key}: ${message}`);
    const name = `${command.kind} ${command.key} to ${command.connection}`;
    if (!found) {
      if (Date.parse(row.decided_at) >= this.#evidence.removedBefore.outbox)
        bad(`${named} issued ${name}, which is not in the outbox`);
      return;
    }
    const isSame =
      found.command === command.kind &&
      found.stream_kind === kind &&
      found.stream_key === key &&
      found.subject === key &&
      found.created_at === Date.parse(row.decided_at) &&
      (found.body === JSON.stringify(command.body) ||
        canonical(JSON.parse(found.body)) === canonical(command.body));
    if (!isSame) bad(`${name} stands in the outbox otherwise than ${named} issued it`);
    const settledAt = found.settled_at;
    const isSettled = settledAt !== null;
    if (found.open === isSettled || found.open !== OPEN.has(found.status))
      bad(
        `${name} is "${found.status}"${isSettled ? ' and settled' : ''}, and ${found.open ? '' : 'not '}open`,
      );
    else if (isSettled && (found.sealed ? !found.seal_holds : settledAt >= this.#evidence.sealedFrom))
      bad(`how ${name} ended was changed after it had: its status, result, error or time`);
    const asked = askedIn(fact);
    if (asked !== null) this.#asked.set(asked, found);
  }

  /** Ids that a system gave stand in the fact that took them over, too. */
  #checkResult(named: string, fact: BaseFact): void {
    const told = fact as BaseFact & { [name: string]: unknown };
    const asked = fact.command ? null : askedIn(fact);
    const command = asked === null ? undefined : this.#asked.get(asked);
    if (command?.status !== 'done') return;
    for (const [name, value] of Object.entries((command.result ?? {}) as Record<string, unknown>)) {
      // Empty where a person or the channel said that it took effect.
      if (told[name] === undefined || told[name] === '' || sameJson(told[name], value)) continue;
      this.#findings.add(
        'stateIsFoldOfJournal',
        'command',
        this.stream.key,
        `${this.stream.kind} ${this.stream.key}: by ${named} ${command.connection} answered ${name} ${JSON.stringify(told[name])} to ${command.command}; the outbox says ${JSON.stringify(value)}`,
      );
    }
  }

  /** All facts were read. */
  end(): void {
    const { kind, key, version, head_hash, state, evolve_version, status, closed, title, due_at } =
      this.stream;
    if (this.#count !== version)
      this.#chain(`the stream has ${version} facts by its own word, the journal ${this.#count}`);
    const ends =
      this.#hash === null ? head_hash === null : head_hash !== null && this.#hash.equals(head_hash);
    if (!ends)
      this.#chain('the chain does not end where the stream says: its last facts were changed or taken away');
    const bad = (message: string) =>
      this.#findings.add('stateIsFoldOfJournal', 'fold', key, `${kind} ${key}: ${message}`);
    if (state === null) {
      if (this.#count > 0) bad('there are facts, but no state');
      return;
    }
    // Older states are folded anew before anything is decided on them; newer ones only newer rules can judge.
    if (!this.#isFolded || evolve_version !== this.#process.evolveVersion) return;
    if (canonical(this.#state) !== canonical(state)) bad('the stored state is not the fold of the journal');
    const dueAt = this.#process.dueAt?.(this.#state) ?? null;
    if (dueAt !== due_at)
      bad(`by its facts it ends by itself ${timeOf(dueAt)}; its row says ${timeOf(due_at)}`);
    const summary = this.#process.summary(this.#state);
    const ended = (is: boolean) => (is ? ', closed' : '');
    if (summary.status !== status || summary.closed !== closed || !summary.title.startsWith(title))
      bad(
        `lists say "${title}" is "${status}"${ended(closed)}; by its facts "${summary.title}" is "${summary.status}"${ended(summary.closed)}`,
      );
  }
}

interface MovementWords extends Partial<StockFigures> {
  line: number;
  kind: string;
  sku: string;
  location: string;
  act?: string | undefined;
  reason?: string | undefined;
  movedAt: string;
}

/** A movement as a line of text. `row`: as it is stored; one from before movements told their act is not asked for it. */
function movementWords(movement: MovementWords, row: MovementRow | undefined): string {
  const { line, kind, sku, location, onHand = 0, reserved = 0, movedAt } = movement;
  const { damaged = 0, qualityControl = 0, incoming = 0, act, reason } = movement;
  const states = [
    `${onHand} on hand, ${reserved} reserved`,
    damaged === 0 ? '' : `${damaged} damaged`,
    qualityControl === 0 ? '' : `${qualityControl} in quality control`,
    incoming === 0 ? '' : `${incoming} incoming`,
    act === undefined || row?.act === null ? '' : `act ${act}`,
    reason === undefined || row?.reason === null ? '' : `because "${reason}"`,
    movedAt,
  ];
  return `${line}: ${kind} ${sku} at ${location}, ${states.filter(Boolean).join(', ')}`;
}

const OPEN: ReadonlySet<string> = new Set(['waiting', 'calling', 'doubt']);

function timeOf(at: number | null): string {
  return at === null ? 'never' : `at ${new Date(at).toISOString()}`;
}

function decidedAtOf(row: FactRow): string {
  return row.decided_at.replace(/000Z$/, 'Z');
}

/** Same content, whatever the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** Names what a fact asks a system for, or tells the answer of: an act and its revision, or a document. Null: nothing that has a name. */
function askedIn(fact: BaseFact): string | null {
  const { act, revision, number } = fact as BaseFact & { act?: string; revision?: number; number?: string };
  if (act !== undefined) return `${act}/${revision}`;
  return number === undefined ? null : `document ${number}`;
}
