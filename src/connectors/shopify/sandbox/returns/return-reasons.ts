/** Reasons of returns: the older codes, each of which has a definition of its own now. */
import { gid, idIn } from '../ids.ts';

const REASONS = [
  'COLOR',
  'DEFECTIVE',
  'NOT_AS_DESCRIBED',
  'OTHER',
  'SIZE_TOO_LARGE',
  'SIZE_TOO_SMALL',
  'STYLE',
  'UNKNOWN',
  'UNWANTED',
  'WRONG_ITEM',
];

export interface ReasonArgs {
  handles?: readonly string[] | null;
  ids?: readonly string[] | null;
}

/** The definition of a reason as a node. */
export function reasonNode(reason: string): { id: string; handle: string } & Record<string, unknown> {
  return {
    __typename: 'ReturnReasonDefinition',
    id: gid('ReturnReasonDefinition', String(1 + REASONS.indexOf(reason))),
    handle: reason.toLowerCase().replaceAll('_', '-'),
    name: reason.toLowerCase().replaceAll('_', ' '),
    deleted: false,
  };
}

/** All definitions, or those that are named. */
export function reasonNodes({ handles, ids }: ReasonArgs): ReturnType<typeof reasonNode>[] {
  return REASONS.map(reasonNode).filter(
    ({ id, handle }) => (handles?.includes(handle) ?? true) && (ids?.includes(id) ?? true),
  );
}

/** The reason that a definition stands for; undefined: there is no such definition. */
export function reasonOf(definition: string): string | undefined {
  return REASONS[Number(idIn('ReturnReasonDefinition', definition) ?? 0) - 1];
}
