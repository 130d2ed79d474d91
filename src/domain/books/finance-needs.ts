/** What the books of an entity need of the system that it tells: a connector refuses what its vendor does not take before it is sent. */
import type { RetailerConfig } from '../config.ts';
import type { FinancePosting } from './finance-config.ts';
import type { AccountRole } from './posting.ts';

export interface FinanceNeeds {
  entity: string;
  currency: string;
  mode: FinancePosting['mode'];
  /** Accounts that its posting rules name, each with its roles. */
  accounts: { account: string; roles: AccountRole[] }[];
  /** The system's codes of the taxes that it tells. */
  taxCodes: string[];
}

/** Of each entity that a connection keeps the books of. @param taxCodeOf the system's code of a tax of ours; null: nobody knows. */
export function financeNeeds(
  { entities }: RetailerConfig,
  connection: string,
  taxCodeOf: (taxCode: string) => string | null,
): FinanceNeeds[] {
  return entities.flatMap(({ id, currency, books, finance }) => {
    if (finance?.connection !== connection) return [];
    const rules = Map.groupBy(books?.rules ?? [], ({ account }) => account);
    return {
      entity: id,
      currency,
      mode: finance.mode,
      accounts: [...rules].map(([account, of]) => ({
        account,
        roles: [...new Set(of.map(({ role }) => role))],
      })),
      taxCodes: (books?.registrations ?? [])
        .flatMap(({ taxCodes }) => taxCodes)
        .flatMap((code) => taxCodeOf(code) ?? []),
    };
  });
}
