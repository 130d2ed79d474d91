/** Acts: what an order asks of systems, by name. An act and its revision make the key of its command. */

/** The key of a command: the order, the business act and its revision. */
export function actKey(orderKey: string, act: string, revision: number): string {
  return `${orderKey}#${act}/${revision}`;
}

/** The act and revision in a command's key of an order; null when it is another stream's. */
export function parseActKey(orderKey: string, key: string): { act: string; revision: number } | null {
  if (!key.startsWith(`${orderKey}#`)) return null;
  const rest = key.slice(orderKey.length + 1);
  const slash = rest.lastIndexOf('/');
  const revision = Number(rest.slice(slash + 1));
  return slash > 0 && Number.isInteger(revision) ? { act: rest.slice(0, slash), revision } : null;
}

/** The key of the case that a refused or doubtful command opens. */
export function commandCaseKey(commandKey: string): string {
  return `command:${commandKey}`;
}

/** The key of the case of a parcel with something else in it than was asked for. */
export function wrongItemKey(shipmentId: string): string {
  return `wrong-item:${shipmentId}`;
}

/** Names of acts. The sales order's first document is `so`, its later ones `so/2`, `so/3` …; releases are `R1`, `R2` … */
export const ACTS = {
  read: 'read',
  cancel: 'cancel',
  salesOrder: 'so',
  salesOrderCancellation: 'so/cancel',
  amendment: (revision: number) => `so/${revision}`,
  release: (number: number) => `R${number}`,
  releaseCancellation: (release: string) => `${release}/cancel`,
  assignment: 'assign',
  answer: (requestId: string) => `answer/${requestId}`,
  channelHold: 'hold',
  channelHoldRelease: 'hold/release',
  fulfilment: (shipmentId: string) => `fulfil/${shipmentId}`,
  shipmentBooking: (shipmentId: string) => `ship/${shipmentId}`,
  refund: (refundId: string) => `refund/${refundId}`,
  capture: (number: number) => `capture/${number}`,
  references: 'references',
  returns: 'returns',
  returnCreation: (request: string) => `return/${request}`,
  channelRefund: (request: string) => `give/${request}`,
  announcement: (returnId: string, location: string) => `announce/${returnId}/${location}`,
} as const;

export type ActKind =
  | 'read'
  | 'cancel'
  | 'salesOrder'
  | 'amendment'
  | 'salesOrderCancellation'
  | 'release'
  | 'releaseCancellation'
  | 'assignment'
  | 'answer'
  | 'channelHold'
  | 'channelHoldRelease'
  | 'fulfilment'
  | 'shipmentBooking'
  | 'refund'
  | 'capture'
  | 'references'
  | 'returnSearch'
  | 'returnCreation'
  | 'channelRefund'
  | 'announcement';

/** What kind of act a name is, and the id in it (of a shipment, refund or release). */
export function describeAct(act: string): { kind: ActKind; id: string } {
  const slash = act.indexOf('/');
  const head = slash < 0 ? act : act.slice(0, slash);
  const id = slash < 0 ? '' : act.slice(slash + 1);
  switch (head) {
    case 'read':
      return { kind: 'read', id };
    case 'cancel':
      return { kind: 'cancel', id };
    case 'so':
      if (id === '') return { kind: 'salesOrder', id };
      return id === 'cancel' ? { kind: 'salesOrderCancellation', id } : { kind: 'amendment', id };
    case 'assign':
      return { kind: 'assignment', id };
    case 'hold':
      return { kind: id === '' ? 'channelHold' : 'channelHoldRelease', id };
    case 'fulfil':
      return { kind: 'fulfilment', id };
    case 'ship':
      return { kind: 'shipmentBooking', id };
    case 'returns':
      return { kind: 'returnSearch', id };
    case 'return':
      return { kind: 'returnCreation', id };
    case 'give':
      return { kind: 'channelRefund', id };
    case 'announce':
      return { kind: 'announcement', id };
    case 'answer':
    case 'refund':
    case 'capture':
    case 'references':
      return { kind: head, id };
    default:
      return id === 'cancel' ? { kind: 'releaseCancellation', id: head } : { kind: 'release', id: head };
  }
}

/** A release is known everywhere by the order's key and its number. */
export function releaseIdOf(orderKey: string, act: string): string {
  return `${orderKey}#${act.endsWith('/cancel') ? act.slice(0, -'/cancel'.length) : act}`;
}

/** The act of a release. */
export function releaseAct(orderKey: string, releaseId: string): string {
  return releaseId.slice(orderKey.length + 1);
}

const OF_THE_CHANNEL: ReadonlySet<ActKind> = new Set([
  'read',
  'cancel',
  'assignment',
  'answer',
  'channelHold',
  'channelHoldRelease',
  'fulfilment',
  'capture',
  'references',
  'returnSearch',
  'returnCreation',
  'channelRefund',
]);

/** True for what the order's channel is asked. */
export function isOfChannel(act: string): boolean {
  return OF_THE_CHANNEL.has(describeAct(act).kind);
}
