/** What Xero refuses, as rejections: its own words, a code of ours for them, and what would help. */
import type { Failure } from '../contract.ts';

const RETRY = 'then retry the case';
/** The code of what is refused for its day. */
export const PERIOD_LOCKED = 'period-locked';

/** The first whose pattern is in Xero's words. */
const KNOWN: readonly [pattern: RegExp, code: string, fix: string][] = [
  [
    /must be unique/i,
    'number-taken',
    `Find the document of this number in Xero. If it is another one, void or renumber it, ${RETRY}; if it is this one, skip the case`,
  ],
  [
    /lock date/i,
    PERIOD_LOCKED,
    `Move the lock date in Xero (Accounting settings › Financial settings) and in the books of the entity to the same day, ${RETRY}`,
  ],
  [
    /archived, or has been deleted/i,
    'account-archived',
    `Restore the account in Xero’s chart of accounts, or name another one in the posting rules, ${RETRY}`,
  ],
  [
    /TaxType code .* cannot be used with account/i,
    'tax-type-not-for-account',
    `Choose a tax type that Xero allows on this account in the posting rules, or change the account in Xero, ${RETRY}`,
  ],
  [
    /TaxType code/i,
    'unknown-tax-type',
    `Name a tax type of the organisation (Xero: Accounting settings › Tax rates) in the posting rules, ${RETRY}`,
  ],
  [
    /not a valid code for this document/i,
    'account-not-valid',
    `Name an account that Xero takes here: bank accounts and its own (receivable, payable, retained earnings) are moved by documents and payments, never by lines or journals; payments need a bank account or one that allows payments; ${RETRY}`,
  ],
  [
    /exceeds the amount outstanding|amount outstanding on this document/i,
    'more-than-outstanding',
    `Look in Xero at what has been paid and set off on this document; remove what is too much, ${RETRY}, or skip it`,
  ],
  [
    /only be made against Authori[sz]ed/i,
    'document-not-authorised',
    `Approve the document in Xero, or book it anew where it was voided, ${RETRY}`,
  ],
  [
    /could not be found|cannot be found/i,
    'not-found',
    `Find out in Xero what became of it: book it anew or correct what names it, ${RETRY}`,
  ],
  [
    /does not match the expected line total|must equal total credits|tax amount cannot be greater/i,
    'amounts-do-not-add-up',
    `Compare the lines of the document with the posting that it was made of; correct the posting rules, ${RETRY}`,
  ],
  [
    /limit of invoices you can approve|subscription|plan/i,
    'plan-limit',
    `Raise the organisation’s Xero plan, ${RETRY}`,
  ],
  [
    /currency/i,
    'currency',
    `Add the currency to the organisation in Xero (Accounting settings › Currencies), or correct the currency of the account, ${RETRY}`,
  ],
  [
    /contact/i,
    'contact',
    `Correct the contact in Xero (its name must be unique, and it must not be archived), ${RETRY}`,
  ],
  [
    /tracking/i,
    'tracking',
    `Correct the tracking categories in Xero or the setting "tracking" of the connection, ${RETRY}`,
  ],
  [
    /JSON|post data|No data has been processed|Syntax error/i,
    'malformed',
    'The request breaks Xero’s API: report it to the integration’s author with this case',
  ],
];

export function refusal(messages: readonly string[], fallback: string): Failure {
  const message = messages.join('; ') || fallback;
  const known = KNOWN.find(([pattern]) => pattern.test(message));
  return {
    status: 'rejected',
    code: known?.[1] ?? 'validation',
    message,
    suggestedFix: known?.[2] ?? `Settle in Xero what it objects to, ${RETRY}`,
  };
}

/** What we refuse ourselves, since Xero would book it as something else. */
export function refused(code: string, message: string, suggestedFix: string): Failure {
  return { status: 'rejected', code, message, suggestedFix: `${suggestedFix}, ${RETRY}` };
}
