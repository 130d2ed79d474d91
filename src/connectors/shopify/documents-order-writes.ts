/** Documents that take an order's money or write on it. `documents.ts` lists them among the others. */
import { z } from 'zod';
import { define, UserError } from './graphql-document.ts';

/** Transactions of an order that are read; an order with more is none that we can capture. */
export const MAX_TRANSACTIONS = 100;

const Transaction = z.object({
  id: z.string(),
  kind: z.string(),
  status: z.string(),
  authorizationExpiresAt: z.string().nullable(),
  multiCapturable: z.boolean(),
  parentTransaction: z.object({ id: z.string() }).nullable(),
  amountSet: z.object({ presentmentMoney: z.object({ amount: z.string(), currencyCode: z.string() }) }),
});

/** What was authorised and captured of an order. */
export const READ_CAPTURES = define(
  'query',
  'ReadCaptures',
  `query ReadCaptures($id: ID!, $first: Int!) {
    order(id: $id) {
      id cancelledAt
      transactions(first: $first) {
        id kind status authorizationExpiresAt multiCapturable parentTransaction { id }
        amountSet { presentmentMoney { amount currencyCode } }
      }
    }
  }`,
  z.object({
    order: z
      .object({ id: z.string(), cancelledAt: z.string().nullable(), transactions: z.array(Transaction) })
      .nullable(),
  }),
);
export type OrderCaptures = NonNullable<z.infer<(typeof READ_CAPTURES)['result']>['order']>;

export const CAPTURE_PAYMENT = define(
  'mutation',
  'CapturePayment',
  `mutation CapturePayment($capture: OrderCaptureInput!) {
    orderCapture(input: $capture) { transaction { id status } userErrors { field message } }
  }`,
  z.object({
    orderCapture: z
      .object({
        transaction: z.object({ id: z.string(), status: z.string() }).nullable(),
        userErrors: z.array(UserError),
      })
      .nullable(),
  }),
);

/** What we have written on an order. */
export const READ_REFERENCES = define(
  'query',
  'ReadReferences',
  `query ReadReferences($id: ID!, $namespace: String!) {
    order(id: $id) { id tags metafields(first: 25, namespace: $namespace) { nodes { key value } } }
  }`,
  z.object({
    order: z
      .object({
        id: z.string(),
        tags: z.array(z.string()),
        metafields: z.object({ nodes: z.array(z.object({ key: z.string(), value: z.string() })) }),
      })
      .nullable(),
  }),
);

const Written = z.object({ userErrors: z.array(UserError) }).nullish();

/** Metafields and tags in one call; parts of which there is nothing to write are left out. */
export const WRITE_REFERENCES = define(
  'mutation',
  'WriteReferences',
  `mutation WriteReferences(
    $id: ID!, $metafields: [MetafieldsSetInput!]!, $add: [String!]!, $remove: [String!]!,
    $sets: Boolean!, $adds: Boolean!, $removes: Boolean!
  ) {
    metafieldsSet(metafields: $metafields) @include(if: $sets) { userErrors { code field message } }
    tagsRemove(id: $id, tags: $remove) @include(if: $removes) { userErrors { field message } }
    tagsAdd(id: $id, tags: $add) @include(if: $adds) { userErrors { field message } }
  }`,
  z.object({ metafieldsSet: Written, tagsRemove: Written, tagsAdd: Written }),
);
