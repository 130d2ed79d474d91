/** The filter `where` of lists, of the kinds that are in use: conditions joined by AND, some of them alternatives in brackets. */
import { plainDate } from './dates.ts';
import { apiException, Reply } from './errors.ts';

const TEXT = /^([A-Za-z.]+)\s*==\s*"((?:[^"\\]|\\.)*)"$/;
const DATE = /^([A-Za-z.]+)\s*(==|>=|<=)\s*DateTime\((\d{4}),\s*(\d{1,2}),\s*(\d{1,2})\)$/;
const STARTS = /^([A-Za-z.]+)\.StartsWith\("((?:[^"\\]|\\.)*)"\)$/;
const AND = /^(?:\s+AND\s+|\s*&&\s*)/i;
const OR = /^(?:\s+OR\s+|\s*\|\|\s*)/i;

type Row = Record<string, unknown>;
type Condition = (row: Row) => boolean;

/** Those rows that all conditions hold for; a condition that cannot be read is a query that Xero cannot parse. */
export function filtered<Item extends object>(items: readonly Item[], where: string | null): Item[] {
  if (where === null) return [...items];
  const holds = conditionOf(where);
  return items.filter((item) => holds(item as Row));
}

function conditionOf(text: string): Condition {
  const all = split(text, AND);
  if (all.length > 1) return every(all.map(conditionOf));
  const any = split(text, OR);
  if (any.length > 1) return some(any.map(conditionOf));
  const inner = /^\((.*)\)$/s.exec(text.trim())?.[1];
  return inner === undefined ? simple(text) : conditionOf(inner);
}

const every =
  (conditions: Condition[]): Condition =>
  (row) =>
    conditions.every((holds) => holds(row));
const some =
  (conditions: Condition[]): Condition =>
  (row) =>
    conditions.some((holds) => holds(row));

function simple(text: string): Condition {
  const equal = TEXT.exec(text);
  if (equal) return (row) => fieldOf(row, equal[1] ?? '') === plain(equal[2] ?? '');
  const date = DATE.exec(text);
  if (date) {
    const [, field = '', operator, year = '', month = '', day = ''] = date;
    const wanted = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    return (row) => {
      const own = plainDate(String(fieldOf(row, field)));
      return operator === '==' ? own === wanted : operator === '>=' ? own >= wanted : own <= wanted;
    };
  }
  const starts = STARTS.exec(text);
  if (starts) return (row) => String(fieldOf(row, starts[1] ?? '')).startsWith(plain(starts[2] ?? ''));
  throw new Reply(apiException(16, 'QueryParseException', `Syntax error in "${text}"`));
}

function fieldOf(row: Row, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (at, part) => (typeof at === 'object' && at !== null ? (at as Row)[part] : undefined),
      row,
    );
}

const plain = (text: string): string => text.replace(/\\(.)/g, '$1');

/** At a joint, but not within quotes or brackets. */
function split(text: string, joint: RegExp): string[] {
  const parts: string[] = [];
  let from = 0;
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (depth === 0) {
      const found = joint.exec(text.slice(at));
      if (!found) continue;
      parts.push(text.slice(from, at));
      from = at + found[0].length;
      at = from - 1;
    }
  }
  return [...parts, text.slice(from)].map((part) => part.trim());
}
