/**
 * A person or a place of delivery. Persons stand in a table of their own and can be redacted: orders, facts, messages and
 * states hold only `personId` and what tax and routing need (country, province, which parts are missing).
 */
import { z } from 'zod';
import { Id } from './common.ts';

export const Person = z.object({
  schema: z.literal('person/1'),
  personId: Id,
  name: z.string().nullable(),
  company: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  address1: z.string().nullable(),
  address2: z.string().nullable(),
  city: z.string().nullable(),
  postalCode: z.string().nullable(),
  provinceCode: z.string().nullable(),
  countryCode: z.string().nullable(),
});
export type Person = z.infer<typeof Person>;

/** Postal codes are kept by their beginning only: a whole one may name a household. */
export const POSTAL_AREA_LENGTH = 3;

/** The beginning of a postal code, as rules name it: "SW1A 1AA" is "SW1". Null where there is none. */
export function postalAreaOf(postalCode: string | null | undefined): string | null {
  const area = (postalCode ?? '').replace(/[\s-]/g, '').toUpperCase().slice(0, POSTAL_AREA_LENGTH);
  return area === '' ? null : area;
}

/** What an order says of an address without saying who lives there. */
export const AddressRef = z.object({
  personId: Id,
  countryCode: z.string().length(2).nullable(),
  provinceCode: z.string().nullable(),
  postalArea: z
    .string()
    .nullable()
    .optional()
    .describe(
      'The first three characters of the postal code, for rules of routing; no more, since a whole one may name a household. Missing: not known.',
    ),
  /** Parts that a parcel needs and the address lacks: 'name', 'address1', 'city', 'postalCode', 'countryCode'. */
  missing: z.array(z.string()),
});
export type AddressRef = z.infer<typeof AddressRef>;

export const Customer = z.object({
  schema: z.literal('customer/1'),
  personId: Id,
  channelCustomerId: Id.nullable().describe('The channel’s id of the account; null for a guest.'),
  taxExempt: z.boolean(),
});
export type Customer = z.infer<typeof Customer>;
