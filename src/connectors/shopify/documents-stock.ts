/** The documents about stock. `documents.ts` lists them among the others. */
import { z } from 'zod';
import { define, PageInfo, UserError } from './graphql-document.ts';

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

/** Items by their SKUs: the search knows no case and takes parts, so whoever asks compares. */
export const FIND_ITEMS = define(
  'query',
  'FindItems',
  `query FindItems($query: String!, $first: Int!) {
    inventoryItems(first: $first, query: $query) {
      pageInfo { hasNextPage endCursor }
      nodes { id sku tracked variants(first: 1) { nodes { requiresComponents } } }
    }
  }`,
  z.object({
    inventoryItems: z.object({
      pageInfo: PageInfo,
      nodes: z.array(
        z.object({
          id: z.string(),
          sku: z.string().nullable(),
          tracked: z.boolean(),
          variants: z.object({ nodes: z.array(z.object({ requiresComponents: z.boolean() })) }).nullable(),
        }),
      ),
    }),
  }),
);
export type FoundItem = z.infer<(typeof FIND_ITEMS)['result']>['inventoryItems']['nodes'][number];

/** What items have at one location; what is not stocked there, or no more, has no level. */
export const READ_LEVELS = define(
  'query',
  'ReadLevels',
  `query ReadLevels($ids: [ID!]!, $location: ID!) {
    nodes(ids: $ids) {
      ... on InventoryItem {
        id tracked inventoryLevel(locationId: $location) { quantities(names: ["available", "committed"]) { name quantity } }
      }
    }
  }`,
  z.object({
    nodes: z.array(
      z
        .object({
          id: z.string(),
          tracked: z.boolean(),
          inventoryLevel: z
            .object({
              quantities: z.array(z.object({ name: z.string(), quantity: z.number() })),
            })
            .nullable(),
        })
        .partial()
        .nullable(),
    ),
  }),
);

/** Sets what is available, each figure only if it is still what it is thought to be. Nothing is set when one is refused. */
export const SET_QUANTITIES = define(
  'mutation',
  'SetQuantities',
  `mutation SetQuantities($figures: InventorySetQuantitiesInput!, $key: String!) {
    inventorySetQuantities(input: $figures) @idempotent(key: $key) { userErrors { code field message } }
  }`,
  z
    .object({ inventorySetQuantities: z.object({ userErrors: z.array(UserError) }).nullable() })
    .transform((data) => data.inventorySetQuantities),
);

/** Moves what is available by so many units, whatever it is. Nothing is moved when one row is refused. */
export const ADJUST_QUANTITIES = define(
  'mutation',
  'AdjustQuantities',
  `mutation AdjustQuantities($changes: InventoryAdjustQuantitiesInput!, $key: String!) {
    inventoryAdjustQuantities(input: $changes) @idempotent(key: $key) { userErrors { code field message } }
  }`,
  z
    .object({ inventoryAdjustQuantities: z.object({ userErrors: z.array(UserError) }).nullable() })
    .transform((data) => data.inventoryAdjustQuantities),
);
