/** Documents about returns and refunds. `documents.ts` lists them among the others. */
import { z } from 'zod';
import { define, UserError } from './graphql-document.ts';

const Identified = z.object({ id: z.string() });

/** What is asked for of a return at first, and at most: lines, and lists of a few things. */
export const RETURN_SIZES = { usual: { lines: 15, few: 4 }, most: { lines: 100, few: 10 } } as const;

/** A return whole. What it means is told in `mapping-return.ts`. */
export const READ_RETURN = define(
  'query',
  'ReadReturn',
  `query ReadReturn($id: ID!, $lines: Int!, $few: Int!) {
    return(id: $id) {
      id name status createdAt requestApprovedAt closedAt
      decline { reason }
      order { id currencyCode presentmentCurrencyCode }
      returnShippingFees { amountSet { ...ReturnMoney } }
      returnLineItems(first: $lines) {
        pageInfo { hasNextPage }
        nodes {
          id quantity processedQuantity returnReasonDefinition { handle }
          ... on ReturnLineItem { fulfillmentLineItem { id lineItem { id } } restockingFee { amountSet { ...ReturnMoney } } }
        }
      }
      exchangeLineItems(first: $lines) {
        pageInfo { hasNextPage }
        nodes { id quantity processedQuantity lineItems { id } }
      }
      refunds(first: $few) { pageInfo { hasNextPage } nodes { id } }
      reverseFulfillmentOrders(first: 1) {
        pageInfo { hasNextPage }
        nodes {
          id
          lineItems(first: $lines) {
            pageInfo { hasNextPage }
            nodes { id fulfillmentLineItem { id } dispositions { id type quantity createdAt location { id name } } }
          }
          reverseDeliveries(first: $few) {
            pageInfo { hasNextPage }
            nodes { id deliverable { ... on ReverseDeliveryShippingDeliverable { tracking { carrierName number url } } } }
          }
        }
      }
    }
  }
  fragment ReturnMoney on MoneyBag { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }`,
  // What a part of it holds is read by the mapping, which says what is wrong with it.
  z.object({ return: z.looseObject({ id: z.string() }).nullable() }),
);

/** Returns of an order; none has more. */
export const FIND_RETURNS = define(
  'query',
  'FindReturns',
  `query FindReturns($id: ID!) { order(id: $id) { id returns(first: 100) { nodes { id } } } }`,
  z.object({
    order: z.object({ id: z.string(), returns: z.object({ nodes: z.array(Identified) }) }).nullable(),
  }),
);

/** Where a return stands, with what is processed of it, and its refunds. */
export const READ_RETURN_STATE = define(
  'query',
  'ReadReturnState',
  `query ReadReturnState($id: ID!) {
    return(id: $id) {
      id status order { id }
      returnLineItems(first: 100) { nodes { id processedQuantity } }
      refunds(first: 50) { nodes { id } }
    }
  }`,
  z.object({
    return: z
      .object({
        id: z.string(),
        status: z.string(),
        order: Identified,
        returnLineItems: z.object({
          nodes: z.array(z.object({ id: z.string(), processedQuantity: z.number() })),
        }),
        refunds: z.object({ nodes: z.array(Identified) }),
      })
      .nullable(),
  }),
);

/** What can come back of an order, by parcel; and what is on its way already, with the notes of staff. */
export const READ_RETURNABLE = define(
  'query',
  'ReadReturnable',
  `query ReadReturnable($id: ID!) {
    order(id: $id) {
      id
      returns(first: 50) { nodes { id status returnLineItems(first: 5) { nodes { id returnReasonNote } } } }
    }
    returnReasonDefinitions(first: 50) { nodes { id handle } }
    returnableFulfillments(orderId: $id, first: 10) {
      pageInfo { hasNextPage }
      nodes {
        id
        returnableFulfillmentLineItems(first: 25) {
          pageInfo { hasNextPage }
          nodes { quantity fulfillmentLineItem { id lineItem { id } } }
        }
      }
    }
  }`,
  z.object({
    order: z
      .object({
        id: z.string(),
        returns: z.object({
          nodes: z.array(
            z.object({
              id: z.string(),
              status: z.string(),
              returnLineItems: z.object({
                nodes: z.array(z.object({ id: z.string(), returnReasonNote: z.string() })),
              }),
            }),
          ),
        }),
      })
      .nullable(),
    returnReasonDefinitions: z.object({ nodes: z.array(z.object({ id: z.string(), handle: z.string() })) }),
    returnableFulfillments: z.object({
      pageInfo: z.object({ hasNextPage: z.boolean() }),
      nodes: z.array(
        z.object({
          id: z.string(),
          returnableFulfillmentLineItems: z.object({
            pageInfo: z.object({ hasNextPage: z.boolean() }),
            nodes: z.array(
              z.object({
                quantity: z.number(),
                fulfillmentLineItem: z.object({ id: z.string(), lineItem: Identified }),
              }),
            ),
          }),
        }),
      ),
    }),
  }),
);

