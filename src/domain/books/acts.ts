/**
 * What the books know of an order: its content in the money that its entity books, and what has happened to it, act by act. All
 * amounts are minor units of the order's booked currency unless they say otherwise; "with tax" is what the customer pays.
 */

export interface BookTax {
  /** Our code of the tax (mapping `tax-code`). */
  code: string;
  /** Decimal string: "0.19". */
  rate: string;
  amountMinor: number;
  /** The channel remits it: it passes through. */
  channelLiable?: boolean;
}

/** A part of an order: its value after discounts (with its taxes inside where the order's are), and its taxes. */
export interface BookPart {
  amountMinor: number;
  taxes: readonly BookTax[];
}

export interface BookLine extends BookPart {
  lineId: string;
  /** A card that is sold is a liability. */
  kind: 'goods' | 'giftCard';
  /** Units that the value is of. */
  quantity: number;
  /** Units that are still to be sold: without those that left the order before they shipped. */
  wanted: number;
}

export type ChargeKind = 'shipping' | 'tip' | 'duty' | 'fee' | 'cashRounding' | 'rounding';

export interface BookCharge extends BookPart {
  kind: ChargeKind;
  /** Taken off the order before it was due. */
  removed?: boolean;
}

export interface BookOrder {
  currency: string;
  taxesIncluded: boolean;
  lines: readonly BookLine[];
  charges: readonly BookCharge[];
}

/** An amount with its tax, and the tax of it. */
export interface WithTax {
  grossMinor: number;
  taxMinor: number;
}

export type Act = {
  /** Names the business act within the order, for ever: "capture/9001". */
  key: string;
  /** The entity's local date of the act. */
  date: string;
  /** Units of the books' currency for one of the order's; left out: they are the same. */
  rate?: string;
} /** A payment is accepted: no money yet. */ & (
  | { act: 'authorised'; amountMinor: number }
  | {
      act: 'captured';
      /** The channel's code. */
      gateway: string;
      amountMinor: number;
      /** A card or store credit is redeemed; `taxed`: one that was taxed when it was sold. */
      card?: { taxed: BookTax | null };
      /** What a bank had taken is given back after all: the stream of the dispute. */
      dispute?: string;
    }
  | {
      act: 'shipped';
      shipment: string;
      location?: string;
      /** `costMinor`: of all its units, in the currency of the books. */
      lines: readonly { lineId: string; quantity: number; costMinor?: number }[];
    }
  | { act: 'delivered'; shipment: string }
  /** A return is accepted, or a concession granted. What is left out is nothing. */
  | {
      act: 'credited';
      /** Units that came back; without amounts: what was invoiced for them. */
      lines?: readonly ({ lineId: string; quantity: number } & Partial<WithTax>)[];
      shipping?: WithTax;
      charges?: readonly ({ kind: ChargeKind } & WithTax)[];
      /** A price reduction without lines, with tax. */
      concessionMinor?: number;
      /** A compensation that is none of the price, and has no tax. */
      compensationMinor?: number;
      /** Kept of what goes back. */
      feesMinor?: number;
      reason?: string;
      /** Units of earlier credits that it takes the place of (see `standing.ts`). */
      instead?: readonly Instead[];
    }
  /** What came back was looked at. Costs are of all units, in the currency of the books; the value is what damaged ones will bring. */
  | {
      act: 'inspected';
      location?: string;
      parts: readonly {
        disposition: 'restock' | 'damaged' | 'qualityControl' | 'missing';
        costMinor: number;
        valueMinor?: number;
      }[];
    }
  | {
      act: 'refunded';
      gateway: string;
      amountMinor: number;
      card?: { taxed: BookTax | null };
      /** Of it, for what left the order before it shipped. */
      removedMinor?: number;
      /** A shopper's bank has taken it: the stream of the dispute, whose receivable it ends. */
      dispute?: string;
    }
  /** The content of the order has changed. */
  | { act: 'edited' }
  /** Nothing more will happen: what is unspread is due, and a small remainder is written off. */
  | { act: 'closed'; writeOffLimitMinor: number }
);

export type ActName = Act['act'];
export type CreditAct = Extract<Act, { act: 'credited' }>;

/** Units of an earlier credit, by its key, and what had been kept of them. */
export interface Instead {
  act: string;
  lines: readonly { lineId: string; quantity: number }[];
  feesMinor?: number;
  /** All of it, whatever it is of. */
  whole?: true;
}

/** Tax of a part that is ours or the channel's. */
export function taxMinorOf({ taxes }: BookPart): number {
  let sum = 0;
  for (const { amountMinor } of taxes) sum += amountMinor;
  return sum;
}

/** What the customer pays for a part. */
export function grossMinorOf(part: BookPart, { taxesIncluded }: Pick<BookOrder, 'taxesIncluded'>): number {
  return part.amountMinor + (taxesIncluded ? 0 : taxMinorOf(part));
}
