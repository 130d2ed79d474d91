/** What the API says of reservations, and of what can be sold. */
import { z } from 'zod';
import { At, orNull } from './common.ts';

const Units = z.number().int();

export const ReservationItem = z
  .object({
    id: z.string().meta({ description: 'Follows from the idempotency key' }),
    status: z.enum(['granted', 'refused', 'claimed', 'taken-over', 'released', 'expired']).meta({
      description:
        'granted: units are kept; refused: there were not enough; claimed: kept for an order; taken-over: the order has them; released, expired: they are free again',
    }),
    granted: z.boolean().meta({
      description: 'What the request was answered: stays the same, whatever becomes of the reservation',
    }),
    lines: z.array(
      z.object({
        sku: z.string(),
        location: z.string().nullable().meta({ description: 'As asked for; null: sourced' }),
        quantity: Units.meta({ description: 'Units asked for' }),
        missing: Units.meta({ description: 'Units that were nowhere to be had' }),
        kept: z
          .array(z.object({ location: z.string(), quantity: Units }))
          .meta({ description: 'From where they were granted' }),
      }),
    ),
    policy: z.enum(['all-or-nothing', 'partial']),
    expiresAt: orNull(At).meta({ description: 'When it ends by itself; null: it keeps nothing' }),
    order: z.string().nullable().meta({ description: 'The order that has claimed it: its key' }),
  })
  .meta({ id: 'Reservation' });
export type ReservationItem = z.infer<typeof ReservationItem>;

export const ReservationList = z
  .object({
    reservations: z.array(
      z.object({
        id: z.string(),
        status: z.string(),
        sku: z.string().meta({ description: 'Of its first line' }),
        units: Units.meta({ description: 'That it keeps' }),
        expiresAt: orNull(At),
        order: z.string().nullable(),
        createdAt: At,
      }),
    ),
  })
  .meta({ id: 'ReservationList' });
export type ReservationList = z.infer<typeof ReservationList>;

export const AvailabilityList = z
  .object({
    asOf: At.meta({ description: 'Whatever was committed before this instant is in the figures' }),
    ageMs: z.number().int().meta({ description: 'The same, as an age' }),
    skus: z.array(
      z.object({
        sku: z.string(),
        components: z
          .array(z.object({ sku: z.string(), quantity: Units }))
          .optional()
          .meta({
            description: 'Of a kit: what one is put together from; figures are the minimum over these',
          }),
        available: Units.meta({ description: 'At all locations together' }),
        locations: z.array(
          z.object({
            location: z.string(),
            available: Units.meta({
              description: 'Can be promised: on hand − reserved − safety − held back; never below zero',
            }),
            onHand: Units,
            reserved: Units,
            safety: Units.meta({ description: 'Kept back from sale' }),
            heldBack: Units.meta({
              description: 'Kept back because the inventory system is silent (the location’s fallback rule)',
            }),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'AvailabilityList' });
export type AvailabilityList = z.infer<typeof AvailabilityList>;
