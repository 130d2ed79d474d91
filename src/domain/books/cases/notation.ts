/**
 * Journals as accountants write them in one line: "DEP 34.99 / REV 28.01, SHIP 1.39, VAT 5.59", debit left of the stroke. A role may
 * be told apart by its tax code or gateway: "VAT:DE-7 0.23".
 */
import { formatMinor, parseMinor } from '../../money.ts';
import { ACCOUNT_ROLES, type AccountRole } from '../posting.ts';

const ROLE_OF: ReadonlyMap<string, AccountRole> = new Map(
  Object.entries(ACCOUNT_ROLES).map(([role, short]) => [short, role as AccountRole]),
);

export interface NotedLine {
  role: AccountRole;
  /** Tax code or gateway; empty: all of the role. */
  of: string;
  /** Debit positive. */
  amountMinor: number;
}

/** Reads one journal; "none" is none. Throws an Error that says what is wrong. */
export function readJournal(text: string, currency: string): NotedLine[] {
  if (text.trim() === 'none') return [];
  const [debit, credit, ...more] = text.split(' / ');
  if (debit === undefined || credit === undefined || more.length > 0)
    throw new Error(`"${text}" is no journal: write it as "CL 120.00 / DEP 100.00, VAT 20.00"`);
  const lines = [...readSide(debit, 1, currency), ...readSide(credit, -1, currency)];
  const off = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  if (off !== 0) throw new Error(`"${text}" does not balance: it is off by ${formatMinor(off, currency)}`);
  return lines;
}

function readSide(text: string, sign: 1 | -1, currency: string): NotedLine[] {
  return text.split(',').map((part) => {
    const [name = '', amount = '', ...more] = part.trim().split(/\s+/);
    const [short = '', of = ''] = name.split(':');
    const role = ROLE_OF.get(short);
    if (role === undefined || more.length > 0)
      throw new Error(
        `"${part.trim()}" is no line of a journal: there are ${[...ROLE_OF.keys()].join(', ')}`,
      );
    return { role, of, amountMinor: sign * parseMinor(amount, currency) };
  });
}

/** Writes lines as one journal, the debits first. */
export function writeJournal(lines: readonly NotedLine[], currency: string): string {
  const side = (sign: 1 | -1) =>
    lines
      .filter(({ amountMinor }) => Math.sign(amountMinor) === sign)
      .map(
        ({ role, of, amountMinor }) =>
          `${ACCOUNT_ROLES[role]}${of === '' ? '' : `:${of}`} ${formatMinor(Math.abs(amountMinor), currency)}`,
      )
      .join(', ');
  const [debit, credit] = [side(1), side(-1)];
  return debit === '' && credit === '' ? 'none' : `${debit} / ${credit}`;
}
