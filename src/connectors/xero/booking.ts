/**
 * Booking at Xero. The first attempt creates at once; later ones look for what was done before. A batch is one call whose elements
 * are answered one by one; what is refused as a whole is sent one by one.
 */
import { z } from 'zod';
import type { CommandResults } from '../../domain/commands.ts';
import type { Failure, LookUp, Outcome } from '../contract.ts';
import { CreditNote, Verdict } from './api.ts';
import { drift, type Exchange } from './client.ts';
import { setOff } from './credit-note.ts';
import type { Facts } from './facts.ts';
import { type Booking, type Form, formOf, isGone, trackingIn } from './forms.ts';
import type { Settings } from './manifest.ts';
import { PERIOD_LOCKED, refusal, refused } from './refusals.ts';
import type { TrackingKeeper } from './tracking.ts';

/** Elements of one page of a search; a batch is smaller. */
const PAGE_SIZE = 100;

type Found = { status: 'found'; element: object } | { status: 'absent' } | Failure;
/** Commands of one form, with what is sent for each. */
interface Prepared {
  command: Booking;
  form: Form;
  body: object;
}

export class Bookings {
  readonly #settings: Settings;
  readonly #facts: Facts;
  readonly #tracking: TrackingKeeper;

  constructor(settings: Settings, facts: Facts, tracking: TrackingKeeper) {
    this.#settings = settings;
    this.#facts = facts;
    this.#tracking = tracking;
  }

  /** Books all, each at most once; outcomes in the same order. */
  async book(commands: readonly Booking[], exchange: Exchange): Promise<Outcome[]> {
    const outcomes = new Map<Booking, Outcome>();
    const prepared = await this.#prepare(commands, exchange, outcomes);
    const repeated = prepared.filter(({ command }) => command.attempt > 1);
    for (const group of byForm(repeated)) {
      const found = await this.#find(group, exchange);
      for (const [index, { command, form }] of group.entries()) {
        const there = found[index] as Found;
        if (there.status === 'found')
          outcomes.set(command, await completed(command, form, there.element, exchange));
        else if (there.status !== 'absent') outcomes.set(command, there);
      }
    }
    const open = prepared.filter(({ command }) => !outcomes.has(command));
    for (const group of byForm(open)) {
      const made = await this.#create(group, exchange);
      for (const [index, { command }] of group.entries()) outcomes.set(command, made[index] as Outcome);
    }
    return commands.map((command) => outcomes.get(command) as Outcome);
  }

  async lookUp(command: Booking, exchange: Exchange): Promise<LookUp> {
    const outcomes = new Map<Booking, Outcome>();
    const [prepared] = await this.#prepare([command], exchange, outcomes);
    if (!prepared) return lookedUp(outcomes.get(command) as Outcome);
    const [found] = await this.#find([prepared], exchange);
    if (found?.status === 'found') {
      if (prepared.form.isIncomplete(found.element, command)) return { status: 'absent' };
      const result: CommandResults[Booking['kind']] = { documentId: prepared.form.id(found.element) };
      return { status: 'found', result };
    }
    return found ?? { status: 'absent' };
  }

