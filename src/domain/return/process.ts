/**
 * A return: requested, approved, on its way, received, inspected, refunded, in whatever order that comes. Its channel is asked for it
 * whole at every news of it; inventory systems tell what came. It decides nothing of money or stock: it tells its order what is
 * known, and the order answers how far the money is.
 */
import type { Return } from '../canonical/index.ts';
import { CASE_REASONS, type CaseReasonName } from '../case-reasons.ts';
import type { CommandRequest } from '../commands.ts';
import type { CommandResultMessage, ReturnedObservation } from '../messages.ts';
import type {
  CaseOpening,
  Decision,
  DecisionContext,
  Ending,
  Outgoing,
  Process,
  StreamMessage,
} from '../process.ts';
import { sameJson } from '../same-json.ts';
import { streamKey } from '../stream-key.ts';
import { RETURN_FACT_MEANINGS, type ReturnAct, type ReturnFact } from './facts.ts';
import { announcedTo } from './messages.ts';
import { evolveReturn, initialReturn, isOver, type ReturnState, statusOf } from './state.ts';

type Asked = Exclude<ReturnAct, 'read'>;

const COMMANDS = {
  approve: 'channel.approveReturn',
  decline: 'channel.declineReturn',
  close: 'channel.closeReturn',
} as const satisfies Record<Asked, string>;

/** The fold so far and the facts that made it. */
class ReturnDraft {
  state: ReturnState;
  readonly facts: ReturnFact[] = [];
  readonly before: ReturnState;

  constructor(state: ReturnState) {
    this.before = state;
    this.state = state;
  }

  record(fact: ReturnFact): void {
    this.facts.push(fact);
    this.state = evolveReturn(this.state, fact);
  }

  openCase(key: string, reason: CaseReasonName, message: string, suggestedFix: string): void {
    if (this.state.cases[key] === undefined)
      this.record({ type: 'CaseOpened', opens: opening(key, reason, message, suggestedFix) });
  }

  closeCase(key: string, by = 'the cause is gone'): void {
    if (this.state.cases[key] !== undefined) this.record({ type: 'CaseClosed', closes: key, by });
  }

  end(outcome: Ending): Decision<ReturnFact> {
    return { facts: this.facts, timers: [], messages: this.#messages(), outcome };
  }

  /** What its order must know now. */
  #messages(): Outgoing[] {
    const { key, connection, content, goods, looked, version } = this.state;
    if (content === null || version === this.before.version) return [];
    const told = { key, version, content, goods, ...(looked.length > 0 ? { looked } : {}) };
    return [
      {
        stream: 'order',
        key: streamKey(connection, content.channelOrderId),
        message: { type: 'return.told', told },
      },
    ];
  }
}

function opening(key: string, reason: CaseReasonName, message: string, suggestedFix: string): CaseOpening {
  const { owner, dueInHours } = CASE_REASONS[reason];
  return { key, reason, message, suggestedFix, owner, dueInHours };
}

const UNREADABLE = 'unreadable';
const MAX_CASE_KEY = 200;

function decide(state: ReturnState, message: StreamMessage, context: DecisionContext): Decision<ReturnFact> {
  const draft = new ReturnDraft(state);
  switch (message.type) {
    case 'return.hint':
      read(draft, message.topic);
      return draft.end('applied');
    case 'return.snapshot':
      return draft.end(seen(draft, message));
    case 'return.unreadable':
      draft.openCase(UNREADABLE, 'return-unreadable', message.message, message.suggestedFix);
      return draft.end('case');
    case 'return.goods': {
      const { goods } = message;
      if (state.goods.some(({ key, from }) => key === goods.key && from === goods.from))
        return draft.end('duplicate');
      draft.record({ type: 'GoodsReturned', goods });
      if (state.content === null) read(draft, 'goods of it have come');
      return draft.end('applied');
    }
    case 'return.received':
    case 'return.inspected':
      return draft.end(back(draft, message, context));
    case 'return.refunds': {
      const { version, refunds } = message;
      if (version <= state.refundsVersion) return draft.end('stale');
      draft.record({ type: 'RefundsTold', version, refunds });
      return draft.end('applied');
    }
    case 'return.approve':
      return draft.end(ask(draft, 'approve', message.by, ''));
    case 'return.decline':
      return draft.end(ask(draft, 'decline', message.by, message.note));
    case 'return.close':
      return draft.end(ask(draft, 'close', message.by, ''));
    case 'command.done':
    case 'command.rejected':
    case 'command.unsettled':
      return draft.end(answered(draft, message));
    case 'operator.retryCase':
      draft.closeCase(message.caseKey, message.by);
      retry(draft, message.caseKey, message.by);
      return draft.end('applied');
    case 'operator.skipCase':
      draft.closeCase(message.caseKey, message.by);
      return draft.end('applied');
    case 'configuration.changed':
      return draft.end('applied');
    default:
      throw new Error(`message ${message.type} is not for a return`);
  }
}

/** What comes while it is read may be newer than what that read brings: it is read once more. */
function read(draft: ReturnDraft, because: string): void {
  const { key, connection, returnId, reads, reading, readAgain } = draft.state;
  if (reading) {
    if (!readAgain) draft.record({ type: 'ReturnReadWanted' });
    return;
  }
  const number = reads + 1;
  draft.record({
    type: 'ReturnReadRequested',
    read: number,
    because,
    command: {
      kind: 'channel.readReturn',
      connection,
      key: `${key}#read/${number}`,
      body: { returnId, read: number },
    },
  });
}

