/** What the answers of the API share. Instants are ISO 8601 in UTC; amounts are decimal strings, never floating numbers. */
import { z } from 'zod';

/** A named schema or null, so that the name in the OpenAPI document stays the schema's own. */
export const orNull = <Schema extends z.ZodType>(schema: Schema) => z.union([schema, z.null()]);

export const At = z.iso
  .datetime()
  .meta({ description: 'Instant, ISO 8601 in UTC', example: '2026-11-24T08:07:50.123Z' });

export const Money = z
  .object({
    amount: z.string().meta({ description: 'Decimal string with the digits of its currency' }),
    currency: z.string().meta({ description: 'ISO 4217' }),
  })
  .meta({ id: 'Money', example: { amount: '129.90', currency: 'EUR' } });
export type Money = z.infer<typeof Money>;

/** RFC 9457. */
export const Problem = z
  .object({
    type: z.string().meta({ description: 'Names the kind of problem: urn:crossdock:problem:CODE' }),
    title: z.string(),
    status: z.number().int(),
    code: z.string().meta({ description: 'For programs: stays the same', example: 'order-not-found' }),
    detail: z.string().meta({ description: 'What happened, to what' }),
    next: z.string().meta({ description: 'What to do next' }),
    candidates: z
      .array(z.object({ key: z.string(), title: z.string(), placedAt: orNull(At) }))
      .optional()
      .meta({ description: 'For order-ambiguous: the orders that it may be' }),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'For invalid-request: what is wrong, part by part' }),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

export const Decided = z
  .object({
    by: z.string().max(200).default('API').meta({ description: 'Who decides, for the story' }),
    note: z.string().max(2_000).default('').meta({ description: 'Why, for the story' }),
  })
  .meta({ id: 'Decided' });

export const Accepted = z
  .object({
    accepted: z.literal(true),
    key: z
      .string()
      .meta({ description: 'What it was asked of: the key of the stream, or the id of the case' }),
    message: z.string(),
  })
  .meta({ id: 'Accepted', description: 'It is written down and is done by the next turn of the hub' });
export type Accepted = z.infer<typeof Accepted>;
