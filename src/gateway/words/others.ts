/** Messages, commands and timers of a story, in words. */
import type { CommandRow, ObservationRow } from '../../store/read-story.ts';
import type { TimelineEntry } from '../schemas/orders.ts';
import type { Told } from './facts.ts';
import { when } from './look.ts';

const ORIGINS: Readonly<Record<ObservationRow['origin'], string>> = {
  webhook: 'sent',
  poll: 'was polled',
  read: 'answered',
  file: 'was given from a file',
  backfill: 'was read in bulk',
};

const OUTCOMES: Readonly<Record<string, { words: string; tone: TimelineEntry['tone'] }>> = {
  applied: { words: 'taken over', tone: 'neutral' },
  duplicate: { words: 'known already', tone: 'neutral' },
  stale: { words: 'older than what is known', tone: 'neutral' },
  ignored: { words: 'of no interest', tone: 'neutral' },
  case: { words: 'a person must look at it', tone: 'problem' },
};

/** What a system has told us, and what became of it. */
export function tellObservation({ connection, topic, origin, outcome }: ObservationRow): Told {
  const end = outcome === null ? { words: 'waits for a turn', tone: 'neutral' as const } : OUTCOMES[outcome];
  return {
    title: `${connection} ${ORIGINS[origin]}: ${topic}${end ? ` (${end.words})` : ''}`,
    tone: end?.tone ?? 'neutral',
  };
}

/** What each command asks, as the end of "ERP to …". */
const ASKS: Readonly<Record<string, string>> = {
  'channel.readOrder': 'give the whole order',
  'channel.findOrder': 'say whose a fulfilment order is',
  'channel.readReturn': 'give the whole return',
  'channel.findReturns': 'name the returns of the order',
  'channel.createReturn': 'make a return',
  'channel.approveReturn': 'approve the return',
  'channel.declineReturn': 'decline the return',
  'channel.closeReturn': 'close the return',
  'channel.refund': 'give the money back',
  'inventory.readLevel': 'say how much is there',
  'channel.createFulfilment': 'take the shipment',
  'channel.cancelOrder': 'cancel the order',
  'channel.assignLocations': 'plan with our locations',
  'channel.answerRequest': 'take our answer to a fulfilment request',
  'channel.holdFulfilment': 'keep the order back in our name',
  'channel.releaseHold': 'let the order go',
  'channel.capturePayment': 'capture the payment',
  'channel.writeReferences': 'write the number of the sales order on the order',
  'erp.createSalesOrder': 'make the sales order',
  'erp.amendSalesOrder': 'take the change of the sales order',
  'erp.cancelSalesOrder': 'cancel the sales order',
  'erp.recordShipment': 'book the shipment',
  'erp.recordRefund': 'book the refund',
  'fulfilment.release': 'take the release',
  'fulfilment.cancelRelease': 'stop the release',
  'fulfilment.announceReturn': 'take the announcement of the return',
};

export function askOf(command: string): string {
  return ASKS[command] ?? command;
}

/** Whether a command is open, and in which state, as lines below what asked for it. */
export function tellCommand(row: CommandRow): Required<Pick<Told, 'detail' | 'tone'>> {
  const tries = `${row.attempts} ${row.attempts === 1 ? 'try' : 'tries'}`;
  const error = row.last_error ? [`Last answer: ${row.last_error}`] : [];
  switch (row.status) {
    case 'waiting':
      return row.attempts === 0
        ? { detail: [`Waits for its turn at ${row.connection}`], tone: 'neutral' }
        : { detail: [`${tries} so far, the next at ${when(row.due_at)}`, ...error], tone: 'warning' };
    case 'calling':
      return { detail: [`${row.connection} is being called (${tries})`], tone: 'neutral' };
    case 'doubt':
      return {
        detail: [`Nobody knows whether it took effect; looked up ${row.lookups} times`, ...error],
        tone: 'warning',
      };
    case 'done':
      return { detail: row.attempts > 1 ? [`Done after ${tries}`] : [], tone: 'neutral' };
    case 'rejected':
      return { detail: [`Refused after ${tries}`, ...error], tone: 'problem' };
    case 'unsettled':
      return { detail: ['Nobody can tell whether it took effect', ...error], tone: 'problem' };
    case 'shadow':
      return { detail: [`Not sent to ${row.connection}: it was decided in shadow`], tone: 'warning' };
    default:
      return row.status satisfies never;
  }
}

const TIMERS: Readonly<Record<string, string>> = {
  'read-after-hint': 'The channel is asked for the order, if nothing comes by itself',
  'search-returns': 'The channel is asked for the returns of the order',
  payment: 'The wait for the payment ends',
  authorisation: 'The authorisation of the payment lapses',
  capture: 'The payment is captured before its authorisation lapses',
  backorder: 'The wait for stock ends',
  sourcing: 'A location that is closed or full now is asked again',
  hold: 'It has been on hold for too long',
  shipment: 'A location has had a release for too long',
  refund: 'The money of a refund has been on its way for too long',
  cancellation: 'The channel is asked whether the order is cancelled',
};

export function tellTimer(name: string): Told {
  return { title: TIMERS[name] ?? `Timer "${name}"` };
}
