/** Amounts with their taxes, and shares of them: tax included, the gross and each tax are rounded; else the net and each tax. */
import { proportion, spread } from '../money.ts';
import type { BookOrder, BookPart, BookTax } from './acts.ts';

/** What a part comes to. `taxes` stand by the places of the part's taxes. */
export interface Amount {
  netMinor: number;
  taxes: readonly number[];
}

type Included = Pick<BookOrder, 'taxesIncluded'>;

const total = (taxes: readonly number[]): number => taxes.reduce((sum, each) => sum + each, 0);

export const grossOf = ({ netMinor, taxes }: Amount): number => netMinor + total(taxes);

/** The share `part / whole` of a part, rounded as the order's taxes are told. */
export function shareOf(of: BookPart, part: number, whole: number, { taxesIncluded }: Included): Amount {
  if (whole === 0 || part === 0) return { netMinor: 0, taxes: of.taxes.map(() => 0) };
  const taxes = of.taxes.map(({ amountMinor }) => proportion(amountMinor, part, whole));
  const amount = proportion(of.amountMinor, part, whole);
  return { netMinor: taxesIncluded ? amount - total(taxes) : amount, taxes };
}

/** The share `part / whole` of an amount, rounded in the same way. */
export function shareOfAmount(of: Amount, part: number, whole: number, { taxesIncluded }: Included): Amount {
  if (whole === 0 || part === 0) return { netMinor: 0, taxes: of.taxes.map(() => 0) };
  const taxes = of.taxes.map((each) => proportion(each, part, whole));
  const netMinor = taxesIncluded
    ? proportion(grossOf(of), part, whole) - total(taxes)
    : proportion(of.netMinor, part, whole);
  return { netMinor, taxes };
}

/** So much of an amount as its gross says; each tax in its ratio. */
export function grossShareOf(of: Amount, grossMinor: number): Amount {
  const whole = grossOf(of);
  const taxes = of.taxes.map((each) => (whole === 0 ? 0 : proportion(each, grossMinor, whole)));
  return { netMinor: grossMinor - total(taxes), taxes };
}

/** An amount as somebody else has told it: its gross, and its tax in the ratio of the taxes that it is of. */
export function toldAmount(of: Amount, grossMinor: number, taxMinor: number): Amount {
  if (of.taxes.length === 0) return { netMinor: grossMinor, taxes: [] };
  const taxes = spread(
    taxMinor,
    of.taxes.map((each) => Math.abs(each)),
  );
  return { netMinor: grossMinor - taxMinor, taxes };
}

export function minus(a: Amount, b: Amount): Amount {
  return {
    netMinor: a.netMinor - b.netMinor,
    taxes: a.taxes.map((each, place) => each - (b.taxes[place] ?? 0)),
  };
}

/** The tax by which accounts of revenue are told apart: the first of ours. */
export function mainTaxOf(taxes: readonly BookTax[]): string {
  return taxes.find(({ channelLiable }) => !channelLiable)?.code ?? '';
}
