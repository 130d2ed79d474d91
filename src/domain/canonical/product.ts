/** What is sold, as far as orders and stock need to know it. */
import { z } from 'zod';
import { Id, MoneySchema } from './common.ts';

export const Product = z.object({
  schema: z.literal('product/1'),
  sku: Id,
  title: z.string(),
  barcode: z.string().nullable(),
  kind: z.enum(['goods', 'giftCard', 'service', 'bundle']),
  price: MoneySchema.nullable(),
});
export type Product = z.infer<typeof Product>;
