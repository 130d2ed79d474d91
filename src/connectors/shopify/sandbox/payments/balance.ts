/**
 * The account of the store at Shopify Payments: every movement of its money, and the payouts that carry it to the bank. It
 * settles by the store's business days whenever somebody looks or something moves, as if it had done so at each midnight.
 */

import { Ids } from '../ids.ts';
import { RecordFile } from '../record-file.ts';
import { BusinessDays, type Day, isBusinessDay } from './business-days.ts';

/** Types of movements by the vendor's words; the place in the list is what the file holds. */
export const MOVEMENT_TYPES = [
  'CHARGE',
  'REFUND',
  'REFUND_FAILURE',
  'DISPUTE_WITHDRAWAL',
  'DISPUTE_REVERSAL',
  'ADJUSTMENT',
  'SHIPPING_LABEL',
  'RESERVED_FUNDS',
  'RESERVED_FUNDS_REVERSAL',
  'RESERVED_FUNDS_WITHDRAWAL',
  'TRANSFER',
  'TRANSFER_FAILURE',
  'TRANSFER_CANCEL',
] as const;
export type MovementType = (typeof MOVEMENT_TYPES)[number];

export interface Movement {
  type: MovementType;
  /** What it is about: an order's transaction, a dispute, a payout, an adjustment. */
  sourceId: string;
  order: { id: string; number: number } | null;
  /** The order's transaction that it comes from. */
  orderTransactionId: string | null;
  /** Minor units of the store's money; below zero: it leaves the account. */
  amount: bigint;
  fee: bigint;
  /** In words, where the type is an adjustment. */
  reason?: string;
}

export interface BookedMovement extends Movement {
  id: string;
  serial: number;
  processedAtMs: number;
  /** From this day on it can be paid out. */
  availableOn: Day;
  payout: Payout | null;
}

export type PayoutStatus = 'SCHEDULED' | 'IN_TRANSIT' | 'PAID' | 'FAILED' | 'CANCELED';

export interface Payout {
  id: string;
  /** The day on which it goes to the bank. */
  day: Day;
  issuedAtMs: number;
  status: PayoutStatus;
  net: bigint;
  /** Gross amounts and fees by type of movement; its own transfer is not among them. */
  sums: Map<MovementType, { amount: bigint; fee: bigint }>;
  /** Its movements stand between these serial numbers, others' too. */
  from: number;
  to: number;
}

const RECORD_BYTES = 64;
/** Days; a payout that was made before is where it stays. */
const LONGEST_ON_THE_WAY = 30;
const NONE = 0n;

export class Balance {
  readonly #records = new RecordFile(RECORD_BYTES);
  /** The payout of each movement by its place in the list, from one; 0: none yet. */
  #payoutOf = new Uint32Array(1_024);
  readonly #payouts: Payout[] = [];
  readonly #byId = new Map<string, Payout>();
  readonly #reasons = new Map<number, string>();
  /** Movements without a payout. */
  #waiting: { serial: number; availableOn: Day }[] = [];
  #total = 0n;
  readonly #days: BusinessDays;
  readonly #payoutIds: Ids;
  readonly #firstId: bigint;
  readonly #delayDays: number;
  /** The next day whose midnight has not been settled. */
  #next: Day;

  constructor(connection: string, timeZone: string, delayDays: number, nowMs: number) {
    this.#days = new BusinessDays(timeZone);
    this.#delayDays = delayDays;
    this.#payoutIds = new Ids(`${connection} payouts`);
    this.#firstId = BigInt(new Ids(`${connection} balance transactions`).next());
    this.#next = this.#days.at(nowMs) + 1;
  }

  /** What lies in the account, in minor units: all that has moved, transfers to the bank among it. */
  totalAt(nowMs: number): bigint {
    this.settle(nowMs);
    return this.#total;
  }

  /** When a day of the store begins. */
  startOf(day: Day): number {
    return this.#days.startOf(day);
  }

  get count(): number {
    return this.#records.count;
  }

  payouts(): readonly Payout[] {
    return this.#payouts;
  }

  payout(id: string): Payout | undefined {
    return this.#byId.get(id);
  }

  /** Books a movement of this instant. Charges are available after some business days, all else at once. */
  book(movement: Movement, nowMs: number): BookedMovement {
    this.settle(nowMs);
    const today = this.#days.at(nowMs);
    const availableOn = movement.type === 'CHARGE' ? this.#days.after(today, this.#delayDays) : today;
    const serial = this.#append(movement, nowMs, availableOn);
    this.#waiting.push({ serial, availableOn });
    return this.at(serial);
  }

