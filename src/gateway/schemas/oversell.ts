/** What the API says of orders that were placed for stock that was not there. */
import { z } from 'zod';

/** Counts and rates of some orders. */
export const OversellCounts = z.object({
  orders: z.number().int().meta({ description: 'Orders that were placed, with units that leave a location' }),
  oversoldOrders: z.number().int().meta({ description: 'Of these: with units that were not there' }),
  units: z.number().int().meta({ description: 'Units that were placed' }),
  oversoldUnits: z
    .number()
    .int()
    .meta({ description: 'Of these: not to be had from any location that may serve the order' }),
  orderRate: z.number().meta({ description: 'Oversold orders ÷ orders, from 0 to 1' }),
  unitRate: z.number().meta({ description: 'Oversold units ÷ units, from 0 to 1' }),
});
export type OversellCounts = z.infer<typeof OversellCounts>;

export const OversellReport = z
  .object({
    since: z.iso.date(),
    until: z.iso.date(),
    total: OversellCounts,
    days: z
      .array(
        OversellCounts.extend({
          day: z.iso.date().meta({ description: 'When the orders were placed, in UTC' }),
          brand: z.string(),
          channel: z.string(),
        }),
      )
      .meta({ description: 'By day, brand and channel, newest day first' }),
  })
  .meta({ id: 'OversellReport' });
export type OversellReport = z.infer<typeof OversellReport>;
