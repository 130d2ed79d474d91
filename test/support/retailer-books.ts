/** Books for entities of tests: a chart with an account for each role, named by its abbreviation, and rules without distinctions. */
import type { z } from 'zod';
import type { Books } from '../../src/domain/books/books-config.ts';
import { ACCOUNT_ROLES, type AccountRole } from '../../src/domain/books/posting.ts';

export type BooksInput = z.input<typeof Books>;

/** `without`: roles that have no rule. */
export function someBooks(
  changes: Partial<BooksInput> = {},
  without: readonly AccountRole[] = [],
): BooksInput {
  const roles = Object.entries(ACCOUNT_ROLES) as [AccountRole, string][];
  return {
    accounts: roles.map(([role, number]) => ({ number, name: role, type: 'asset' })),
    rules: roles.filter(([role]) => !without.includes(role)).map(([role, account]) => ({ role, account })),
    registrations: [{ id: 'DE', jurisdiction: 'DE', taxCodes: ['VAT19', 'VAT7', 'de-19'] }],
    ...changes,
  };
}
