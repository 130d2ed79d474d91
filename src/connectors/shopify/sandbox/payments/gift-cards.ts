/** Gift cards of the store: issued by apps, or sold by orders; what is on them, and how it came there. Amounts are minor units. */
import { createHash } from 'node:crypto';
import type { Ids } from '../ids.ts';

export interface GiftCardMove {
  id: string;
  /** Below zero: it was spent. */
  amount: bigint;
  note: string | null;
  processedAtMs: number;
}

export interface GiftCardRecipient {
  customerId: string;
  preferredName: string | null;
  message: string | null;
  sendAtMs: number | null;
}

export interface GiftCardBook {
  id: string;
  code: string;
  currency: string;
  initial: bigint;
  balance: bigint;
  customerId: string | null;
  note: string | null;
  /** A day, such as 2027-01-31; null: it does not expire. */
  expiresOn: string | null;
  templateSuffix: string | null;
  /** Who is to get it, with what words and when; left out: whoever has bought it. */
  recipient?: GiftCardRecipient;
  /** The order that has sold it, and its line. */
  sold: { orderId: string; lineId: string } | null;
  deactivatedAtMs: number | null;
  createdAtMs: number;
  updatedAtMs: number;
  moves: GiftCardMove[];
}

export interface GiftCardsHost {
  ids: Ids;
  connection: string;
  now(): number;
}

type Given = Pick<GiftCardBook, 'currency' | 'initial' | 'customerId'> &
  Partial<Pick<GiftCardBook, 'code' | 'note' | 'expiresOn' | 'templateSuffix' | 'sold'>>;

export class GiftCards {
  readonly #host: GiftCardsHost;
  readonly #cards = new Map<string, GiftCardBook>();
  readonly #codes = new Set<string>();

  constructor(host: GiftCardsHost) {
    this.#host = host;
  }

  all(): readonly GiftCardBook[] {
    return [...this.#cards.values()];
  }

  get(id: string): GiftCardBook | undefined {
    return this.#cards.get(id);
  }

  hasCode(code: string): boolean {
    return this.#codes.has(code);
  }

  issue(given: Given): GiftCardBook {
    const { ids, connection, now } = this.#host;
    const id = ids.next();
    const drawn = createHash('sha256').update(`${connection} ${id}`).digest('hex').slice(0, 16);
    const card: GiftCardBook = {
      id,
      code: drawn,
      balance: given.initial,
      note: null,
      expiresOn: null,
      templateSuffix: null,
      sold: null,
      deactivatedAtMs: null,
      createdAtMs: now(),
      updatedAtMs: now(),
      moves: [],
      ...given,
    };
    this.#cards.set(id, card);
    this.#codes.add(card.code);
    return card;
  }

  /** Puts something on a card, or takes it off. */
  move(
    card: GiftCardBook,
    amount: bigint,
    note: string | null,
    processedAtMs = this.#host.now(),
  ): GiftCardMove {
    const move = { id: this.#host.ids.next(), amount, note, processedAtMs };
    card.balance += amount;
    card.moves.push(move);
    card.updatedAtMs = this.#host.now();
    return move;
  }

  /** A card of a customer that pays so much. */
  payingFor(customerId: string, amount: bigint): GiftCardBook | undefined {
    for (const card of this.#cards.values())
      if (card.customerId === customerId && card.balance >= amount && this.isRedeemable(card)) return card;
    return undefined;
  }

  isExpired({ expiresOn }: GiftCardBook): boolean {
    return expiresOn !== null && expiresOn < new Date(this.#host.now()).toISOString().slice(0, 10);
  }

  isRedeemable(card: GiftCardBook): boolean {
    return card.deactivatedAtMs === null && !this.isExpired(card) && card.balance > 0n;
  }
}
