/** The document about stock. `documents.ts` lists it among the others. */
import { z } from 'zod';
import { define, PageInfo } from './graphql-document.ts';

/** Where the schema lets a quantity be missing, nothing can be told of it. */
const Level = z.object({
  item: z.object({ id: z.string(), sku: z.string().nullable(), tracked: z.boolean() }),
  quantities: z.array(z.object({ name: z.string(), quantity: z.number() })),
});

/** What lies at a location; items that are not stocked there are not told. */
export const LIST_LEVELS = define(
  'query',
  'ListLevels',
  `query ListLevels($location: ID!, $first: Int!, $after: String) {
    location(id: $location) {
      inventoryLevels(first: $first, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { item { id sku tracked } quantities(names: ["on_hand", "committed", "available"]) { name quantity } }
      }
    }
  }`,
  z.object({
    location: z
      .object({ inventoryLevels: z.object({ pageInfo: PageInfo, nodes: z.array(Level) }) })
      .nullable(),
  }),
);
export type Levels = z.infer<(typeof LIST_LEVELS)['result']>;
