/** Parts that all resources of the API share, and the registry that names them in the published document. */
import { z } from 'zod';

/** Schemas with a name of their own in the document's components. */
export const apiSchemas = z.registry<{ id: string }>();

/** Gives a schema its name and description in the document. */
export function named<Schema extends z.ZodType>(id: string, description: string, schema: Schema): Schema {
  const described = schema.describe(description);
  apiSchemas.add(described, { id });
  return described;
}

/** A value that may be null or left out. */
export function orNull<Schema extends z.ZodType>(schema: Schema): z.ZodDefault<z.ZodNullable<Schema>> {
  return schema.nullable().default(null as never);
}

export const Amount = named(
  'Amount',
  'An amount of the document’s currency as decimal text, exact: never more decimals than the currency has, never a number.',
  z.string().regex(/^-?\d{1,15}(\.\d{1,4})?$/),
);

export const DecimalText = named(
  'Decimal',
  'A decimal number as text, such as a unit price or a rate; never rounded.',
  z.string().regex(/^-?\d{1,15}(\.\d{1,12})?$/),
);

export const CurrencyCode = named('Currency', 'ISO 4217 code.', z.string().regex(/^[A-Z]{3}$/));

export const Instant = named(
  'Instant',
  'RFC 3339 instant; UTC is preferred, with milliseconds.',
  z.iso.datetime({ offset: true }),
);

export const Key = named(
  'Key',
  'An identifier. The hub’s own may contain any printable character, such as "/" and "#".',
  z.string().min(1).max(512),
);

export const Units = named('Units', 'Whole stock units.', z.number().int().min(0).max(1_000_000_000));

export const ItemLine = named(
  'ItemLine',
  'So many units of a line of the order.',
  z.object({ lineId: Key, quantity: Units }),
);

export const Tracking = named(
  'Tracking',
  'How a parcel can be followed.',
  z.object({ company: orNull(z.string()), number: orNull(z.string()), url: orNull(z.string()) }),
);

export const Party = named(
  'Party',
  'A person or company with an address. `id` is the hub’s; parts that were deleted on request of the person are null.',
  z.object({
    id: Key,
    name: orNull(z.string()),
    company: orNull(z.string()),
    email: orNull(z.string()),
    phone: orNull(z.string()),
    address1: orNull(z.string()),
    address2: orNull(z.string()),
    city: orNull(z.string()),
    postalCode: orNull(z.string()),
    provinceCode: orNull(z.string()),
    countryCode: orNull(z.string().describe('ISO 3166-1 alpha-2')),
  }),
);

export const Problem = named(
  'Problem',
  'RFC 9457 problem details. `code` names the reason for programs, `detail` explains it, `fix` says what would help.',
  z.object({
    type: z.string().default('about:blank'),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string(),
    fix: z.string().optional(),
    closedThrough: z.iso
      .date()
      .optional()
      .describe('Of a document that is refused for its day: the last day that is closed'),
  }),
);
