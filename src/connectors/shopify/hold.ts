/** Our own holds on fulfilment orders, and how they are known again. */

/** The vendor keeps it with each hold, and lets an app have one of a name on a fulfilment order. */
export const HOLD_HANDLE = 'crossdock';

export interface HoldMark {
  handle: string | null;
  heldByRequestingApp: boolean;
}

export function isOurHold({ handle, heldByRequestingApp }: HoldMark): boolean {
  return heldByRequestingApp && handle === HOLD_HANDLE;
}
