/** What can have happened to a return. Facts are for ever: a change of meaning is a new type, never another field's use. */
import type { Return } from '../canonical/index.ts';
import type { BaseFact } from '../process.ts';
import type { LookedAtGoods, ReceivedGoods, ReturnedGoods, ToldRefund } from './messages.ts';

/** What a return asks its channel for. */
export type ReturnAct = 'read' | 'approve' | 'decline' | 'close';

export type ReturnFact = BaseFact &
  (
    | { type: 'ReturnReadRequested'; read: number; because: string }
    /** It was asked for, and is not there, or could not be read. */
    | { type: 'ReturnNotRead'; because: string }
    | { type: 'ReturnRead' }
    /** News came while it was read: it is read once more. */
    | { type: 'ReturnReadWanted' }
    | { type: 'ReturnSeen'; return: Return; read: number }
    | { type: 'ReturnChanged'; return: Return; read: number; changes: string[] }
    /** An inventory system has told what came back. */
    | { type: 'GoodsReturned'; goods: ReturnedGoods }
    /** A fulfilment system to which it was announced has received some of it, or looked at it. */
    | { type: 'ReturnReceived'; receipt: ReceivedGoods }
    | { type: 'ReturnLookedAt'; inspection: LookedAtGoods }
    /** Its order has told how far its refunds are. */
    | { type: 'RefundsTold'; version: number; refunds: readonly ToldRefund[] }
    | {
        type: 'ReturnActRequested';
        act: Exclude<ReturnAct, 'read'>;
        revision: number;
        by: string;
        note: string;
      }
    | { type: 'ReturnActDone'; act: Exclude<ReturnAct, 'read'> }
    | { type: 'ReturnActRefused'; act: Exclude<ReturnAct, 'read'>; because: string }
    | { type: 'CaseOpened' }
    | { type: 'CaseClosed'; by: string }
  );

/** What each fact means, in one sentence. */
export const RETURN_FACT_MEANINGS: Readonly<Record<ReturnFact['type'], string>> = {
  ReturnReadRequested: 'The channel is asked for the return whole',
  ReturnNotRead: 'The channel does not show it, or it could not be read',
  ReturnReadWanted: 'News came while it was read: it is read once more',
  ReturnRead: 'The channel has answered; what it said comes as an observation',
  ReturnSeen: 'The return was seen for the first time',
  ReturnChanged: 'The channel shows it with another content; `changes` names the parts',
  GoodsReturned: 'An inventory system tells of units that have come back, and of their state',
  ReturnReceived: 'A fulfilment system to which it was announced has received units of it',
  ReturnLookedAt: 'A fulfilment system to which it was announced tells the state of units of it',
  RefundsTold: 'Its order tells how far its refunds are',
  ReturnActRequested: 'A person wants it approved, declined or closed: the channel is asked',
  ReturnActDone: 'The channel has done it',
  ReturnActRefused: 'The channel has refused it; a case',
  CaseOpened: 'A person is asked',
  CaseClosed: 'The case is over',
};