  /** What is sent for each; what cannot be has its outcome at once. */
  async #prepare(
    commands: readonly Booking[],
    exchange: Exchange,
    outcomes: Map<Booking, Outcome>,
  ): Promise<Prepared[]> {
    const failAll = (failure: Failure): Prepared[] => {
      for (const command of commands) outcomes.set(command, failure);
      return [];
    };
    const organisation = await this.#facts.organisation(exchange);
    if (organisation.status !== 'ok') return failAll(organisation);
    const accounts = await this.#facts.accounts(exchange, commands.flatMap(accountsIn));
    if (accounts.status !== 'ok') return failAll(accounts);
    const context = { settings: this.#settings, baseCurrency: organisation.data.baseCurrency };
    return commands.flatMap((command) => {
      const form = formOf(command, accounts.data);
      const mapped = 'status' in form ? form : form.body(command, context);
      if (mapped.status === 'mapped' && !('status' in form)) return [{ command, form, body: mapped.body }];
      outcomes.set(command, mapped as Failure);
      return [];
    });
  }

  /** Looks for all by one search. */
  async #find(group: readonly Prepared[], exchange: Exchange): Promise<Found[]> {
    const [first] = group;
    if (!first) return [];
    const { form } = first;
    const read = await exchange.call({
      method: 'GET',
      path: `/${form.resource}`,
      query: {
        where: searchFor(group),
        ...(form.isBatched ? { page: '1', pageSize: String(PAGE_SIZE) } : {}),
      },
      answer: z.object({ [form.resource]: z.array(form.element) }),
    });
    if (read.status !== 'ok') return group.map(() => read);
    const all = (read.data as Record<string, object[]>)[form.resource] ?? [];
    return group.map(({ command }): Found => {
      const there = all.find((element) => form.isNumbered(element, command) && !isGone(element));
      if (!there) return { status: 'absent' };
      const other = form.differs(there, command);
      return other === null ? { status: 'found', element: there } : numberTaken(command, other);
    });
  }

  async #create(group: readonly Prepared[], exchange: Exchange): Promise<Outcome[]> {
    const [first] = group;
    if (!first) return [];
    const { form } = first;
    const tracked = await this.#tracking.ensure(
      group.flatMap(({ body }) => trackingIn(body)),
      exchange,
    );
    if (tracked.status !== 'ok') return group.map(() => tracked);
    if (!form.isBatched && group.length > 1) return this.#createEach(group, exchange);
    const made = await exchange.call({
      method: 'PUT',
      path: `/${form.resource}`,
      query: form.query,
      body: { [form.resource]: group.map(({ body }) => body) },
      key: group.map(({ command }) => keyOf(command)).join('\n'),
      answer: z.object({ [form.resource]: z.array(z.unknown()).length(group.length) }),
    });
    // One that breaks the request must not keep the others back.
    if (made.status === 'rejected' && group.length > 1) return this.#createEach(group, exchange);
    if (made.status !== 'ok') return group.map(() => made);
    const elements = (made.data as Record<string, unknown[]>)[form.resource] ?? [];
    const outcomes: Outcome[] = [];
    for (const [index, each] of group.entries())
      outcomes.push(await this.#understood(each, elements[index], exchange));
    return this.#withLock(outcomes, exchange);
  }

  /** What is refused for its day is told up to which day the books are closed. */
  async #withLock(outcomes: Outcome[], exchange: Exchange): Promise<Outcome[]> {
    const isLocked = (outcome: Outcome) => outcome.status === 'rejected' && outcome.code === PERIOD_LOCKED;
    if (!outcomes.some(isLocked)) return outcomes;
    const closedThrough = await this.#facts.lockedThrough(exchange);
    if (closedThrough === null) return outcomes;
    return outcomes.map((outcome) =>
      isLocked(outcome) ? ({ ...outcome, closedThrough } as Outcome) : outcome,
    );
  }

  async #createEach(group: readonly Prepared[], exchange: Exchange): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const each of group) outcomes.push(...(await this.#create([each], exchange)));
    return outcomes;
  }

  async #understood(prepared: Prepared, element: unknown, exchange: Exchange): Promise<Outcome> {
    const { command, form } = prepared;
    const verdict = Verdict.safeParse(element).data;
    const problems = (verdict?.ValidationErrors ?? []).map(({ Message }) => Message);
    if (problems.length > 0 || verdict?.StatusAttributeString === 'ERROR') {
      const failure = refusal(problems, `Xero refuses ${form.resource} without a word`);
      if (failure.status !== 'rejected' || failure.code !== 'number-taken') return failure;
      // It may be ours, of a call that nobody saw the end of.
      const [found] = await this.#find([prepared], exchange);
      return found?.status === 'found' ? completed(command, form, found.element, exchange) : failure;
    }
    const parsed = form.element.safeParse(element);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return drift(
        true,
        `PUT /${form.resource} was answered in another shape: ${issue?.path.join('.')}: ${issue?.message}`,
      );
    }
    const other = form.differs(parsed.data, command);
    return other === null ? completed(command, form, parsed.data, exchange) : bookedOtherwise(command, other);
  }
}

/** A first attempt and its repetition by mistake are one; a later one comes after a look-up, and must not be answered an old error. */
const keyOf = ({ key, attempt }: Booking): string => (attempt > 1 ? `${key} ${attempt}` : key);

/** What is booked, with what is still to be done with it. */
async function completed(
  command: Booking,
  form: Form,
  element: object,
  exchange: Exchange,
): Promise<Outcome> {
  if (command.kind === 'finance.createCreditNote' && form.isIncomplete(element, command)) {
    const failure = await setOff(command, CreditNote.parse(element), exchange);
    if (failure) return failure;
  }
  return { status: 'done', result: { documentId: form.id(element) } };
}

function lookedUp(outcome: Outcome): LookUp {
  return outcome.status === 'done' ? { status: 'found', result: outcome.result } : outcome;
}

/** Within the days of the documents, so that Xero searches few of them. */
function searchFor(group: readonly Prepared[]): string {
  const dates = group.flatMap(({ command: { body } }) => [body.date, body.movedFrom ?? body.date]).sort();
  const any = group.map(({ command, form }) => form.where(command)).join(' OR ');
  return `Date>=${dateTime(dates[0])} AND Date<=${dateTime(dates.at(-1))} AND ${group.length > 1 ? `(${any})` : any}`;
}

function dateTime(date = ''): string {
  const [year, month, day] = date.split('-').map(Number);
  return `DateTime(${year}, ${month}, ${day})`;
}

/** Codes of accounts that must be known before the command is mapped. */
function accountsIn(command: Booking): string[] {
  if (command.kind !== 'finance.recordBankTransaction') return [];
  return [command.body.bankAccount, ...command.body.lines.map(({ account }) => account)];
}

function byForm(all: readonly Prepared[]): Prepared[][] {
  const groups = new Map<string, Prepared[]>();
  for (const each of all) groups.set(each.form.resource, [...(groups.get(each.form.resource) ?? []), each]);
  return [...groups.values()];
}

function numberTaken({ body }: Booking, other: string): Failure {
  return refused(
    'number-taken',
    `Xero has another document with the number ${body.number}: ${other}`,
    'Compare the two, and void or renumber the one in Xero that is wrong',
  );
}

function bookedOtherwise({ body }: Booking, other: string): Failure {
  return refused(
    'booked-otherwise',
    `Xero has booked ${body.number} as something else: ${other}`,
    'Void the document in Xero, and report it: what was sent and what is booked must be the same to the cent',
  );
}
