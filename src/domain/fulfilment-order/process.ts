/**
 * A fulfilment order of a channel, as far as it must be known: whose it is. Channels tell of it by its own id alone. Its channel is asked
 * once (many are asked together), and from then on whatever is told of it is news of its order, which is read.
 */
import type { CommandResults } from '../commands.ts';
import type { BaseFact, Decision, Process, StreamMessage } from '../process.ts';
import { parseStreamKey, streamKey } from '../stream-key.ts';

export type FulfilmentOrderFact = BaseFact &
  (
    | { type: 'OrderAsked' }
    /** `channelOrderId` null: the channel does not show it (any more); it is asked again when it tells of it again. */
    | { type: 'OrderKnown'; channelOrderId: string | null }
  );

export interface FulfilmentOrderState {
  key: string;
  connection: string;
  fulfilmentOrderId: string;
  channelOrderId: string | null;
  /** How often its channel was asked, and whether that has not been answered yet. */
  asked: number;
  asks: boolean;
}

const TYPES: Readonly<Record<FulfilmentOrderFact['type'], true>> = { OrderAsked: true, OrderKnown: true };

function initial(key: string): FulfilmentOrderState {
  const { connection, id } = parseStreamKey(key);
  return { key, connection, fulfilmentOrderId: id, channelOrderId: null, asked: 0, asks: false };
}

function evolve(state: FulfilmentOrderState, fact: FulfilmentOrderFact): FulfilmentOrderState {
  switch (fact.type) {
    case 'OrderAsked':
      return { ...state, asked: state.asked + 1, asks: true };
    case 'OrderKnown':
      return { ...state, channelOrderId: fact.channelOrderId, asks: false };
    default:
      return fact satisfies never;
  }
}

function decide(state: FulfilmentOrderState, message: StreamMessage): Decision<FulfilmentOrderFact> {
  switch (message.type) {
    case 'fulfilmentOrder.hint':
      if (state.channelOrderId !== null)
        return { ...NOTHING, messages: [hint(state, state.channelOrderId, message.topic)] };
      // What is asked already is read after this came.
      return state.asks ? NOTHING : { ...NOTHING, facts: [ask(state)] };
    case 'command.done': {
      const { channelOrderId } = message.result as CommandResults['channel.findOrder'];
      return {
        ...NOTHING,
        facts: [{ type: 'OrderKnown', channelOrderId }],
        // Of what comes back its returns are asked for, too.
        messages: [
          hint(state, channelOrderId, isReverse(state) ? 'reverse_fulfillment_orders' : 'fulfilment order'),
        ],
      };
    }
    // It is gone: the poll brings what has become of its order.
    case 'command.rejected':
    case 'command.unsettled':
      return { ...NOTHING, facts: [{ type: 'OrderKnown', channelOrderId: null }] };
    default:
      throw new Error(`message ${message.type} is not for a fulfilment order`);
  }
}

const NOTHING: Decision<FulfilmentOrderFact> = { facts: [], timers: [], messages: [], outcome: 'applied' };

/** One of what comes back, by its id (see the connector's intake). */
function isReverse({ fulfilmentOrderId }: FulfilmentOrderState): boolean {
  return fulfilmentOrderId.startsWith('reverse-');
}

function ask({ key, connection, fulfilmentOrderId, asked }: FulfilmentOrderState): FulfilmentOrderFact {
  return {
    type: 'OrderAsked',
    command: {
      kind: 'channel.findOrder',
      connection,
      key: `${key}#order/${asked + 1}`,
      body: { fulfilmentOrderId },
    },
  };
}

function hint({ connection }: FulfilmentOrderState, channelOrderId: string, topic: string) {
  return {
    stream: 'order' as const,
    key: streamKey(connection, channelOrderId),
    message: { type: 'order.hint' as const, channelOrderId, topic },
  };
}

export const fulfilmentOrderProcess: Process<FulfilmentOrderState, FulfilmentOrderFact> = {
  kind: 'fulfilmentOrder',
  evolveVersion: 1,
  factTypes: new Set(Object.keys(TYPES)),
  initial,
  evolve,
  decide,
  skusOf: () => [],
  movementsOf: () => [],
  summary: ({ key, asks }) => ({ status: asks ? 'asked' : 'known', title: key, closed: !asks }),
};