  at(serial: number): BookedMovement {
    const record = this.#records.at(serial);
    const id = (at: number) => record.getBigUint64(at);
    const orderId = id(0);
    const orderTransactionId = id(8);
    const reason = this.#reasons.get(serial);
    return {
      serial,
      id: String(this.#firstId + BigInt(serial)),
      type: MOVEMENT_TYPES[record.getUint32(48)] as MovementType,
      order: orderId === NONE ? null : { id: String(orderId), number: record.getUint32(52) },
      orderTransactionId: orderTransactionId === NONE ? null : String(orderTransactionId),
      sourceId: String(id(16)),
      amount: record.getBigInt64(24),
      fee: record.getBigInt64(32),
      processedAtMs: record.getFloat64(40),
      availableOn: record.getUint32(56),
      payout: this.#payouts[(this.#payoutOf[serial] as number) - 1] ?? null,
      ...(reason === undefined ? {} : { reason }),
    };
  }

  /** The serial number of a movement's id. */
  serialOf(id: string): number | undefined {
    if (!/^\d{1,20}$/.test(id)) return undefined;
    const serial = Number(BigInt(id) - this.#firstId);
    return serial >= 0 && serial < this.count ? serial : undefined;
  }

  /** The first movement at or after an instant. */
  firstAt(ms: number): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#records.at(middle).getFloat64(40) < ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The movements of a payout, with its own transfer last. */
  *of(payout: Payout): Iterable<BookedMovement> {
    const place = this.#payouts.indexOf(payout) + 1;
    for (let serial = payout.from; serial < payout.to; serial += 1)
      if (this.#payoutOf[serial] === place) yield this.at(serial);
  }

  /** The bank sends a payout back: its money is in the account again. False: it has not been sent. */
  fail(id: string, nowMs: number): boolean {
    return this.#undo(id, ['IN_TRANSIT', 'PAID'], 'FAILED', 'TRANSFER_FAILURE', nowMs);
  }

  /** The vendor stops a payout. False: the bank has booked it, or it is gone already. */
  cancel(id: string, nowMs: number): boolean {
    return this.#undo(id, ['SCHEDULED', 'IN_TRANSIT'], 'CANCELED', 'TRANSFER_CANCEL', nowMs);
  }

  /** Lets all midnights pass that have come. */
  settle(nowMs: number): void {
    for (; this.#days.startOf(this.#next) <= nowMs; this.#next += 1)
      if (isBusinessDay(this.#next)) this.#open(this.#next);
  }

  close(): void {
    this.#records.close();
  }

  /** A business day begins: what the bank has is paid, what was scheduled goes, the next day's payout is made. */
  #open(day: Day): void {
    for (let index = this.#payouts.length - 1; index >= 0; index -= 1) {
      const payout = this.#payouts[index] as Payout;
      if (payout.day < day - LONGEST_ON_THE_WAY) break;
      if (payout.status === 'IN_TRANSIT' && payout.day < day) payout.status = 'PAID';
      if (payout.status === 'SCHEDULED' && payout.day <= day) payout.status = 'IN_TRANSIT';
    }
    this.#schedule(this.#days.after(day, 1), this.#days.startOf(day));
  }

  #schedule(day: Day, nowMs: number): void {
    const taken = this.#waiting.filter(({ availableOn }) => availableOn <= day);
    const sums: Payout['sums'] = new Map();
    let net = 0n;
    for (const { serial } of taken) {
      const { type, amount, fee } = this.at(serial);
      const sum = sums.get(type) ?? { amount: 0n, fee: 0n };
      sums.set(type, { amount: sum.amount + amount, fee: sum.fee + fee });
      net += amount - fee;
    }
    // What comes to nothing waits for more.
    if (net === 0n) return;
    const id = this.#payoutIds.next();
    const transfer = this.#append(
      { type: 'TRANSFER', sourceId: id, order: null, orderTransactionId: null, amount: -net, fee: 0n },
      nowMs,
      this.#days.at(nowMs),
    );
    const payout: Payout = {
      id,
      day,
      issuedAtMs: this.#days.startOf(day),
      status: 'SCHEDULED',
      net,
      sums,
      from: taken[0]?.serial ?? transfer,
      to: transfer + 1,
    };
    const place = this.#payouts.push(payout);
    this.#byId.set(id, payout);
    for (const { serial } of taken) this.#payoutOf[serial] = place;
    this.#payoutOf[transfer] = place;
    this.#waiting = this.#waiting.filter(({ availableOn }) => availableOn > day);
  }

  #undo(
    id: string,
    from: readonly PayoutStatus[],
    status: PayoutStatus,
    type: MovementType,
    nowMs: number,
  ): boolean {
    this.settle(nowMs);
    const payout = this.#byId.get(id);
    if (!payout || !from.includes(payout.status)) return false;
    payout.status = status;
    const { net: amount } = payout;
    this.book({ type, sourceId: id, order: null, orderTransactionId: null, amount, fee: 0n }, nowMs);
    return true;
  }

  #append(movement: Movement, nowMs: number, availableOn: Day): number {
    const { order, orderTransactionId, sourceId, amount, fee, type, reason } = movement;
    const serial = this.#records.append((record) => {
      record.setBigUint64(0, order === null ? NONE : BigInt(order.id));
      record.setBigUint64(8, orderTransactionId === null ? NONE : BigInt(orderTransactionId));
      record.setBigUint64(16, BigInt(sourceId));
      record.setBigInt64(24, amount);
      record.setBigInt64(32, fee);
      record.setFloat64(40, nowMs);
      record.setUint32(48, MOVEMENT_TYPES.indexOf(type));
      record.setUint32(52, order?.number ?? 0);
      record.setUint32(56, availableOn);
    });
    if (reason !== undefined) this.#reasons.set(serial, reason);
    if (serial === this.#payoutOf.length) {
      const longer = new Uint32Array(serial * 2);
      longer.set(this.#payoutOf);
      this.#payoutOf = longer;
    }
    this.#payoutOf[serial] = 0;
    this.#total += amount - fee;
    return serial;
  }
}
