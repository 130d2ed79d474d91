/**
 * Reading a message field by field at the edge. Each field knows where it stands, so that what cannot be read is named with
 * its place and value, a reason and what would fix it.
 */

import type { TwoMoney } from '../../domain/canonical/index.ts';
import type { UnreadableReason } from '../../domain/messages.ts';
import { isCurrency, parseMinor } from '../../domain/money.ts';
import { decimalText } from './decimal.ts';
import { asObject, numericId, quoted } from './json.ts';

/** Why a message cannot be read. */
export class Unreadable extends Error {
  readonly reason: UnreadableReason;
  readonly suggestedFix: string;

  constructor(reason: UnreadableReason, message: string, suggestedFix: string = FIXES[reason]) {
    super(message);
    this.reason = reason;
    this.suggestedFix = suggestedFix;
  }
}

const FIXES: Readonly<Record<UnreadableReason, string>> = {
  'not-an-order': 'Look at the raw message and at what sends it; when it is of no use, skip the case',
  'unknown-value':
    'Find out what the value means in the vendor’s release notes and add it to the connector, then retry the case (the order is read again)',
  'bad-money': 'Correct the amount at the channel, then retry the case (the order is read again)',
  'bad-quantity':
    'Correct the quantity at the channel to whole units, then retry the case (the order is read again)',
  'schema-drift':
    'Compare the message with the vendor’s schema of the configured API version and bring the connector up to it, then retry the case (the order is read again)',
};

/** The two currencies of an order. */
export interface Currencies {
  shop: string;
  presentment: string;
}

/** What the two dialects of the vendor call the parts of an amount. */
const MONEY_NAMES = {
  webhook: { shop: 'shop_money', presentment: 'presentment_money', currency: 'currency_code' },
  graphql: { shop: 'shopMoney', presentment: 'presentmentMoney', currency: 'currencyCode' },
} as const;
export type Dialect = keyof typeof MONEY_NAMES;

export class Field {
  readonly path: string;
  readonly value: unknown;
  readonly dialect: Dialect;

  constructor(path: string, value: unknown, dialect: Dialect) {
    this.path = path;
    this.value = value;
    this.dialect = dialect;
  }

  at(name: string): Field {
    return new Field(
      this.path === '' ? name : `${this.path}.${name}`,
      asObject(this.value)?.[name],
      this.dialect,
    );
  }

  get isNothing(): boolean {
    return this.value === undefined || this.value === null;
  }

  /** The members of a list. A missing one is empty only where the caller says so. */
  list(missing: 'required' | 'empty' = 'required'): Field[] {
    if (missing === 'empty' && this.isNothing) return [];
    if (!Array.isArray(this.value)) throw this.drift('a list');
    return this.value.map((item, index) => new Field(`${this.path}.${index}`, item, this.dialect));
  }

  text(): string {
    if (typeof this.value !== 'string') throw this.drift('text');
    return this.value;
  }

  /** Text without blanks around it; nothing and blanks are null. */
  textOrNull(): string | null {
    if (this.isNothing) return null;
    const trimmed = this.text().trim();
    return trimmed === '' ? null : trimmed;
  }

  flag(missing?: boolean): boolean {
    if (this.isNothing && missing !== undefined) return missing;
    if (typeof this.value !== 'boolean') throw this.drift('true or false');
    return this.value;
  }

  id(): string {
    const id = numericId(this.value);
    if (id === undefined) throw this.drift('an id');
    return id;
  }

  idOrNull(): string | null {
    return this.isNothing ? null : this.id();
  }

  instant(): string {
    const ms = typeof this.value === 'string' ? Date.parse(this.value) : Number.NaN;
    if (Number.isNaN(ms)) throw this.drift('an instant');
    return new Date(ms).toISOString();
  }

  instantOrNull(): string | null {
    return this.isNothing ? null : this.instant();
  }

  quantity(): number {
    const { value } = this;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 1_000_000_000) {
      throw new Unreadable(
        'bad-quantity',
        `${this.path} is ${quoted(value)}, which is no whole number of units`,
      );
    }
    return value;
  }

  /** One of the values that we know, in capitals. */
  oneOf<Value extends string>(known: readonly Value[]): Value {
    const given = typeof this.value === 'string' ? this.value.toUpperCase() : undefined;
    const found = known.find((value) => value === given);
    if (found === undefined)
      throw new Unreadable(
        'unknown-value',
        `${this.path} is ${quoted(this.value)}, which is none of ${known.join(', ')}`,
      );
    return found;
  }

  currency(): string {
    if (typeof this.value !== 'string') throw this.drift('a currency');
    if (!isCurrency(this.value))
      throw new Unreadable(
        'bad-money',
        `${this.path} is ${quoted(this.value)}, which is no ISO 4217 currency`,
      );
    return this.value;
  }

  decimal(): string {
    const decimal = decimalText(this.value);
    if (decimal === undefined)
      throw new Unreadable('bad-money', `${this.path} is ${quoted(this.value)}, which is no decimal number`);
    return decimal;
  }

  /** An amount in both moneys, exact. */
  money(currencies: Currencies): TwoMoney {
    const names = MONEY_NAMES[this.dialect];
    return {
      shop: this.at(names.shop).#oneMoney(currencies.shop),
      presentment: this.at(names.presentment).#oneMoney(currencies.presentment),
    };
  }

  moneyOrNull(currencies: Currencies): TwoMoney | null {
    return this.isNothing ? null : this.money(currencies);
  }

  /** A price of one unit in both moneys, as decimals. */
  price(currencies: Currencies): { shop: string; presentment: string } {
    const names = MONEY_NAMES[this.dialect];
    const read = (part: Field, currency: string): string => {
      part.#checkCurrency(currency);
      return part.at('amount').decimal();
    };
    return {
      shop: read(this.at(names.shop), currencies.shop),
      presentment: read(this.at(names.presentment), currencies.presentment),
    };
  }

  #oneMoney(currency: string): number {
    this.#checkCurrency(currency);
    return this.at('amount').minor(currency);
  }

  #checkCurrency(currency: string): void {
    if (this.isNothing) throw this.drift('an amount');
    const given = this.at(MONEY_NAMES[this.dialect].currency);
    if (given.value !== currency)
      throw new Unreadable(
        'bad-money',
        `${given.path} is ${quoted(given.value)}, but the order is in ${currency}`,
      );
  }

  /** A bare amount, in minor units of a currency. */
  minor(currency: string): number {
    if (this.isNothing) throw this.drift('an amount');
    try {
      return parseMinor(
        typeof this.value === 'number' ? (decimalText(this.value) ?? '') : String(this.value),
        currency,
      );
    } catch (error) {
      throw new Unreadable(
        'bad-money',
        `${this.path} is ${quoted(this.value)}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  drift(expected: string): Unreadable {
    return new Unreadable(
      'schema-drift',
      `${this.path} is ${this.isNothing ? 'missing' : kindOf(this.value)}, but ${expected} was expected`,
    );
  }
}

/** What a value is, without the value: it may be personal. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
