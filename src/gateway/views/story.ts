/** The story of an order: what happened, in order, and what it waits for. */
import { counted } from '../../base/words.ts';
import { expectedBy } from '../../domain/order/expected.ts';
import type { OrderFact } from '../../domain/order/facts.ts';
import { openUnits, shippableLines } from '../../domain/order/quantities.ts';
import type { OrderState } from '../../domain/order/state.ts';
import type { CaseRow } from '../../store/cases.ts';
import type { CommandRow, FactRow, ObservationRow } from '../../store/read-story.ts';
import type { TimelineEntry } from '../schemas/orders.ts';
import { tellFact } from '../words/facts.ts';
import { type Look, units, when } from '../words/look.ts';
import { askOf, tellCommand, tellObservation, tellTimer } from '../words/others.ts';
import { commandItem, iso, observationItem } from './common.ts';

export interface StoryParts {
  facts: readonly FactRow[];
  observations: readonly ObservationRow[];
  commands: readonly CommandRow[];
  cases: readonly CaseRow[];
  timers: readonly { name: string; due_at: number }[];
}

const BARE = { connection: null, sequence: null, observation: null, command: null, caseId: null, body: null };

function factEntry(
  row: FactRow,
  look: Look,
  commands: ReadonlyMap<string, CommandRow>,
  cases: readonly CaseRow[],
): TimelineEntry {
  const fact = { type: row.type, ...row.body } as OrderFact;
  const { title, detail = [], tone = 'neutral' } = tellFact(fact, look);
  const entry: TimelineEntry = {
    ...BARE,
    id: `fact-${row.seq}`,
    at: iso(row.decided_at),
    kind: 'fact',
    title,
    detail,
    tone,
    type: row.type,
    sequence: row.seq,
    body: row.body,
  };
  if (fact.command) {
    const command = commands.get(fact.command.key);
    const told = command ? tellCommand(command) : { detail: [], tone: 'neutral' as const };
    return {
      ...entry,
      kind: 'command',
      connection: fact.command.connection,
      detail: [...detail, ...told.detail],
      tone: told.tone,
      command: command ? commandItem(command) : null,
    };
  }
  const caseKey = fact.opens?.key ?? fact.closes;
  if (caseKey === undefined) return entry;
  // Of several cases with the same key, the fact is about the newest that was open at its time.
  const about = cases.find((each) => each.case_key === caseKey && each.opened_at <= row.decided_at);
  return { ...entry, kind: 'case', caseId: about?.id ?? null };
}

function caseEntries(row: CaseRow): TimelineEntry[] {
  const entry: TimelineEntry = {
    ...BARE,
    id: `case-${row.id}`,
    at: iso(row.opened_at),
    kind: 'case',
    title: row.message,
    detail: [`What would fix it: ${row.suggested_fix}`],
    tone: 'problem',
    type: row.reason,
    caseId: row.id,
  };
  if (row.closed_at === null) return [entry];
  const end: TimelineEntry = {
    ...entry,
    id: `case-${row.id}-end`,
    at: iso(row.closed_at),
    title: `Settled: ${row.case_key}`,
    detail: row.closed_by === null ? [] : [row.closed_by],
    tone: 'good',
  };
  return [entry, end];
}

/** Messages come before what was decided on them, facts keep the order of the journal, timers stand at the end. */
const RANKS: Readonly<Record<TimelineEntry['kind'], number>> = {
  observation: 0,
  fact: 1,
  command: 1,
  case: 1,
  timer: 2,
};

export function timelineOf(parts: StoryParts, look: Look): TimelineEntry[] {
  const commands = new Map(parts.commands.map((row) => [row.key, row]));
  const told = new Set(
    parts.facts.flatMap(({ body }) => {
      const { opens } = body as { opens?: { key: string } };
      return opens ? [opens.key] : [];
    }),
  );
  const entries: TimelineEntry[] = [
    ...parts.observations.map((row): TimelineEntry => {
      const { title, detail = [], tone = 'neutral' } = tellObservation(row);
      return {
        ...BARE,
        id: `message-${row.id}`,
        at: iso(row.received_at),
        kind: 'observation',
        title,
        detail,
        tone,
        connection: row.connection,
        type: row.topic,
        observation: observationItem(row),
      };
    }),
    ...parts.facts.map((row) => factEntry(row, look, commands, parts.cases)),
    // Cases that no fact has opened: deciding itself has failed.
    ...parts.cases.filter((row) => !told.has(row.case_key)).flatMap(caseEntries),
    ...parts.timers.map((row): TimelineEntry => {
      const { title, detail = [] } = tellTimer(row.name);
      return {
        ...BARE,
        id: `timer-${row.name}`,
        at: iso(row.due_at),
        kind: 'timer',
        title,
        detail,
        tone: 'neutral',
        type: row.name,
      };
    }),
  ];
  return entries.sort((a, b) => {
    const future = Number(a.kind === 'timer') - Number(b.kind === 'timer');
    if (future !== 0) return future;
    if (a.at !== b.at) return a.at < b.at ? -1 : 1;
    return RANKS[a.kind] - RANKS[b.kind] || (a.sequence ?? 0) - (b.sequence ?? 0);
  });
}

/** What has to happen next, in words; empty when nothing is left. */
export function waitsFor(
  state: OrderState | null,
  parts: StoryParts,
  waiting: { waiting: number; parked: number },
  look: Look,
): string[] {
  const waits = parts.cases.filter((row) => row.status === 'open').map((row) => `A decision: ${row.message}`);
  if (waiting.parked > 0) waits.push(`The update that lets ${counted(waiting.parked, 'message')} be decided`);
  if (waiting.waiting > 0)
    waits.push(`A turn of the hub: ${counted(waiting.waiting, 'message has', 'messages have')} just come`);
  for (const row of parts.commands) {
    if (row.status !== 'waiting' && row.status !== 'calling' && row.status !== 'doubt') continue;
    const { detail } = tellCommand(row);
    waits.push(
      `${row.connection} to ${askOf(row.command)}${row.attempts > 0 ? `: ${detail.join('; ')}` : ''}`,
    );
  }
  if (!state?.order || !state.live) return waits;
  if (state.heldBecause !== null) waits.push(`Somebody to resume it: ${state.heldBecause}`);
  if (state.channelHeldBecause) waits.push(`Its channel to let it go on: ${state.channelHeldBecause}`);
  if (state.erp.heldBecause !== null) waits.push(`The ERP to let it go on: ${state.erp.heldBecause}`);
  if (state.payment === 'missing' && !state.cancelled) waits.push(`Payment (${state.paymentStatus})`);
  if (state.shortSince !== null) {
    const short = shippableLines(state.order).flatMap((line) => {
      const promised = state.allocations
        .filter((part) => part.lineId === line.lineId)
        .reduce((sum, part) => sum + part.quantity, 0);
      const quantity = openUnits(state, state.order as NonNullable<typeof state.order>, line) - promised;
      return quantity > 0 ? [{ lineId: line.lineId, quantity }] : [];
    });
    const by = expectedBy(state);
    const promise = by === null ? '' : `, expected by ${new Date(by).toISOString().slice(0, 10)}`;
    if (short.length > 0) waits.push(`Stock since ${when(state.shortSince)}: ${look.lines(short)}${promise}`);
  }
  for (const release of state.releases) {
    if (release.status === 'finished' || release.status === 'requested') continue;
    const open = state.allocations
      .filter((part) => part.releaseId === release.releaseId)
      .reduce((sum, part) => sum + part.quantity, 0);
    if (open > 0) waits.push(`${look.location(release.location)} to ship ${units(open)}`);
  }
  return waits;
}
