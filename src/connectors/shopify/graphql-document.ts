/** What a GraphQL document is to us: its text, and the shape of its answer. */
import { z } from 'zod';
import type { Operations } from './vendor-types.ts';

export type OperationName = keyof Operations;

export interface GraphQlDocument<Result, Name extends string = string> {
  name: Name;
  text: string;
  /** A mutation that got no answer may have taken effect; a query may simply be repeated. */
  kind: 'query' | 'mutation';
  result: z.ZodType<Result>;
  /** Its texts for stores whose API version comes before one that knows all of it, the oldest first. */
  older?: readonly { before: string; text: string }[];
}

/** Nothing more where a shape takes all that the vendor's schema lets come as the answer; else what no shape is. */
type Takes<Name extends OperationName, Shape extends z.ZodType> =
  Operations[Name]['answer'] extends z.input<Shape> ? unknown : { 'does not take the answer of': Name };

export function define<Name extends OperationName, Shape extends z.ZodType>(
  kind: GraphQlDocument<unknown>['kind'],
  name: Name,
  text: string,
  result: Shape & Takes<Name, Shape>,
): GraphQlDocument<z.output<Shape>, Name> {
  return { kind, name, text: text.replace(/\s+/g, ' ').trim(), result: result as z.ZodType<z.output<Shape>> };
}

export const PageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
export type PageInfo = z.infer<typeof PageInfo>;

/** What the vendor refuses, and why. */
export const UserError = z.object({
  code: z.string().nullish(),
  field: z.array(z.string()).nullish(),
  message: z.string(),
});
export type UserError = z.infer<typeof UserError>;
