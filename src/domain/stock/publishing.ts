/**
 * What a channel is told of stock (DESIGN.md, rule 6): what it shows + what has changed on our side since both last agreed, without
 * what its own orders, cancels and restocks changed, which it has booked itself, seen by us or not. The ledger's total is never
 * written over a figure that is not explained: each write carries a change, and the figure that it changes from.
 *
 *   change = (sellable now − sellable when agreed) − what the channel's own orders did to it since + what is owed
 *   write    from: what the channel shows, as far as we know    to: from + change, not below zero
 *
 * `from` is only a guess: the channel refuses a wrong one, tells what it shows, and the same change is made from there.
 */

/** What both sides last agreed on, of one SKU at one location. Units. */
export interface AgreedStock {
  /** Available at the channel. */
  shown: number;
  /** Sellable here: on hand − reserved − safety − held back; may be below zero. */
  known: number;
  /** Change that is still to be made besides. */
  owed: number;
  /** What the channel has said it shows since; null: nothing. */
  told: number | null;
}

/** What is here now. */
export interface StockHere {
  sellable: number;
  /** What the channel's own orders have done to `sellable` since it was agreed (a reservation of 2: −2). */
  own: number;
}

/** Units by which the channel's figure must still change. */
export function changeOf(agreed: Pick<AgreedStock, 'known' | 'owed'>, here: StockHere): number {
  return here.sellable - agreed.known - here.own + agreed.owed;
}

/** What the channel shows now, as far as we know. */
export function expectedShown(agreed: Pick<AgreedStock, 'shown' | 'told'>, here: StockHere): number {
  return agreed.told ?? agreed.shown + here.own;
}

/** A write, and what is agreed once it is accepted: `to` is shown then, and `owed` is left. */
export interface StockWritePlan {
  from: number;
  to: number;
  owed: number;
}

/** The next write; null: there is nothing to write. A channel takes no figure below zero: what is missing stays owed. */
export function planWrite(agreed: AgreedStock, here: StockHere): StockWritePlan | null {
  const change = changeOf(agreed, here);
  const from = expectedShown(agreed, here);
  const wanted = from + change;
  // Nothing can be sold, before and after: what its own orders have taken below zero is not covered up by a 0.
  if (from <= 0 && wanted < 0) return null;
  const to = Math.max(0, wanted);
  return to === from ? null : { from, to, owed: wanted - to };
}

/**
 * True: something has changed, and it cannot be written while the channel shows nothing that could be sold. That is only known once
 * the channel has been asked: a guess that is wrong would never be refused, since nothing is sent.
 */
export function mustBeRead(agreed: AgreedStock, here: StockHere): boolean {
  return changeOf(agreed, here) !== 0 && planWrite(agreed, here) === null;
}

/**
 * What a channel should show where nothing was agreed before: all that lies here and is promised to nobody else, less what it has
 * committed to orders of its own. It is true also for orders that we have not seen, since the channel has committed their units.
 * It is not true for units that have left here, of which the channel has not been told: wait until it has.
 *
 * @param ownReserved units that are reserved here for the channel's orders.
 */
export function shouldShow(sellable: number, ownReserved: number, committed: number): number {
  return sellable + ownReserved - committed;
}
