/**
 * Opening balances at go-live: what was open on the day before the books begin, item by item, tied to the balances of the general
 * ledger. Later refunds, payouts and bank lines clear these items as if they had been posted here.
 */

import { addDays } from '../books/calendar.ts';
import type { AccountRole, Posting } from '../books/posting.ts';
import { accountOf, missingRow } from '../books/rules.ts';
import type { Entity } from '../config.ts';
import { formatMinor } from '../money.ts';
import type { BaseFact, Decision, DecisionContext, Process, StreamMessage } from '../process.ts';
import { parseStreamKey } from '../stream-key.ts';
import type { OpeningBalances, OpeningItem } from './opening-balances.ts';

/** What keeps balances from being taken, one sentence each; empty: nothing does. */
export function openingProblems(entity: Entity, opening: OpeningBalances): string[] {
  const { books, currency } = entity;
  if (!books) return [`entity "${entity.id}" has no books`];
  const problems: string[] = [];
  if (opening.on !== books.startOn)
    problems.push(
      `the balances are of ${opening.on}, but the books of "${entity.id}" begin on ${books.startOn}`,
    );
  if (entity.finance && entity.finance.from !== books.startOn)
    problems.push(
      `"finance.from" of entity "${entity.id}" must be ${books.startOn}: what was before, its finance system has already`,
    );
  if (accountOf(books, { role: 'openingBalances', act: ACT, on: opening.on }) === null)
    problems.push(
      `no rule gives openingBalances an account: ${missingRow({ role: 'openingBalances', act: ACT, on: opening.on })}`,
    );
  const sums = new Map<string, number>();
  for (const each of opening.items) {
    const account = accountOf(books, queryOf(each, opening.on));
    if (account === null)
      problems.push(`no rule gives ${each.role} an account: ${missingRow(queryOf(each, opening.on))}`);
    else sums.set(account, (sums.get(account) ?? 0) + each.amountMinor);
  }
  const money = (minor: number) => `${formatMinor(minor, currency)} ${currency}`;
  const ledger = new Map(opening.ledger.map(({ account, balanceMinor }) => [account, balanceMinor]));
  for (const account of new Set([...sums.keys(), ...ledger.keys()])) {
    const items = sums.get(account) ?? 0;
    const balance = ledger.get(account);
    if (balance === undefined)
      problems.push(
        `the general ledger’s balance of account ${account} is not given; its items come to ${money(items)}`,
      );
    else if (balance !== items)
      problems.push(
        `account ${account}: the general ledger has ${money(balance)}, the items come to ${money(items)}: ${money(balance - items)} are not explained`,
      );
  }
  return [...new Set(problems)];
}

function queryOf({ role, channel, gateway }: OpeningItem, on: string) {
  return {
    role,
    act: ACT,
    on,
    ...(channel !== undefined && { channel }),
    ...(gateway !== undefined && { gateway }),
  };
}

/** Posted on the day before the books begin, so that it is told to no finance system: that has it already. */
export const ACT = 'opening-balance';

type OpeningFact =
  | (BaseFact & { type: 'BooksOpened'; by: string; on: string; items: number })
  | (BaseFact & { type: 'PostingsMade'; postings: Posting[] });

export interface OpeningState {
  key: string;
  entity: string;
  opened: { on: string; by: string; items: number } | null;
}

function decide(
  state: OpeningState,
  message: StreamMessage,
  context: DecisionContext,
): Decision<OpeningFact> {
  const nothing: Decision<OpeningFact> = { facts: [], timers: [], messages: [], outcome: 'duplicate' };
  if (message.type === 'configuration.changed') return { ...nothing, outcome: 'applied' };
  if (message.type !== 'books.open') throw new Error(`message ${message.type} is not for opening balances`);
  const entity = context.config.entities.find(({ id }) => id === state.entity);
  // Books are opened once; who asks is told before (see the API).
  if (state.opened !== null || !entity || openingProblems(entity, message.opening).length > 0)
    return { ...nothing, outcome: 'stale' };
  const { on, items } = message.opening;
  return {
    ...nothing,
    outcome: 'applied',
    facts: [
      { type: 'BooksOpened', by: message.by, on, items: items.length },
      { type: 'PostingsMade', postings: [openingPosting(entity, message.opening, context.configVersion)] },
    ],
  };
}

function openingPosting(entity: Entity, { on, items }: OpeningBalances, configVersion: number): Posting {
  const lines = items.map((each) => {
    const { role, item, amountMinor, channel, gateway } = each;
    const account = entity.books ? accountOf(entity.books, queryOf(each, on)) : null;
    const dimensions = {
      ...(channel !== undefined && { channel }),
      ...(gateway !== undefined && { gateway }),
    };
    return {
      role: role as AccountRole,
      account: account ?? '',
      amountMinor,
      bookMinor: amountMinor,
      item,
      dimensions,
    };
  });
  const day = addDays(on, -1);
  const sum = lines.reduce((all, { amountMinor }) => all + amountMinor, 0);
  const contra = entity.books ? accountOf(entity.books, { role: 'openingBalances', act: ACT, on }) : null;
  const counter = {
    role: 'openingBalances' as const,
    account: contra ?? '',
    amountMinor: -sum,
    bookMinor: -sum,
    dimensions: {},
  };
  return {
    key: 'opening',
    entity: entity.id,
    act: ACT,
    currency: entity.currency,
    bookCurrency: entity.currency,
    documentDate: day,
    postingDate: day,
    ruleVersion: String(configVersion),
    text: `Opening balances of ${entity.id}`,
    lines: sum === 0 ? lines : [...lines, counter],
    taxes: [],
  };
}

export const openingProcess: Process<OpeningState, OpeningFact> = {
  kind: 'opening',
  evolveVersion: 1,
  factTypes: new Set(['BooksOpened', 'PostingsMade']),
  initial: (key) => ({ key, entity: parseStreamKey(key).connection, opened: null }),
  evolve(state, fact) {
    if (fact.type === 'PostingsMade') return state;
    const { on, by, items } = fact;
    return { ...state, opened: { on, by, items } };
  },
  decide,
  skusOf: () => [],
  movementsOf: () => [],
  postingsOf: (fact) => (fact.type === 'PostingsMade' ? fact.postings : []),
  summary: ({ key, opened }) => ({
    status: opened ? 'open' : 'expected',
    title: key,
    closed: opened !== null,
  }),
};
