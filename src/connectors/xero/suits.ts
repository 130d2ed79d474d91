/** Whether what an entity's books need is what Xero takes: told when it is configured and when it is connected, not by a refused posting. */
import type { FinanceNeeds } from '../../domain/books/finance-needs.ts';
import { type AccountRole, MONEY_ROLES } from '../../domain/books/posting.ts';
import { currencyExponent } from '../../domain/money.ts';
import type { Account } from './facts.ts';

/** Xero books these by documents, payments and bank transactions alone. */
const ONLY_BY_DOCUMENTS: readonly AccountRole[] = ['tax', 'receivables', 'bank'];
/** They are accounts of Xero's own, or bank accounts: lines never name them. */
const NEVER_ON_LINES: ReadonlySet<AccountRole> = new Set(['receivables', 'bank']);
/** Characters of an account's code. */
const MAX_CODE = 10;
const DECIMALS = 2;

/** What of the configuration does not suit Xero whatever the organisation, one sentence each. */
export function unsuited({ entity, currency, mode, accounts }: FinanceNeeds): string[] {
  const problems: string[] = [];
  const say = (words: string) => problems.push(`entity "${entity}": ${words}`);
  const roles = ONLY_BY_DOCUMENTS.filter((role) => accounts.some((each) => each.roles.includes(role)));
  if (mode !== 'documents' && roles.length > 0)
    say(
      `its posting rules have accounts for ${roles.join(', ')}, which Xero takes on no journal: set finance.mode to "documents"`,
    );
  if (currencyExponent(currency) > DECIMALS)
    say(`Xero keeps ${DECIMALS} decimals, and ${currency} has more: keep its books elsewhere`);
  for (const { account, roles: of } of accounts) {
    if (account.length > MAX_CODE)
      say(`the account ${account} cannot be a code at Xero, which has ${MAX_CODE} characters at most`);
    const alone = of.find((role) => NEVER_ON_LINES.has(role));
    if (alone !== undefined && of.length > 1)
      say(
        `the account ${account} is for ${of.join(', ')}: Xero books nothing else on that of ${alone}, so give the others accounts of their own`,
      );
  }
  return problems;
}

/** What is missing in the organisation's chart of accounts and tax rates, one sentence each. */
export function missingAt(
  { entity, currency, accounts, taxCodes }: FinanceNeeds,
  there: { baseCurrency: string; accounts: readonly Account[]; taxTypes: readonly string[] },
): string[] {
  const problems: string[] = [];
  const say = (words: string) => problems.push(`entity "${entity}": ${words}`);
  if (currency !== there.baseCurrency)
    say(`its books are in ${currency}, and those at Xero in ${there.baseCurrency}`);
  const unnamed = there.accounts.filter(({ code }) => code === null).map(({ name }) => name);
  for (const { account, roles } of accounts) {
    const found = there.accounts.find(({ code }) => code === account);
    if (!found) {
      const hint = unnamed.length > 0 ? ` (without a code there: ${unnamed.join(', ')})` : '';
      say(`Xero has no account with the code ${account}, of ${roles.join(', ')}: give it that code${hint}`);
    } else for (const role of roles) checkRole(found, role, say);
  }
  for (const code of new Set(taxCodes))
    if (!there.taxTypes.includes(code))
      say(`Xero has no active tax type ${code}: correct the mapping tax-code, or add the rate there`);
  return problems;
}

function checkRole(account: Account, role: AccountRole, say: (words: string) => void): void {
  const { code, isBank, isArchived, system, takesPayments } = account;
  const words = `the account ${code}, of ${role},`;
  if (isArchived) say(`${words} is archived at Xero: restore it, or name another one`);
  if (role === 'bank') {
    if (!isBank) say(`${words} is no bank account at Xero`);
  } else if (role === 'receivables') {
    if (system !== 'DEBTORS') say(`${words} must be Xero’s own Accounts Receivable`);
  } else if (role === 'tax') {
    if (system !== 'GST') say(`${words} must be Xero’s own account of VAT or GST`);
  } else if (isBank || OWN.has(system ?? '')) {
    say(`${words} is ${isBank ? 'a bank account' : 'one of Xero’s own'}, which takes no lines and journals`);
  } else if (MONEY_ROLES.has(role) && !takesPayments) {
    say(`${words} must be one to which payments are enabled: documents are paid from it`);
  }
}

/** Xero's own: documents and payments move them. */
const OWN: ReadonlySet<string> = new Set(['DEBTORS', 'CREDITORS', 'RETAINEDEARNINGS']);
