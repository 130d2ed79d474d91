/** Commands to a fulfilment system. */
import type { CommandOf, LookUp, Outcome } from '../../contract.ts';
import { AnnouncedReturn, AnnouncedReturnPage, Release } from '../api.ts';
import { releaseBody } from '../bodies.ts';
import { asLookUp, type Calls, encode } from './calls.ts';

type FulfilmentCommand =
  | CommandOf<'fulfilment.release'>
  | CommandOf<'fulfilment.cancelRelease'>
  | CommandOf<'fulfilment.announceReturn'>;

export async function performOnFulfilment(
  calls: Calls,
  command: FulfilmentCommand,
  signal: AbortSignal,
): Promise<Outcome> {
  switch (command.kind) {
    case 'fulfilment.release': {
      const body = releaseBody(command.body, command.persons);
      return calls.change(
        command,
        { method: 'POST', path: '/v1/releases', body, answer: Release, signal },
        ({ id }) => {
          calls.remember(command.body.releaseId, id);
          return { externalId: id };
        },
      );
    }
    case 'fulfilment.cancelRelease': {
      const { releaseId, reason } = command.body;
      return calls.actOn('release', releaseId, signal, (id) =>
        calls.change(
          command,
          { method: 'POST', path: `/v1/releases/${id}/cancel`, body: { reason }, answer: Release, signal },
          () => ({}),
        ),
      );
    }
    case 'fulfilment.announceReturn':
      return calls.change(
        command,
        { method: 'POST', path: '/v1/returns', body: command.body, answer: AnnouncedReturn, signal },
        ({ id }) => ({ externalId: id }),
      );
    default:
      return command satisfies never;
  }
}

export async function lookUpAtFulfilment(
  calls: Calls,
  command: FulfilmentCommand,
  signal: AbortSignal,
): Promise<LookUp> {
  if (command.kind === 'fulfilment.announceReturn') {
    const { announcementId, revision } = command.body;
    const path = `/v1/returns?announcementId=${encode(announcementId)}`;
    const known = await calls.find(
      path,
      AnnouncedReturnPage,
      ({ returns }) => returns.find((each) => each.announcementId === announcementId),
      signal,
    );
    // A newer one has replaced it.
    return asLookUp(known, (made) => (made.revision >= revision ? { externalId: made.id } : undefined));
  }
  const found = await calls.release(command.body.releaseId, signal);
  if (command.kind === 'fulfilment.release') return asLookUp(found, ({ id }) => ({ externalId: id }));
  return asLookUp(found, ({ status }) => (status === 'cancelled' ? {} : undefined));
}
