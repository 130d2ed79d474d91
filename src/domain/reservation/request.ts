/** What is asked for when units shall be kept for somebody, before there is an order. */
import { z } from 'zod';
import { Id } from '../canonical/common.ts';

/** Limits of one request: a checkout, not a wholesale plan. */
export const RESERVATION_LIMITS = {
  lines: 100,
  /** Of one line. */
  units: 1_000_000,
  /** Seconds that units are kept: at least, when the request does not say, at most. */
  timeToLive: { least: 1, usual: 900, most: 86_400 },
} as const;

/** Indexes hold it, which take no more. */
const Code = Id.max(200);

export const ReservationLine = z.strictObject({
  /** Our SKU. */
  sku: Code,
  /** Our location; null: it is sourced. */
  location: Code.nullable().default(null),
  quantity: z.number().int().min(1).max(RESERVATION_LIMITS.units),
});
export type ReservationLine = z.infer<typeof ReservationLine>;

export const ReservationPolicy = z.enum([
  /** Every unit of every line, or none. */
  'all-or-nothing',
  /** What there is. */
  'partial',
]);
export type ReservationPolicy = z.infer<typeof ReservationPolicy>;

/** A request whole: two that differ in nothing of it are the same. */
export const ReservationRequest = z.strictObject({
  lines: z.array(ReservationLine).min(1).max(RESERVATION_LIMITS.lines),
  policy: ReservationPolicy.default('all-or-nothing'),
  /** How long the units are kept, in seconds, if nobody claims or releases them. */
  timeToLive: z
    .number()
    .int()
    .min(RESERVATION_LIMITS.timeToLive.least)
    .max(RESERVATION_LIMITS.timeToLive.most)
    .default(RESERVATION_LIMITS.timeToLive.usual),
  /** Whose locations are asked, for lines that are sourced; null: those that serve every brand. */
  brand: Code.nullable().default(null),
  /** Where it goes: locations that serve this country are preferred. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'is no ISO 3166 country code')
    .nullable()
    .default(null),
});
export type ReservationRequest = z.infer<typeof ReservationRequest>;
