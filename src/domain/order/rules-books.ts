/**
 * The order's books follow what has happened: each act that is not posted is posted, in the order of the days; a change of its content
 * alone too; and what is left of an order that is over is a case. A row of the rules that is missing stops them, and names it.
 */
import type { Act } from '../books/acts.ts';
import { localDate } from '../books/calendar.ts';
import { type Entry, NOTHING_POSTED, type Posted } from '../books/entries.ts';
import { figuresOf } from '../books/figures.ts';
import { journalise } from '../books/journalise.ts';
import { makePosting } from '../books/make-posting.ts';
import { policyOf } from '../books/policy.ts';
import type { AccountRole, Posting } from '../books/posting.ts';
import { formatMinor } from '../money.ts';
import { newActs } from './book-acts.ts';
import { awaitsRefund, awaitsReturn } from './book-credits.ts';
import { bookOrderOf } from './book-order.ts';
import { type BookView, dated } from './book-view.ts';
import type { Draft } from './draft.ts';
import { ENDED } from './lifecycle.ts';
import { capturedMinor } from './rules-refund.ts';

const MISSING = 'posting-rule-missing';
const DOES_NOT_CLOSE = 'order-does-not-close';
/** Names what is left of an order by itself. */
const TOO_MUCH_REFUNDED = 'refund-exceeds-payment';

export function keepBooks(draft: Draft): void {
  const { books } = draft.entity;
  const { state } = draft;
  // What was taken over stands in the opening balances; so does what was placed before the books began.
  if (!books || state.takenOver || state.skus === null) return;
  const view = viewOf(draft);
  if (localDate(draft.order.placedAt, view.timeZone) < books.startOn) return;
  const rounding = view.content.charges.find(({ kind }) => kind === 'rounding')?.amountMinor ?? 0;
  // The channel's total is a riddle: its case comes first, and what a person accepts of it is rounding.
  if (Math.abs(rounding) > draft.context.config.policies.roundingLimitMinor && !isAccepted(draft)) return;
  for (const act of newActs(view)) if (!post(draft, act)) return;
  if (hasChanged(draft) && !post(draft, numbered(draft, 'edit', { act: 'edited' }))) return;
  closeBooks(draft);
}

const isAccepted = (draft: Draft): boolean =>
  draft.state.accepted['current-total-does-not-close'] !== undefined;

function viewOf(draft: Draft): BookView {
  const { entity, state, order, context } = draft;
  if (!entity.books) throw new Error(`entity "${entity.id}" has no books`);
  const revenue = entity.books.revenue.find(
    ({ channels }) => channels.length === 0 || channels.includes(state.connection),
  );
  return {
    state,
    order,
    content: bookOrderOf(state, order, entity.money, context.mappings),
    books: entity.books,
    policy: policyOf(entity.books, entity.currency, state.connection),
    money: entity.money,
    timeZone: entity.timeZone,
    today: localDate(context.now, entity.timeZone),
    transitDays: revenue?.transitDays ?? 0,
  };
}

const postedOf = (draft: Draft): Posted => draft.state.books ?? NOTHING_POSTED;

/** An act that has no name of its own: the day is that of the content it is about. */
function numbered(
  draft: Draft,
  name: string,
  of:
    | { act: 'edited' }
    | { act: 'closed'; writeOffLimitMinor: number }
    | { act: 'credited'; compensationMinor: number },
): Act {
  const view = viewOf(draft);
  const number = postedOf(draft).acts.filter(({ key }) => key.startsWith(`${name}/`)).length + 1;
  const day = localDate(draft.order.updatedAt, view.timeZone);
  return { ...dated(view, `${name}/${number}`, day < view.today ? day : view.today), ...of };
}

