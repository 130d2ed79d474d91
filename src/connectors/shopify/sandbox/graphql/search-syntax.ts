/**
 * The vendor's search language: `status:open (tag:vip OR -financial_status:paid) lamp`. Conditions stand side by side, or with AND
 * between them; OR binds less; parentheses group; `-` and NOT negate what follows.
 */
import { notSupported } from './unsupported.ts';

export type Operator = '=' | '>=' | '>' | '<=' | '<';

/** One condition; without a field it is looked for in all that the vendor calls the default. */
export interface Term {
  field: string;
  operator: Operator;
  value: string;
  negated: boolean;
}

export type Condition =
  | { is: 'term'; term: Term }
  | { is: 'all' | 'any'; of: readonly Condition[] }
  | { is: 'not'; of: Condition };

const TERM =
  /^(-|NOT\s+)?(?:([a-z_]+):)?(<=|>=|<|>|=)?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s()'"]+))(?=[\s)]|$)/;
const GROUP = /^(-|NOT\s+)?\(/;

/** What a query asks for. Throws on text that is no search. */
export function parseSearch(query: string): Condition {
  const reader = new Reader(query);
  const condition = reader.any();
  if (reader.rest !== '') throw reader.strange();
  return condition;
}

/** The conditions of a query of which each must hold; of a query with alternatives they are not all. */
export function requiredTerms(condition: Condition): Term[] {
  if (condition.is === 'term') return [condition.term];
  return condition.is === 'all' ? condition.of.flatMap(requiredTerms) : [];
}

/** The conditions of a query that has no alternatives; others are not behaved where a list is searched by them. */
export function termsOf(query: string): Term[] {
  const strict = (condition: Condition): Term[] => {
    if (condition.is === 'term') return [condition.term];
    if (condition.is !== 'all') throw notSupported(`alternatives in the search "${query.slice(0, 100)}"`);
    return condition.of.flatMap(strict);
  };
  return strict(parseSearch(query));
}

class Reader {
  rest: string;

  constructor(query: string) {
    this.rest = query.trim();
  }

  strange(): Error {
    return notSupported(`the search "${this.rest.slice(0, 100)}"`);
  }

  any(): Condition {
    const of = [this.#all()];
    while (this.#takes(/^OR(?=[\s(])/)) of.push(this.#all());
    if (of.length === 1) return of[0] as Condition;
    if (of.some((each) => each.is === 'all' && each.of.length === 0)) throw this.strange();
    return { is: 'any', of };
  }

  #all(): Condition {
    const of: Condition[] = [];
    while (this.rest !== '' && !/^(\)|OR(?=[\s(]))/.test(this.rest)) {
      if (of.length > 0) this.#takes(/^AND(?=[\s(])/);
      of.push(this.#one());
    }
    return of.length === 1 ? (of[0] as Condition) : { is: 'all', of };
  }

  #one(): Condition {
    const group = GROUP.exec(this.rest);
    if (group) {
      this.#skip(group[0]);
      const inner = this.any();
      if (!this.#takes(/^\)/)) throw this.strange();
      return group[1] === undefined ? inner : { is: 'not', of: inner };
    }
    const found = TERM.exec(this.rest);
    const [whole = '', negated, field = '', operator = '=', single, double, plain] = found ?? [];
    if (!found || plain === 'OR' || plain === 'AND') throw this.strange();
    const value = (single ?? double)?.replace(/\\(.)/g, '$1') ?? plain ?? '';
    this.#skip(whole);
    const term = { field, operator: operator as Operator, value, negated: negated !== undefined };
    return { is: 'term', term };
  }

  #takes(pattern: RegExp): boolean {
    const [found] = pattern.exec(this.rest) ?? [];
    if (found === undefined) return false;
    this.#skip(found);
    return true;
  }

  #skip(text: string): void {
    this.rest = this.rest.slice(text.length).trimStart();
  }
}
