/** The document about a day's money. `documents.ts` lists it among the others. */
import { z } from 'zod';
import { define, PageInfo } from './graphql-document.ts';

/** Orders that have changed since an instant, with their transactions: enough to sum a day up. */
export const LIST_MONEY = define(
  'query',
  'ListMoney',
  `query ListMoney($first: Int!, $after: String, $query: String!, $many: Int!) {
    orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id name createdAt processedAt
        transactions(first: $many) {
          id kind status createdAt processedAt
          amountSet { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }
        }
      }
    }
  }`,
  z.object({ orders: z.object({ nodes: z.array(z.unknown()), pageInfo: PageInfo }) }),
);

/** Every document of this file. */
export const MONEY_DOCUMENTS = [LIST_MONEY];