/** Posts an act; false: a row of the configuration is missing, and is named. */
function post(draft: Draft, act: Act): boolean {
  const view = viewOf(draft);
  const { content, policy, books } = view;
  const missing: string[] = [];
  const postings: Posting[] = [];
  if (content.currency !== policy.bookCurrency && act.rate === undefined)
    missing.push(`exchangeRates: one of ${content.currency} from ${act.date} or before`);
  else
    for (const entry of journalise(content, postedOf(draft), act, policy)) {
      const made = makePosting(entry, {
        entity: draft.entity.id,
        books,
        policy,
        brand: draft.state.brand,
        channel: draft.state.connection,
        ruleVersion: String(draft.context.configVersion),
        text: textOf(draft, act, entry),
        ...('location' in act && act.location !== undefined ? { location: act.location } : {}),
        ...('reason' in act && act.reason !== undefined ? { reason: act.reason } : {}),
        ...('dispute' in act && act.dispute !== undefined ? { dispute: act.dispute } : {}),
      });
      if ('missing' in made) missing.push(...made.missing);
      else postings.push(made);
    }
  if (missing.length > 0) {
    nameMissing(draft, [...new Set(missing)]);
    return false;
  }
  draft.closeCase(MISSING, 'the row is there');
  draft.record({ type: 'PostingsMade', acts: [act], postings });
  return true;
}

function nameMissing(draft: Draft, rows: readonly string[]): void {
  const about = rows.join('; ');
  const known = draft.state.cases[MISSING];
  if (known && known.about !== about) draft.closeCase(MISSING, 'another row is missing now');
  draft.openCase(
    {
      key: MISSING,
      reason: MISSING,
      message: `The books of entity ${draft.entity.id} cannot post what has happened to order ${draft.name}: there is no row ${about}`,
      suggestedFix: `Add to the books of entity ${draft.entity.id} in the configuration: ${about}; what waits is posted then`,
    },
    about,
  );
}

const WORDS: Readonly<Record<Act['act'], string>> = {
  authorised: 'Authorisation',
  captured: 'Payment',
  shipped: 'Shipment',
  delivered: 'Arrival',
  credited: 'Credit',
  inspected: 'Goods that came back',
  refunded: 'Refund',
  edited: 'Change',
  closed: 'Closing',
};

/** A credit in the place of another one posts what is different of it. */
function wordsOf(act: Act, entry: Entry): string {
  if (act.key.startsWith('acceptance/')) return 'Return';
  if (act.key.startsWith('dispute/')) return 'Dispute lost,';
  if (act.key.startsWith('withdrawal/')) return 'Return without a refund';
  if (act.act !== 'credited' || !act.instead) return WORDS[act.act];
  const isMore = entry.lines.some(({ role, amountMinor }) => role === 'refundLiability' && amountMinor < 0);
  return isMore ? 'More than was accepted by refund' : 'Less than was accepted by refund';
}

function textOf(draft: Draft, of: Act, entry: Entry): string {
  const { key } = of;
  return `${wordsOf(of, entry)} ${calledIn(draft, key)} of ${draft.name}${entry.key === key ? '' : ', cost'}`;
}

/** What an act is about, as people call it: a return has a name, all else its id. */
function calledIn({ state }: Draft, act: string): string {
  const id = act.slice(act.indexOf('/') + 1).replace(`${state.key}#`, '');
  const back = Object.entries(state.returns ?? {}).find(([key]) => id === key || id.startsWith(`${key}/`));
  return back?.[1].told.content.name ?? id;
}

/** The content has changed what was booked, and nothing else happened: an edit after goods or money went. */
function hasChanged(draft: Draft): boolean {
  if (postedOf(draft).acts.length === 0) return false;
  if (!draft.facts.some(({ type }) => type === 'OrderChanged' || type === 'OrderCancelled')) return false;
  const { content, policy } = viewOf(draft);
  const { balances } = figuresOf(content, postedOf(draft).acts, policy);
  const { lines } = postedOf(draft);
  const keys = new Set([...balances.keys(), ...Object.keys(lines)]);
  for (const key of keys)
    if ((balances.get(key)?.amountMinor ?? 0) !== (lines[key]?.amountMinor ?? 0)) return true;
  return false;
}

