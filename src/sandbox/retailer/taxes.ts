/** Which tax a channel charges where: its title and rate, our code for it and the ERP's. */
import type { TaxClass } from './catalogue.ts';
import type { ChannelId } from './names.ts';

export interface Tax {
  /** As the channel calls it, unique per rate. */
  title: string;
  /** A fraction. */
  rate: string;
  /** Our own code, and the ERP's. */
  internal: string;
  erp: string;
}

const tax = (title: string, rate: string, internal: string, erp: string): Tax => ({
  title,
  rate,
  internal,
  erp,
});

const BY_COUNTRY: Readonly<Record<string, Readonly<Record<TaxClass, Tax>>>> = {
  DE: {
    standard: tax('DE MwSt 19%', '0.19', 'de-standard', 'DE19'),
    reduced: tax('DE MwSt 7%', '0.07', 'de-reduced', 'DE07'),
  },
  AT: {
    standard: tax('AT USt 20%', '0.2', 'at-standard', 'AT20'),
    reduced: tax('AT USt 10%', '0.1', 'at-reduced', 'AT10'),
  },
  FR: {
    standard: tax('FR TVA 20%', '0.2', 'fr-standard', 'FR20'),
    reduced: tax('FR TVA 5.5%', '0.055', 'fr-reduced', 'FR055'),
  },
  NL: {
    standard: tax('NL BTW 21%', '0.21', 'nl-standard', 'NL21'),
    reduced: tax('NL BTW 9%', '0.09', 'nl-reduced', 'NL09'),
  },
  GB: {
    standard: tax('GB VAT 20%', '0.2', 'gb-standard', 'GB20'),
    reduced: tax('GB VAT 0%', '0', 'gb-zero', 'GB00'),
  },
};

/** Where a channel's shoppers live, by weight; the last ones are exports without tax. */
export const DESTINATIONS: Readonly<
  Record<ChannelId, readonly (readonly [weight: number, country: string])[]>
> = {
  'shopify-northlight': [
    [62, 'DE'],
    [12, 'AT'],
    [9, 'FR'],
    [8, 'NL'],
    [5, 'CH'],
    [4, 'US'],
  ],
  'shopify-harbour': [
    [90, 'GB'],
    [6, 'US'],
    [4, 'CH'],
  ],
  bazaar: [
    [70, 'DE'],
    [12, 'AT'],
    [10, 'FR'],
    [8, 'NL'],
  ],
};

/** What some sales carry beside the usual tax. */
const PACKAGING = tax('Packaging levy 1.5%', '0.015', 'packaging-levy', 'PACK');
export const LEVY: Readonly<{ title: string; rate: string }> = {
  title: PACKAGING.title,
  rate: PACKAGING.rate,
};

/** The taxes that a channel may charge. */
export function taxesOf(channel: ChannelId): Tax[] {
  const usual = DESTINATIONS[channel].flatMap(([, country]) => Object.values(BY_COUNTRY[country] ?? {}));
  return [...usual, PACKAGING];
}

/** What is charged on a sale to a country; none for exports. */
export function taxOn(country: string, taxClass: TaxClass): { title: string; rate: string }[] {
  const found = BY_COUNTRY[country]?.[taxClass];
  return found ? [{ title: found.title, rate: found.rate }] : [];
}
