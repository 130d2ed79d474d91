/** How the vendor writes money, instants and places: webhooks in one way, GraphQL in another. */
import { toText } from '../../../sandbox/kit/money.ts';
import type { Amount, OrderBook, Side } from './book.ts';
import { currencyOf } from './book-figures.ts';

export { toText as moneyText };

type Currencies = Pick<OrderBook, 'currency' | 'presentmentCurrency'>;

/** Both moneys in a webhook. */
export function moneySet(order: Currencies, amount: Amount): Record<string, unknown> {
  const one = (side: Side) => {
    const currency = currencyOf(order, side);
    return { amount: toText(amount[side], currency), currency_code: currency };
  };
  return { shop_money: one('shop'), presentment_money: one('presentment') };
}

interface Money {
  amount: string;
  currencyCode: string;
}

export interface MoneyBag {
  shopMoney: Money;
  presentmentMoney: Money;
}

/** Both moneys in GraphQL. */
export function moneyBag(order: Currencies, amount: Amount): MoneyBag {
  const one = (side: Side) => {
    const currency = currencyOf(order, side);
    return { amount: decimal(toText(amount[side], currency)), currencyCode: currency };
  };
  return { shopMoney: one('shop'), presentmentMoney: one('presentment') };
}

/** GraphQL writes 10.50 as "10.5" and 10 as "10.0", whatever the currency. */
export function decimal(text: string): string {
  if (!text.includes('.')) return `${text}.0`;
  const short = text.replace(/0+$/, '');
  return short.endsWith('.') ? `${short}0` : short;
}

/** An instant in GraphQL: UTC, whole seconds. */
export function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

const HOUR_MS = 3_600_000;

/** Writes instants of webhooks: in the store's time zone, whole seconds. */
export class LocalTime {
  readonly #format: Intl.DateTimeFormat;
  /** The zone's offset in minutes by hour, since asking for it is slow. */
  readonly #offsets = new Map<number, number>();

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' });
  }

  write(ms: number): string {
    const minutes = this.offsetMinutes(ms);
    const local = new Date(ms + minutes * 60_000).toISOString().slice(0, 19);
    const size = Math.abs(minutes);
    const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
    return `${local}${minutes < 0 ? '-' : '+'}${two(size / 60)}:${two(size % 60)}`;
  }

  /** How far the zone is ahead of UTC at an instant. */
  offsetMinutes(ms: number): number {
    const hour = Math.floor(ms / HOUR_MS);
    const known = this.#offsets.get(hour);
    if (known !== undefined) return known;
    const name = this.#format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
    const [, sign, hours = '0', minutes = '0'] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(name) ?? [];
    const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
    if (this.#offsets.size > 1_000) this.#offsets.clear();
    this.#offsets.set(hour, offset);
    return offset;
  }
}

const regions = new Intl.DisplayNames(['en'], { type: 'region' });
const countries = new Map<string, string>();

/** A country's name by its code. */
export function countryName(code: string): string {
  let name = countries.get(code);
  if (name === undefined) {
    name = regions.of(code) ?? code;
    countries.set(code, name);
  }
  return name;
}

/** First and last name in one. */
export function fullName({ firstName, lastName }: OrderBook['shopper']): string {
  return [firstName, lastName].filter((part) => part !== '').join(' ');
}

/** One money in GraphQL. */
export function moneyV2(minor: bigint, currency: string): { amount: string; currencyCode: string } {
  return { amount: decimal(toText(minor, currency)), currencyCode: currency };
}