/** An order that is over: what was unspread is due, a small remainder is written off, and anything else that is left is a case. */
function closeBooks(draft: Draft): void {
  const { state, order } = draft;
  if (!ENDED.has(state.status) || state.status === 'archived' || order.payments === null) return;
  const isClosed = () => postedOf(draft).acts.some(({ act }) => act === 'closed');
  const isPending = isRefundOnItsWay(draft) || awaitsRefund(viewOf(draft));
  if (!isClosed() && !isPending && areAllArrived(draft) && postedOf(draft).acts.length > 0) {
    const { writeOffLimitMinor } = viewOf(draft).books;
    if (!post(draft, numbered(draft, 'close', { act: 'closed', writeOffLimitMinor }))) return;
  }
  if (!isClosed() || !giveAway(draft)) return;
  const open = openBalances(postedOf(draft));
  if (open.length === 0 || isPending || state.cases[TOO_MUCH_REFUNDED]) {
    draft.closeCase(DOES_NOT_CLOSE, open.length === 0 ? 'nothing is left' : 'another case says why');
    return;
  }
  const currency = draft.currency;
  const about = open
    .map(([role, minor]) => `${WORDS_OF_OPEN[role]}: ${formatMinor(Math.abs(minor), currency)} ${currency}`)
    .join(', ');
  const known = draft.state.cases[DOES_NOT_CLOSE];
  if (known && known.about !== about) draft.closeCase(DOES_NOT_CLOSE, 'something else is left now');
  draft.openCase(
    {
      key: DOES_NOT_CLOSE,
      reason: DOES_NOT_CLOSE,
      message: `Order ${draft.name} is over, and its books do not close: ${about}`,
      suggestedFix:
        'Collect or give back at the channel what is left, and the order closes; what nobody asks for is written off in the finance system, and the case is skipped',
    },
    about,
  );
}

/** What was refunded beyond what was paid, and was meant, is goodwill. False: a row of the configuration is missing. */
function giveAway(draft: Draft): boolean {
  const { state, order, entity } = draft;
  if (state.accepted[TOO_MUCH_REFUNDED] === undefined || state.cases[TOO_MUCH_REFUNDED]) return true;
  const owed = openBalances(postedOf(draft)).find(([role]) => role === 'receivables')?.[1] ?? 0;
  const refunded = order.refunds.reduce((sum, { cash }) => sum + cash[entity.money], 0);
  const compensationMinor = Math.min(owed, refunded - capturedMinor(draft));
  if (compensationMinor <= 0) return true;
  return post(draft, numbered(draft, 'goodwill', { act: 'credited', compensationMinor }));
}

/** Money of a refund is under way, a message has told of it that does not carry the payments, or its return is not known yet. */
function isRefundOnItsWay({ state, order, entity: { money } }: Draft): boolean {
  if (order.refunds.some((refund) => awaitsReturn(state, refund))) return true;
  const told = order.refunds.reduce((sum, { cash }) => sum + cash[money], 0);
  const seen = (order.payments ?? [])
    .filter(({ kind, status }) => kind === 'refund' && status === 'succeeded')
    .reduce((sum, { amount }) => sum + amount[money], 0);
  return told > seen || order.refunds.some(({ cashPending }) => cashPending[money] !== 0);
}

const WORDS_OF_OPEN = {
  receivables: 'the customer owes',
  deposits: 'a deposit is held',
  refundLiability: 'the customer is owed a refund',
} as const satisfies Partial<Record<AccountRole, string>>;

function openBalances({ lines }: Posted): [keyof typeof WORDS_OF_OPEN, number][] {
  const open = new Map<keyof typeof WORDS_OF_OPEN, number>();
  for (const { role, amountMinor } of Object.values(lines))
    if (role in WORDS_OF_OPEN && amountMinor !== 0) {
      const of = role as keyof typeof WORDS_OF_OPEN;
      open.set(of, (open.get(of) ?? 0) + amountMinor);
    }
  return [...open];
}

function areAllArrived(draft: Draft): boolean {
  const { policy } = viewOf(draft);
  const { acts } = postedOf(draft);
  if (policy.revenueOn === 'shipment') return true;
  const arrived = new Set(acts.flatMap((act) => (act.act === 'delivered' ? [act.shipment] : [])));
  return acts.every((act) => act.act !== 'shipped' || arrived.has(act.shipment));
}
