/** The vendor's search of lists that are searched item by item: `status:paid issued_at:>='2026-11-01' lamp`. */
import { GraphQLError } from 'graphql';
import { connection, type Page, type PageArgs } from './connection.ts';
import { type Condition, type Operator, parseSearch, type Term } from './search-syntax.ts';
import { notSupported } from './unsupported.ts';

export interface ListArgs extends PageArgs {
  query?: string | null;
  sortKey?: string | null;
}

/** What a field of a search is compared with. */
export type Field<Item> =
  | { text: (item: Item) => string | readonly string[] | null }
  | { id: (item: Item) => string }
  | { time: (item: Item) => number }
  | { number: (item: Item) => number }
  | { flag: (item: Item) => boolean }
  /** What each word that may be given means. */
  | { words: Readonly<Record<string, (item: Item) => boolean>> };

/** Fields by name; `default` answers words that name no field. */
export type Fields<Item> = Readonly<Record<string, Field<Item>>>;

/** Whether an item fits a query. */
export function filterOf<Item>(
  query: string | null | undefined,
  fields: Fields<Item>,
): (item: Item) => boolean {
  return conditionTest(parseSearch(query ?? ''), fields);
}

function conditionTest<Item>(condition: Condition, fields: Fields<Item>): (item: Item) => boolean {
  if (condition.is === 'term') return testOf(condition.term, fields);
  if (condition.is === 'not') {
    const test = conditionTest(condition.of, fields);
    return (item) => !test(item);
  }
  const tests = condition.of.map((each) => conditionTest(each, fields));
  return condition.is === 'all'
    ? (item) => tests.every((test) => test(item))
    : (item) => tests.some((test) => test(item));
}

function testOf<Item>(term: Term, fields: Fields<Item>): (item: Item) => boolean {
  const field = fields[term.field === '' ? 'default' : term.field];
  if (!field) throw notSupported(`the search by "${term.field || term.value}"`);
  const test = positive(term, field);
  return term.negated ? (item) => !test(item) : test;
}

function positive<Item>(term: Term, field: Field<Item>): (item: Item) => boolean {
  const { operator, value } = term;
  if (operator !== '=' && ('text' in field || 'flag' in field || 'words' in field))
    throw notSupported(`the search by "${term.field}:${operator}"`);
  if ('words' in field) {
    const test = field.words[value.toLowerCase()];
    if (!test) throw notSupported(`the search by "${term.field}:${value}"`);
    return test;
  }
  if ('text' in field) {
    const fits = textTest(value.toLowerCase(), term.field === '');
    return (item) => [field.text(item) ?? []].flat().some((text) => fits(text.toLowerCase()));
  }
  if ('flag' in field) return (item) => String(field.flag(item)) === value.toLowerCase();
  if ('id' in field) {
    const bound = BigInt(idOf(term));
    return (item) => holds(operator, BigInt(field.id(item)), bound);
  }
  if ('number' in field) {
    const bound = Number(value);
    if (!Number.isFinite(bound)) throw invalid(term);
    return (item) => holds(operator, field.number(item), bound);
  }
  const [from, to] = spanOf(term);
  return (item) => {
    const second = Math.floor(field.time(item) / 1000) * 1000;
    if (operator === '=') return second >= from && second < to;
    return holds(operator, second, operator === '<=' || operator === '>' ? to - 1 : from);
  };
}

/** The digits of an id, or of a global id. */
export function idOf(term: Term): string {
  const id = /(\d+)$/.exec(term.value)?.[1];
  if (id === undefined) throw invalid(term);
  return id;
}

/** Words begin with what is looked for where no field is named; a field's text is it, or begins with it before `*`. */
function textTest(wanted: string, anywhere: boolean): (text: string) => boolean {
  const stem = wanted.endsWith('*') ? wanted.slice(0, -1) : undefined;
  if (wanted === '*') return (text) => text !== '';
  if (!anywhere) return stem === undefined ? (text) => text === wanted : (text) => text.startsWith(stem);
  const words = (stem ?? wanted).split(/\s+/);
  return (text) => words.every((word) => text.split(/[\s@,]+/).some((each) => each.startsWith(word)));
}

export function holds<Value extends number | bigint>(
  operator: Operator,
  value: Value,
  bound: Value,
): boolean {
  switch (operator) {
    case '>=':
      return value >= bound;
    case '>':
      return value > bound;
    case '<=':
      return value <= bound;
    case '<':
      return value < bound;
    default:
      return value === bound;
  }
}

const DAY_MS = 86_400_000;

/** The instants that a time of a search means: a second, or a day. */
function spanOf(term: Term): [fromMs: number, toMs: number] {
  // A year or a month, and times counted from now.
  if (/^(now.*|\d{4}(-\d\d)?)$/.test(term.value))
    throw notSupported(`the search by "${term.field}:${term.value}"`);
  const ms = Date.parse(term.value);
  if (Number.isNaN(ms)) throw invalid(term);
  const second = Math.floor(ms / 1000) * 1000;
  return /^\d{4}-\d\d-\d\d$/.test(term.value) ? [ms, ms + DAY_MS] : [second, second + 1000];
}

/** Bounds of a condition on time, half-open; infinite where there is none. */
export function timeBounds(term: Term): [fromMs: number, toMs: number] {
  const [from, to] = spanOf(term);
  switch (term.operator) {
    case '>=':
      return [from, Number.POSITIVE_INFINITY];
    case '>':
      return [to, Number.POSITIVE_INFINITY];
    case '<=':
      return [0, to];
    case '<':
      return [0, from];
    default:
      return [from, to];
  }
}

export function invalid({ field, value }: Term): GraphQLError {
  return new GraphQLError(`Invalid search: ${field}:${value.slice(0, 100)}`, {
    extensions: { code: 'BAD_REQUEST' },
  });
}

/**
 * A page of a list that is searched and sorted.
 * @param sorts what the list may be sorted by; the first key where none is given. Ties are broken by id.
 */
export function listed<Item extends { id: string }>(
  items: readonly Item[],
  args: ListArgs,
  {
    fields,
    sorts,
  }: { fields: Fields<Item>; sorts: Readonly<Record<string, (item: Item) => string | number>> },
  node: (item: Item) => unknown,
): Page {
  const key = args.sortKey ?? Object.keys(sorts)[0] ?? '';
  const by = sorts[key];
  if (!by) throw notSupported(`a list sorted by ${key}`);
  const keyed = items.filter(filterOf(args.query, fields)).map((item) => ({ item, value: by(item) }));
  keyed.sort((one, other) => {
    if (one.value !== other.value) return one.value < other.value ? -1 : 1;
    return one.item.id < other.item.id ? -1 : 1;
  });
  if (args.reverse) keyed.reverse();
  return connection(
    keyed.map(({ item }) => item),
    args,
    node,
  );
}
