/** Lines of documents and bank transactions: what they come to, by Xero's rules of rounding, and what it refuses. */
import { amount, cents, lineCents, percent, taxInside } from './amounts.ts';
import { Refusal } from './errors.ts';
import type { Account, Organisation } from './organisation.ts';

export type LineAmountTypes = 'Exclusive' | 'Inclusive' | 'NoTax';

/** A line of a request. */
export interface LineRequest {
  Description: string;
  Quantity?: number;
  UnitAmount?: number;
  LineAmount?: number;
  AccountCode?: string;
  TaxType?: string;
  TaxAmount?: number;
  Tracking?: { Name?: string; Option?: string }[];
}

/** A line as it is booked. Cents are hundredths of the document's currency. */
export interface BookedLine {
  lineItemId: string;
  description: string;
  quantity: number;
  unitAmount: number;
  lineCents: number;
  netCents: number;
  taxCents: number;
  taxType: string;
  account: Account;
  tracking: ReturnType<Organisation['options']>;
}

export interface Totals {
  subTotal: number;
  totalTax: number;
  total: number;
}

/** Reads all lines; what is wrong with any of them is refused together. */
export function readLines(
  organisation: Organisation,
  lines: readonly LineRequest[],
  types: LineAmountTypes,
  unitDecimals: 2 | 4,
): BookedLine[] {
  const problems: string[] = [];
  const read = lines.flatMap((line) => {
    try {
      return [readLine(organisation, line, types, unitDecimals)];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push(...error.messages);
      return [];
    }
  });
  if (problems.length > 0) throw new Refusal(...new Set(problems));
  return read;
}

function readLine(
  organisation: Organisation,
  line: LineRequest,
  types: LineAmountTypes,
  unitDecimals: 2 | 4,
): BookedLine {
  const account = organisation.lineAccount(line.AccountCode);
  const quantity = line.Quantity ?? 1;
  const told = line.LineAmount === undefined ? null : cents(line.LineAmount);
  const unitAmount = line.UnitAmount ?? (quantity === 0 ? 0 : amount(told ?? 0) / quantity);
  const worked = line.UnitAmount === undefined ? null : lineCents(quantity, line.UnitAmount, unitDecimals);
  if (told !== null && worked !== null && told !== worked)
    throw new Refusal(
      `The line total ${amount(told).toFixed(2)} does not match the expected line total ${amount(worked).toFixed(2)}`,
    );
  const sum = worked ?? told ?? 0;
  const taxType = types === 'NoTax' ? 'NONE' : (line.TaxType ?? 'NONE');
  const { rate } = organisation.taxRate(taxType, account);
  const taxCents =
    types === 'NoTax'
      ? 0
      : line.TaxAmount !== undefined
        ? cents(line.TaxAmount)
        : types === 'Inclusive'
          ? taxInside(sum, rate)
          : percent(sum, rate);
  if (Math.abs(taxCents) > Math.abs(sum))
    throw new Refusal('The tax amount cannot be greater than the line amount');
  return {
    lineItemId: organisation.id('line'),
    description: line.Description,
    quantity,
    unitAmount,
    lineCents: sum,
    netCents: types === 'Inclusive' ? sum - taxCents : sum,
    taxCents,
    taxType,
    account,
    tracking: organisation.options(line.Tracking),
  };
}

export function totalsOf(lines: readonly BookedLine[]): Totals {
  const subTotal = lines.reduce((sum, line) => sum + line.netCents, 0);
  const totalTax = lines.reduce((sum, line) => sum + line.taxCents, 0);
  return { subTotal, totalTax, total: subTotal + totalTax };
}

export function totalsJson({ subTotal, totalTax, total }: Totals) {
  return { SubTotal: amount(subTotal), TotalTax: amount(totalTax), Total: amount(total) };
}

export function lineJson(line: BookedLine) {
  return {
    LineItemID: line.lineItemId,
    Description: line.description,
    Quantity: line.quantity,
    UnitAmount: Number(line.unitAmount.toFixed(4)),
    LineAmount: amount(line.lineCents),
    TaxType: line.taxType,
    TaxAmount: amount(line.taxCents),
    AccountCode: line.account.code,
    AccountID: line.account.accountId,
    Tracking: trackingJson(line.tracking),
  };
}

export function trackingJson(tracking: BookedLine['tracking']) {
  return tracking.map(({ category, option }) => ({
    Name: category.name,
    Option: option.name,
    TrackingCategoryID: category.trackingCategoryId,
    TrackingOptionID: option.trackingOptionId,
  }));
}
