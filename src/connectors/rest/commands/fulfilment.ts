/** Commands to a fulfilment system. */
import type { CommandOf, LookUp, Outcome } from '../../contract.ts';
import { Release } from '../api.ts';
import { releaseBody } from '../bodies.ts';
import { asLookUp, type Calls } from './calls.ts';

type FulfilmentCommand = CommandOf<'fulfilment.release'> | CommandOf<'fulfilment.cancelRelease'>;

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
    default:
      return command satisfies never;
  }
}

export async function lookUpAtFulfilment(
  calls: Calls,
  command: FulfilmentCommand,
  signal: AbortSignal,
): Promise<LookUp> {
  const found = await calls.release(command.body.releaseId, signal);
  if (command.kind === 'fulfilment.release') return asLookUp(found, ({ id }) => ({ externalId: id }));
  return asLookUp(found, ({ status }) => (status === 'cancelled' ? {} : undefined));
}
