/** Posting rules: which account a role stands for. A gap is named, row by row, so that somebody can fill it. */
import { type Books, type PostingRule, RULE_DIMENSIONS } from './books-config.ts';
import type { AccountRole, Dimensions } from './posting.ts';

/** What a line is of, besides its role. */
export interface RuleQuery extends Dimensions {
  role: AccountRole;
  act: string;
  /** Document date. */
  on: string;
}

/** The number of the account; null: there is no rule. */
export function accountOf({ rules }: Pick<Books, 'rules'>, query: RuleQuery): string | null {
  let best: PostingRule | null = null;
  let weight = -1;
  for (const rule of rules) {
    if (rule.role !== query.role || rule.from > query.on) continue;
    const named = RULE_DIMENSIONS.filter((each) => rule[each] !== undefined);
    if (named.some((each) => rule[each] !== query[each])) continue;
    if (named.length > weight || (named.length === weight && best !== null && rule.from > best.from)) {
      best = rule;
      weight = named.length;
    }
  }
  return best?.account ?? null;
}

/** The row that is missing, as a person would write it: `{"role":"clearing","gateway":"paypal","account":"…"}`. */
export function missingRow({ on: _, act, ...query }: RuleQuery): string {
  return JSON.stringify({ ...query, act, account: '…' });
}