function seen(draft: ReturnDraft, { return: told, read: number }: { return: Return; read: number }): Ending {
  const { content, seenRead } = draft.state;
  if (number < seenRead) return 'stale';
  draft.closeCase(UNREADABLE, 'a readable answer came');
  if (content === null) {
    draft.record({ type: 'ReturnSeen', return: told, read: number });
    return 'applied';
  }
  const changes = (Object.keys(told) as (keyof Return)[]).filter(
    (part) => !sameJson(content[part], told[part]),
  );
  if (changes.length === 0) return 'duplicate';
  draft.record({ type: 'ReturnChanged', return: told, read: number, changes });
  return 'applied';
}

/** Only the system that works for the location to which a return was announced may tell what has come of it. */
function back(draft: ReturnDraft, message: ReturnedObservation, { config }: DecisionContext): Ending {
  const { key: returnKey, content, receipts, looked } = draft.state;
  const { announcementId, at, from = '' } = message;
  const location = announcedTo(returnKey, announcementId);
  const asked = config.locations.find(({ id }) => id === location)?.fulfilment;
  if (location === null || asked === undefined || (from !== '' && from !== asked)) {
    draft.openCase(
      `stranger:${from}:${announcementId}`.slice(0, MAX_CASE_KEY),
      'return-unreadable',
      `${from || 'A fulfilment system'} tells of "${announcementId}", which was ${asked === undefined ? 'never announced' : `announced to ${asked}`}; nothing of it is counted`,
      'Find out there what it is; count its goods by hand where they are real, then skip this case',
    );
    return 'case';
  }
  const isReceipt = message.type === 'return.received';
  const key = isReceipt ? message.receiptId : message.inspectionId;
  const known: readonly { key: string; from: string }[] = isReceipt ? receipts : looked;
  if (known.some((each) => each.key === key && each.from === from)) return 'duplicate';
  const told = { key, from, location, at };
  draft.record(
    isReceipt
      ? { type: 'ReturnReceived', receipt: { ...told, lines: message.lines } }
      : { type: 'ReturnLookedAt', inspection: { ...told, lines: message.lines } },
  );
  if (content === null) read(draft, 'goods of it have come');
  return 'applied';
}

/** Asks the channel for what a person wants, unless it is so already or asked for. */
function ask(draft: ReturnDraft, act: Asked, by: string, note: string): Ending {
  const { key, connection, returnId, acts, content } = draft.state;
  const wanted = { approve: ['requested'], decline: ['requested'], close: ['open'] }[act];
  const known = acts[act];
  if (content === null || !wanted.includes(content.status) || known?.status === 'asked') return 'duplicate';
  const revision = (known?.revision ?? 0) + 1;
  const command = {
    kind: COMMANDS[act],
    connection,
    key: `${key}#${act}/${revision}`,
    body: act === 'decline' ? { returnId, note } : { returnId },
  } as CommandRequest;
  draft.record({ type: 'ReturnActRequested', act, revision, by, note, command });
  return 'applied';
}

function answered(draft: ReturnDraft, message: CommandResultMessage): Ending {
  const [act] = message.key.slice(draft.state.key.length + 1).split('/') as [ReturnAct];
  if (act === 'read') return readAnswered(draft, message);
  if (message.type === 'command.done') {
    draft.record({ type: 'ReturnActDone', act });
    return 'applied';
  }
  const { connection, content } = draft.state;
  const name = content?.name ?? draft.state.key;
  draft.record({
    type: 'ReturnActRefused',
    act,
    because: message.message,
    opens: opening(
      `act:${act}`,
      message.type === 'command.unsettled' ? 'command-in-doubt' : 'channel-rejected',
      `${connection} was asked to ${act} the return ${name}: ${message.message}`,
      message.suggestedFix,
    ),
  });
  return 'case';
}

function readAnswered(draft: ReturnDraft, message: CommandResultMessage): Ending {
  const { readAgain, connection, content, key } = draft.state;
  if (message.type === 'command.done') {
    draft.record({ type: 'ReturnRead' });
    if (readAgain) read(draft, 'news came while it was read');
    return 'applied';
  }
  draft.record({ type: 'ReturnNotRead', because: message.message });
  // What its channel does not have is nobody's case: the example of a webhook, or a return that was deleted.
  if (message.code === 'not-found') return 'applied';
  draft.openCase(
    UNREADABLE,
    'return-unreadable',
    `${connection} was asked for the return ${content?.name ?? key}: ${message.message}`,
    message.suggestedFix,
  );
  return 'case';
}

function retry(draft: ReturnDraft, caseKey: string, by: string): void {
  const act = caseKey.startsWith('act:') ? (caseKey.slice('act:'.length) as Asked) : null;
  if (act) ask(draft, act, by, '');
  read(draft, 'a person asked for it');
}

export const returnProcess: Process<ReturnState, ReturnFact> = {
  kind: 'return',
  evolveVersion: 2,
  factTypes: new Set(Object.keys(RETURN_FACT_MEANINGS)),
  initial: initialReturn,
  evolve: evolveReturn,
  decide,
  skusOf: () => [],
  movementsOf: () => [],
  summary: (state) => ({
    status: statusOf(state),
    title: state.content?.name ?? state.key,
    closed: isOver(state),
  }),
};
