/** The documents about the store's accounts at Shopify Payments. `documents.ts` lists them among the others. */
import { z } from 'zod';
import { define, PageInfo } from './graphql-document.ts';

/** Every business entity of a store may have an account of its own. */
export const LIST_ACCOUNTS = define(
  'query',
  'ListAccounts',
  `query ListAccounts { businessEntities { id primary shopifyPaymentsAccount { id } } }`,
  z.object({
    businessEntities: z.array(
      z.object({
        id: z.string(),
        primary: z.boolean(),
        shopifyPaymentsAccount: z.object({ id: z.string() }).nullable(),
      }),
    ),
  }),
);

/** What is listed of an account: rows stay as they came, each judged by `mapping-payments.ts` alone. */
const listed = <Name extends string>(name: Name) =>
  z.object({
    businessEntity: z
      .object({
        shopifyPaymentsAccount: z
          .object({ [name]: z.object({ nodes: z.array(z.unknown()), pageInfo: PageInfo }) } as Record<
            Name,
            z.ZodObject<{ nodes: z.ZodArray<z.ZodUnknown>; pageInfo: typeof PageInfo }>
          >)
          .nullable(),
      })
      .nullable(),
  });

/** Movements by the time when they were processed. Their payout's status is left out: it changes, and the payout tells it. */
export const LIST_BALANCE = define(
  'query',
  'ListBalance',
  `query ListBalance($entity: ID!, $first: Int!, $after: String, $query: String!) {
    businessEntity(id: $entity) {
      shopifyPaymentsAccount {
        balanceTransactions(first: $first, after: $after, query: $query, sortKey: PROCESSED_AT) {
          pageInfo { hasNextPage endCursor }
          nodes {
            id type sourceType sourceId sourceOrderTransactionId test transactionDate adjustmentReason
            amount { amount currencyCode } fee { amount currencyCode } net { amount currencyCode }
            associatedOrder { id } associatedPayout { id }
          }
        }
      }
    }
  }`,
  listed('balanceTransactions'),
);

export const LIST_PAYOUTS = define(
  'query',
  'ListPayouts',
  `query ListPayouts($entity: ID!, $first: Int!, $after: String, $query: String!) {
    businessEntity(id: $entity) {
      shopifyPaymentsAccount {
        payouts(first: $first, after: $after, query: $query, sortKey: ISSUED_AT) {
          pageInfo { hasNextPage endCursor }
          nodes { id legacyResourceId issuedAt status transactionType externalTraceId net { amount currencyCode } }
        }
      }
    }
  }`,
  listed('payouts'),
);

export const LIST_DISPUTES = define(
  'query',
  'ListDisputes',
  `query ListDisputes($entity: ID!, $first: Int!, $after: String, $query: String!) {
    businessEntity(id: $entity) {
      shopifyPaymentsAccount {
        disputes(first: $first, after: $after, query: $query) {
          pageInfo { hasNextPage endCursor }
          nodes {
            id type status initiatedAt evidenceDueBy evidenceSentOn finalizedOn
            amount { amount currencyCode } reasonDetails { reason } order { id }
          }
        }
      }
    }
  }`,
  listed('disputes'),
);
