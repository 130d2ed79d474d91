/** A part of a node that the root field of the same name finds, so that both say the same. */
import type { GraphQLResolveInfo } from 'graphql';
import { gid } from '../ids.ts';
import type { Execution } from './execution.ts';

type Find = (args: { id: string }, execution: Execution, info: GraphQLResolveInfo) => unknown;

/** What the root field finds under this id; null: there is none, or no more. */
export function fromRoot(field: string, type: string, id: string | null) {
  return (_: unknown, execution: Execution, info: GraphQLResolveInfo): unknown => {
    const find = (info.rootValue as Record<string, Find>)[field];
    return id === null || !find ? null : find({ id: gid(type, id) }, execution, info);
  };
}
