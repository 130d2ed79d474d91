/** Balances of an order by role of account, with what tells accounts of one role apart. Debit is positive. */
import type { AccountRole } from './posting.ts';

export interface Place {
  role: AccountRole;
  taxCode: string;
  gateway: string;
}

export interface Balance extends Place {
  amountMinor: number;
}

export type Balances = Map<string, Balance>;

export const placeKeyOf = ({ role, taxCode, gateway }: Place): string => `${role}|${taxCode}|${gateway}`;

/** Adds to a balance; nothing is kept of what comes to nothing. */
export function add(
  balances: Balances,
  role: AccountRole,
  amountMinor: number,
  { taxCode = '', gateway = '' }: Partial<Omit<Place, 'role'>> = {},
): void {
  if (amountMinor === 0) return;
  const place = { role, taxCode, gateway };
  const key = placeKeyOf(place);
  const after = (balances.get(key)?.amountMinor ?? 0) + amountMinor;
  if (after === 0) balances.delete(key);
  else balances.set(key, { ...place, amountMinor: after });
}

export function totalOf(balances: Balances, role?: AccountRole): number {
  let sum = 0;
  for (const each of balances.values()) if (role === undefined || each.role === role) sum += each.amountMinor;
  return sum;
}

/** Turnover and tax of a tax code in a return, signed as the turnover is. */
export interface TaxBalance {
  code: string;
  rate: string;
  period: string;
  baseMinor: number;
  taxMinor: number;
}

export type TaxBalances = Map<string, TaxBalance>;

export function addTax(balances: TaxBalances, { code, rate, period, baseMinor, taxMinor }: TaxBalance): void {
  const key = `${code}|${period}`;
  const known = balances.get(key);
  balances.set(key, {
    code,
    rate,
    period,
    baseMinor: (known?.baseMinor ?? 0) + baseMinor,
    taxMinor: (known?.taxMinor ?? 0) + taxMinor,
  });
}
