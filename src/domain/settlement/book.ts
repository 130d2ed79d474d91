/**
 * Acts of settlement become postings: each role finds its account by the rules of the entity's books, and amounts in other currencies
 * find their book amount by the rate of their day. A row that is missing is named, and the posting is made when it is there.
 */

import { convertMinor } from '../books/book-amounts.ts';
import type { Books } from '../books/books-config.ts';
import { localDate, openDay } from '../books/calendar.ts';
import { rateOn } from '../books/make-posting.ts';
import type { Dimensions, Posting, PostingLine } from '../books/posting.ts';
import { accountOf, missingRow } from '../books/rules.ts';
import type { Entity } from '../config.ts';
import type { BaseFact, DecisionContext } from '../process.ts';
import type { SettlementLine } from './entry-lines.ts';
import type { SmallDraft, WithCases } from './small-draft.ts';

/** What has happened to money, before accounts are found. Lines come to zero in its currency. */
export interface SettlementAct {
  /** Names the act within its stream, for ever. */
  key: string;
  act: string;
  /** When it was: an instant, or a day of the entity. */
  at: string;
  currency: string;
  /** One line for a person. */
  text: string;
  lines: readonly SettlementLine[];
  dimensions: Dimensions;
}

type Booked = { posting: Posting } | { missing: string; fix: string };

const MISSING = 'posting-rule-missing';

/** The brand and the channel of what a connection sells. */
export function dimensionsOf(
  { config }: Pick<DecisionContext, 'config'>,
  connection: string,
  gateway: string,
): Dimensions {
  const brand = config.connections.find(({ id }) => id === connection)?.brand;
  return { ...(brand != null && { brand }), channel: connection, gateway };
}

/**
 * Posts the acts that are not posted yet. Of an entity without books, or before its books begin, nothing is; where a row of the rules is
 * missing, a case names it.
 */
export function post<State extends WithCases & { posted?: readonly string[] }, Fact extends BaseFact>(
  draft: SmallDraft<State, Fact | PostingFact>,
  acts: readonly SettlementAct[],
  entity: Entity | undefined,
  context: DecisionContext,
): void {
  if (!entity?.books) return;
  const postings: Posting[] = [];
  let gap: Exclude<Booked, { posting: Posting }> | null = null;
  for (const act of acts) {
    const day = dayOf(act, entity);
    if (draft.state.posted?.includes(act.key) || day < entity.books.startOn || act.lines.length === 0)
      continue;
    const booked = bookedAs(act, day, entity, entity.books, context);
    if ('posting' in booked) postings.push(booked.posting);
    else gap ??= booked;
  }
  if (postings.length > 0) draft.record({ type: 'PostingsMade', postings } as PostingFact);
  if (gap === null) {
    draft.closeCase(MISSING, 'it is posted');
    return;
  }
  draft.openCase(
    {
      key: MISSING,
      reason: MISSING,
      message: `${draft.state.key} cannot be posted in the books of ${entity.id}: ${gap.missing}`,
      suggestedFix: gap.fix,
    },
    gap.missing,
  );
}

export type PostingFact = BaseFact & { type: 'PostingsMade'; postings: Posting[] };

function dayOf({ at }: SettlementAct, { timeZone }: Entity): string {
  return at.length === 10 ? at : localDate(at, timeZone);
}

function bookedAs(
  act: SettlementAct,
  day: string,
  entity: Entity,
  books: Books,
  { configVersion }: DecisionContext,
): Booked {
  const { key, act: name, currency, text } = act;
  const lines: PostingLine[] = [];
  for (const { role, amountMinor, item, gateway, bookMinor } of act.lines) {
    const dimensions: Dimensions = { ...act.dimensions, ...(gateway !== undefined && { gateway }) };
    const query = { ...dimensions, role, act: name, on: day };
    const account = accountOf(books, query);
    if (account === null)
      return {
        missing: `no rule gives ${role} an account: ${missingRow(query)}`,
        fix: `Add the row to books.rules of entity "${entity.id}" with the number of the account, then retry`,
      };
    const rate = bookMinor === undefined ? rateOn(books, currency, entity.currency, day) : '1';
    if (rate === null)
      return {
        missing: `there is no rate of ${currency} to ${entity.currency} on ${day}`,
        fix: `Add {"currency":"${currency}","from":"${day}","rate":"…"} to books.exchangeRates of entity "${entity.id}", then retry`,
      };
    const book = bookMinor ?? convertMinor(amountMinor, rate, currency, entity.currency);
    lines.push({
      role,
      account,
      amountMinor,
      bookMinor: book,
      dimensions,
      ...(item !== undefined && { item }),
    });
  }
  const difference = -lines.reduce((sum, { bookMinor }) => sum + bookMinor, 0);
  if (difference !== 0) {
    const query = { ...act.dimensions, role: 'exchangeDifference', act: name, on: day } as const;
    const account = accountOf(books, query);
    if (account === null)
      return {
        missing: `no rule gives exchangeDifference an account: ${missingRow(query)}`,
        fix: `Add the row to books.rules of entity "${entity.id}" with the number of the account, then retry`,
      };
    lines.push({
      role: 'exchangeDifference',
      account,
      amountMinor: 0,
      bookMinor: difference,
      dimensions: act.dimensions,
    });
  }
  return {
    posting: {
      key,
      entity: entity.id,
      act: name,
      currency,
      bookCurrency: entity.currency,
      documentDate: day,
      postingDate: openDay(day, books.lockedThrough),
      ruleVersion: String(configVersion),
      text,
      lines,
      taxes: [],
    },
  };
}
