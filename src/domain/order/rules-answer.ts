/**
 * What the merchant asks of a fulfilment service that is ours (policy `fulfilmentRequests: "ours"` of the channel's connection).
 * A request is accepted when its goods are promised and released at that location, and rejected when they cannot be sent from
 * there. What is taken back is stopped, and granted when nothing has left; then the order waits for what the merchant wants.
 */
import type { FulfilmentRequest } from '../canonical/index.ts';
import type { RetailerConfig } from '../config.ts';
import { ACTS, commandCaseKey, releaseAct } from './acts.ts';
import type { Draft } from './draft.ts';
import { isOnlyScheduled } from './kinds.ts';
import { isDropped, isHeld } from './wanted.ts';

interface Answer {
  answer: 'accept' | 'reject';
  reason: 'stock' | 'other';
  because: string;
}

type Question = 'fulfilment' | 'cancellation';

export function answerRequests(draft: Draft): void {
  const asked = requestsOfOurs(draft);
  endCases(draft, asked);
  for (const { request, location } of asked) {
    const question = questionOf(request);
    if (question === null) continue;
    const answer =
      question === 'fulfilment' ? toFulfilment(draft, location) : toCancellation(draft, location);
    if (answer) give(draft, request, question, answer);
  }
}

/** Why the order is stopped at locations whose request was taken back and not made anew, in words. */
export function takenBack(draft: Draft): string[] {
  const { state } = draft;
  const asked = requestsOfOurs(draft);
  const isBack = (location: string) => {
    const here = asked.filter((each) => each.location === location).map(({ request }) => request.status);
    const isAnew = here.includes('requested') || here.includes('accepted');
    return here.includes('cancellationRequested') || (here.includes('withdrawn') && !isAnew);
  };
  return [...new Set(asked.map(({ location }) => location))]
    .filter((location) => state.allocations.some((part) => part.location === location))
    .filter((location) => isBack(location) && !hasSent(draft, location) && !isTooLate(draft, location))
    .map((location) => `the merchant has taken back what was requested of ${location}`);
}

const answersRequests = (config: RetailerConfig, connection: string): boolean =>
  config.connections.find(({ id }) => id === connection)?.fulfilmentRequests === 'ours';

/** Requests to locations of ours. Channels name one by id and name, and either may be mapped. */
function requestsOfOurs({
  state,
  order,
  context,
}: Draft): { request: FulfilmentRequest; location: string }[] {
  if (!answersRequests(context.config, state.connection)) return [];
  return (order.fulfilmentRequests ?? []).flatMap((request) => {
    const location = [request.location, request.locationName]
      .flatMap((name) => (name ? [context.mappings.toInternal('location', state.connection, name)] : []))
      .find((ours) => context.config.locations.some(({ id }) => id === ours));
    return location === undefined ? [] : [{ request, location }];
  });
}

function questionOf({ status }: FulfilmentRequest): Question | null {
  if (status === 'requested') return 'fulfilment';
  return status === 'cancellationRequested' ? 'cancellation' : null;
}

/** Null: it cannot be said yet. */
function toFulfilment(draft: Draft, location: string): Answer | null {
  const { state, order } = draft;
  const no = (because: string, reason: Answer['reason'] = 'other'): Answer => ({
    answer: 'reject',
    reason,
    because,
  });
  if (order.cancelledAt !== null || isDropped(draft)) return no('the order does not go on');
  if (isHeld(draft) && !isOnlyScheduled(order))
    return no(`the order is held: ${state.heldBecause ?? state.channelHeldBecause ?? state.erp.heldBecause}`);
  const here = state.allocations.filter((part) => part.location === location);
  if (here.length > 0) return isReleased(draft, location) ? accepted('the goods are released') : null;
  if (hasSent(draft, location)) return accepted('the goods have left');
  if (state.cases['out-of-stock'] !== undefined) return no('the goods are out of stock', 'stock');
  return state.allocated ? no('the goods leave from elsewhere') : null;
}

function toCancellation(draft: Draft, location: string): Answer | null {
  const { state } = draft;
  const no = (because: string): Answer => ({ answer: 'reject', reason: 'other', because });
  if (hasSent(draft, location)) return no('goods have left already');
  if (isTooLate(draft, location)) return no('the location is sending the goods');
  const isUnderWay = state.allocations.some((part) => part.location === location && part.releaseId !== null);
  return isUnderWay ? null : accepted('nothing has left');
}

const accepted = (because: string): Answer => ({ answer: 'accept', reason: 'other', because });

const hasSent = ({ state }: Draft, location: string): boolean =>
  state.shipments.some((shipment) => shipment.location === location);

/** The location has got all that is promised from it, and is not to stop. */
function isReleased({ state }: Draft, location: string): boolean {
  return state.allocations.every((part) => {
    if (part.location !== location) return true;
    const release = state.releases.find(({ releaseId }) => releaseId === part.releaseId);
    return release?.status === 'sent' || release?.status === 'accepted';
  });
}

/** The location was asked to stop, and does not. */
function isTooLate({ state }: Draft, location: string): boolean {
  return state.releases.some(({ releaseId, location: at, status, stopped }) => {
    const stop = state.acts[ACTS.releaseCancellation(releaseAct(state.key, releaseId))];
    return (
      at === location && status === 'accepted' && !stopped && stop !== undefined && stop.status !== 'asked'
    );
  });
}

/** Once for each question; again where a newer version of the order still shows it. */
function give(
  draft: Draft,
  { requestId }: FulfilmentRequest,
  request: Question,
  { answer, reason, because }: Answer,
): void {
  const { state, order } = draft;
  const act = ACTS.answer(requestId);
  const status = state.acts[act]?.status;
  if (status === 'asked') return;
  const about = `${request} ${answer}`;
  const given = state.answers?.[requestId];
  if (given?.about === about && status !== 'retry') {
    const isRefused = status === 'rejected' || status === 'unsettled';
    if (isRefused || given.updatedAt === state.seenUpdatedAt) return;
  }
  draft.closeCaseOf(act, 'the answer is another one');
  draft.record({
    type: 'AnswerRequested',
    requestId,
    request,
    answer,
    because,
    about,
    ...draft.ask(act, 'channel.answerRequest', state.connection, {
      channelOrderId: order.channelOrderId,
      requestId,
      request,
      answer,
      reason,
      note: because,
    }),
  });
}

/** What was refused or in doubt is over when nobody waits for the answer any more. */
function endCases(draft: Draft, asked: readonly { request: FulfilmentRequest }[]): void {
  for (const requestId of Object.keys(draft.state.answers ?? {})) {
    const known = draft.state.acts[ACTS.answer(requestId)];
    if (known?.status !== 'rejected' && known?.status !== 'unsettled') continue;
    const waits = asked.some(
      ({ request }) => request.requestId === requestId && questionOf(request) !== null,
    );
    if (!waits) draft.closeCase(commandCaseKey(known.key), 'it waits for no answer any more');
  }
}