const Turned = z.object({ return: Identified.nullable(), userErrors: z.array(UserError) }).nullable();

export const CREATE_RETURN = define(
  'mutation',
  'CreateReturn',
  `mutation CreateReturn($return: ReturnInput!) {
    returnCreate(returnInput: $return) { return { id } userErrors { code field message } }
  }`,
  z.object({ returnCreate: Turned }),
);

export const APPROVE_RETURN = define(
  'mutation',
  'ApproveReturn',
  `mutation ApproveReturn($id: ID!) {
    returnApproveRequest(input: { id: $id }) { return { id } userErrors { code field message } }
  }`,
  z.object({ returnApproveRequest: Turned }),
);

export const DECLINE_RETURN = define(
  'mutation',
  'DeclineReturn',
  `mutation DeclineReturn($id: ID!, $note: String) {
    returnDeclineRequest(input: { id: $id, declineReason: OTHER, declineNote: $note }) { return { id } userErrors { code field message } }
  }`,
  z.object({ returnDeclineRequest: Turned }),
);

export const CLOSE_RETURN = define(
  'mutation',
  'CloseReturn',
  `mutation CloseReturn($id: ID!) { returnClose(id: $id) { return { id } userErrors { code field message } } }`,
  z.object({ returnClose: Turned }),
);

export const PROCESS_RETURN = define(
  'mutation',
  'ProcessReturn',
  `mutation ProcessReturn($process: ReturnProcessInput!) {
    returnProcess(input: $process) { return { id } userErrors { code field message } }
  }`,
  z.object({ returnProcess: Turned }),
);

/** The money of an order, and notes of its refunds. */
export const READ_REFUNDABLE = define(
  'query',
  'ReadRefundable',
  `query ReadRefundable($id: ID!) {
    order(id: $id) {
      id
      transactions(first: 100) {
        id kind status gateway parentTransaction { id } amountSet { presentmentMoney { amount currencyCode } }
      }
      refunds(first: 100) { id note }
    }
  }`,
  z.object({
    order: z
      .object({
        id: z.string(),
        transactions: z.array(
          z.object({
            id: z.string(),
            kind: z.string(),
            status: z.string(),
            gateway: z.string().nullable(),
            parentTransaction: Identified.nullable(),
            amountSet: z.object({
              presentmentMoney: z.object({ amount: z.string(), currencyCode: z.string() }),
            }),
          }),
        ),
        refunds: z.array(z.object({ id: z.string(), note: z.string().nullable() })),
      })
      .nullable(),
  }),
);

export const CREATE_REFUND = define(
  'mutation',
  'CreateRefund',
  `mutation CreateRefund($refund: RefundInput!, $key: String!) {
    refundCreate(input: $refund) @idempotent(key: $key) { refund { id } userErrors { field message } }
  }`,
  z.object({
    refundCreate: z.object({ refund: Identified.nullable(), userErrors: z.array(UserError) }).nullable(),
  }),
);

/** Every document of this file. */
export const RETURN_DOCUMENTS = [
  READ_RETURN,
  FIND_RETURNS,
  READ_RETURN_STATE,
  READ_RETURNABLE,
  CREATE_RETURN,
  APPROVE_RETURN,
  DECLINE_RETURN,
  CLOSE_RETURN,
  PROCESS_RETURN,
  READ_REFUNDABLE,
  CREATE_REFUND,
] as const;
