/**
 * Every GraphQL document that we send, in one place, with the shape of its answer. A test validates them against the vendor's
 * published schema (2026-10, the oldest supported version and the next one) and runs them on it; at run time no schema is loaded.
 * After a change `npm run shopify-types` makes `vendor-types.ts` anew: what a document takes, and what it may be answered.
 */
import { z } from 'zod';
import {
  ACCEPT_CANCELLATION,
  ACCEPT_REQUEST,
  FIND_ORDERS_OF,
  HOLD_FULFILMENT_ORDER,
  Hold,
  LIST_LOCATIONS,
  MOVE_FULFILMENT_ORDER,
  READ_FULFILMENT_ORDERS,
  REJECT_CANCELLATION,
  REJECT_REQUEST,
  RELEASE_HOLD,
} from './documents-fulfilment-orders.ts';
import { MONEY_DOCUMENTS } from './documents-money.ts';
import {
  CAPTURE_PAYMENT,
  READ_CAPTURES,
  READ_REFERENCES,
  WRITE_REFERENCES,
} from './documents-order-writes.ts';
import { LIST_ACCOUNTS, LIST_BALANCE, LIST_DISPUTES, LIST_PAYOUTS } from './documents-payments.ts';

import { RETURN_DOCUMENTS } from './documents-returns.ts';

import {
  ADJUST_QUANTITIES,
  FIND_ITEMS,
  LIST_LEVELS,
  READ_LEVELS,
  SET_QUANTITIES,
} from './documents-stock.ts';
import { define, type GraphQlDocument, type OperationName, PageInfo, UserError } from './graphql-document.ts';

export type { GraphQlDocument, OperationName, PageInfo, UserError };

const MONEY = `fragment Money on MoneyBag { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }`;

const TAX = `fragment Tax on TaxLine { title rate channelLiable priceSet { ...Money } }`;

const DISCOUNT = `
  fragment Discount on DiscountAllocation {
    allocatedAmountSet { ...Money }
    discountApplication {
      index
      ... on DiscountCodeApplication { code }
      ... on AutomaticDiscountApplication { title }
      ... on ManualDiscountApplication { title }
      ... on ScriptDiscountApplication { title }
    }
  }`;

const ADDRESS = `
  fragment Address on MailingAddress {
    firstName lastName name company phone address1 address2 city zip provinceCode countryCodeV2
  }`;

const LINE = `
  fragment Line on LineItem {
    id sku name quantity currentQuantity requiresShipping isGiftCard taxable
    product { id }
    lineItemGroup { id }
    sellingPlan { name }
    originalUnitPriceSet { ...Money }
    originalTotalSet { ...Money }
    discountAllocations { ...Discount }
    taxLines { ...Tax }
    duties { harmonizedSystemCode price { ...Money } taxLines { ...Tax } }
  }`;

const REFUND = `
  fragment RefundParts on Refund {
    id createdAt processedAt
    return { id }
    refundLineItems(first: $refundLines) {
      pageInfo { hasNextPage }
      nodes { lineItem { id } quantity restockType subtotalSet { ...Money } totalTaxSet { ...Money } }
    }
    refundShippingLines(first: $few) {
      pageInfo { hasNextPage }
      nodes { subtotalAmountSet { ...Money } taxAmountSet { ...Money } }
    }
    duties { amountSet { ...Money } }
    transactions(first: $few) {
      pageInfo { hasNextPage }
      nodes { kind status amountSet { ...Money } }
    }
  }`;

const ORDER = `
  fragment OrderParts on Order {
    id name createdAt processedAt updatedAt cancelledAt cancelReason test
    currencyCode presentmentCurrencyCode taxesIncluded taxExempt dutiesIncluded
    email phone sourceName poNumber
    purchasingEntity { ... on PurchasingCompany { company { id } location { id } } }
    paymentTerms { paymentTermsName paymentTermsType paymentSchedules(first: $few) { pageInfo { hasNextPage } nodes { dueAt completedAt } } }
    customer { id firstName lastName defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber } }
    shippingAddress { ...Address }
    billingAddress { ...Address }
    lineItems(first: $lines) { pageInfo { hasNextPage endCursor } nodes { ...Line } }
    shippingLines(first: $some, includeRemovals: true) {
      pageInfo { hasNextPage }
      nodes { id title code isRemoved originalPriceSet { ...Money } discountAllocations { ...Discount } taxLines { ...Tax } }
    }
    totalTipReceivedSet { ...Money }
    additionalFees { name price { ...Money } taxLines { ...Tax } }
    totalCashRoundingAdjustment { paymentSet { ...Money } }
    totalPriceSet { ...Money }
    totalTaxSet { ...Money }
    currentTotalPriceSet { ...Money }
    displayFinancialStatus
    returnStatus
    paymentGatewayNames
    transactions(first: $many) {
      id kind status gateway createdAt processedAt authorizationExpiresAt multiCapturable parentTransaction { id } amountSet { ...Money }
    }
    refunds(first: $some) { ...RefundParts }
    fulfillments(first: $some) {
      id status createdAt
      trackingInfo { company number url }
      fulfillmentLineItems(first: $fulfilmentLines) { pageInfo { hasNextPage } nodes { quantity lineItem { id } } }
    }
    fulfillmentOrders(first: $some) {
      pageInfo { hasNextPage }
      nodes {
        id status requestStatus fulfillAt fulfillmentHolds { reason reasonNotes handle heldByRequestingApp }
        deliveryMethod { methodType }
        assignedLocation { name location { id } }
      }
    }
  }`;

/** What is read of an order. */
export const ORDER_PARTS = [ORDER, LINE, REFUND, ADDRESS, DISCOUNT, TAX, MONEY].join('\n');
const SIZES = `$lines: Int!, $refundLines: Int!, $fulfilmentLines: Int!, $few: Int!, $some: Int!, $many: Int!`;

/** How many of each thing a read asks for. */
export interface Sizes {
  lines: number;
  /** Lines of a refund. */
  refundLines: number;
  /** Lines of a fulfilment. */
  fulfilmentLines: number;
  /** Transactions and shipping lines of a refund. */
  few: number;
  /** Refunds, fulfilments, fulfilment orders and shipping lines. */
  some: number;
  /** Transactions. */
  many: number;
}

/** Enough for nearly all orders, and cheap. What has more is read again with more of what it has; lines page by page. */
export const USUAL_SIZES: Sizes = {
  lines: 25,
  refundLines: 10,
  fulfilmentLines: 15,
  few: 3,
  some: 6,
  many: 15,
};
/** Where even one order in usual sizes costs more than a call may. */
export const LEAN_SIZES: Sizes = {
  lines: 10,
  refundLines: 3,
  fulfilmentLines: 5,
  few: 2,
  some: 2,
  many: 5,
};
/** For one order alone. An order with more of anything (but lines, which have pages) is none that we can take. */
export const MOST_SIZES: Sizes = {
  lines: 100,
  refundLines: 250,
  fulfilmentLines: 250,
  few: 20,
  some: 100,
  many: 200,
};

/** Orders stay as they came, each judged by `mapping-graphql.ts` alone: one that cannot be read must not stop the others. */
export const READ_ORDERS = define(
  'query',
  'ReadOrders',
  `query ReadOrders($ids: [ID!]!, ${SIZES}) { nodes(ids: $ids) { id ... on Order { ...OrderParts } } } ${ORDER_PARTS}`,
  z.object({ nodes: z.array(z.unknown()) }),
);

export const READ_LINES = define(
  'query',
  'ReadLines',
  `query ReadLines($id: ID!, $first: Int!, $after: String!) {
    order(id: $id) { updatedAt lineItems(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { ...Line } } }
  } ${[LINE, DISCOUNT, TAX, MONEY].join('\n')}`,
  z.object({
    order: z
      .object({
        updatedAt: z.string(),
        lineItems: z.object({ nodes: z.array(z.unknown()), pageInfo: PageInfo }),
      })
      .nullable(),
  }),
);

/** Orders by the time of their last change, the boundary included. */
export const LIST_ORDERS = define(
  'query',
  'ListOrders',
  `query ListOrders($first: Int!, $after: String, $query: String!, ${SIZES}) {
    orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) { pageInfo { hasNextPage endCursor } nodes { ...OrderParts } }
  } ${ORDER_PARTS}`,
  z.object({ orders: z.object({ nodes: z.array(z.unknown()), pageInfo: PageInfo }) }),
);

/** The same of which only what has changed is wanted: for a page in which the vendor fails at one of the orders. */
export const LIST_CHANGED = define(
  'query',
  'ListChanged',
  `query ListChanged($first: Int!, $after: String, $query: String!) {
    orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) { pageInfo { hasNextPage endCursor } nodes { id updatedAt } }
  }`,
  z.object({ orders: z.object({ nodes: z.array(z.unknown()), pageInfo: PageInfo }) }),
);

const Identified = z.object({ id: z.string() });

/** Where the schema lets a number be null, and nothing can be told without it: an answer with none is none that can be taken. */
const Needed = z.number().nullable().pipe(z.number());

/** Fulfilment orders and fulfilments of an order, and lines of each, that are asked for at first, and at most. */
export const FULFILMENT_SIZES = { usual: { parts: 8, lines: 25 }, most: { parts: 100, lines: 250 } } as const;

/** What is left to fulfil, where, and what has been fulfilled. */
export const READ_FULFILMENT = define(
  'query',
  'ReadFulfilment',
  `query ReadFulfilment($id: ID!, $parts: Int!, $lines: Int!) {
    order(id: $id) {
      id cancelledAt
      fulfillmentOrders(first: $parts) {
        pageInfo { hasNextPage }
        nodes {
          id status fulfillmentHolds { id handle heldByRequestingApp }
          assignedLocation { name location { id } }
          deliveryMethod { methodType }
          lineItems(first: $lines) { pageInfo { hasNextPage } nodes { id remainingQuantity lineItem { id } } }
        }
      }
      fulfillments(first: $parts) {
        id status
        trackingInfo { company number url }
        fulfillmentLineItems(first: $lines) { pageInfo { hasNextPage } nodes { quantity lineItem { id } } }
      }
    }
  }`,
  z.object({
    order: z
      .object({
        id: z.string(),
        cancelledAt: z.string().nullable(),
        fulfillmentOrders: z.object({
          pageInfo: z.object({ hasNextPage: z.boolean() }),
          nodes: z.array(
            z.object({
              id: z.string(),
              status: z.string(),
              fulfillmentHolds: z.array(Hold),
              assignedLocation: z.object({ name: z.string(), location: Identified.nullable() }),
              deliveryMethod: z.object({ methodType: z.string() }).nullish(),
              lineItems: z.object({
                pageInfo: z.object({ hasNextPage: z.boolean() }),
                nodes: z.array(
                  z.object({ id: z.string(), remainingQuantity: z.number(), lineItem: Identified }),
                ),
              }),
            }),
          ),
        }),
        fulfillments: z.array(
          z.object({
            id: z.string(),
            status: z.string(),
            trackingInfo: z.array(
              z.object({
                company: z.string().nullable(),
                number: z.string().nullable(),
                url: z.string().nullable(),
              }),
            ),
            fulfillmentLineItems: z.object({
              pageInfo: z.object({ hasNextPage: z.boolean() }),
              nodes: z.array(z.object({ quantity: Needed, lineItem: Identified })),
            }),
          }),
        ),
      })
      .nullable(),
  }),
);

export type OrderFulfilment = NonNullable<z.infer<(typeof READ_FULFILMENT)['result']>['order']>;

export const CREATE_FULFILMENT = define(
  'mutation',
  'CreateFulfilment',
  `mutation CreateFulfilment($fulfillment: FulfillmentInput!, $message: String) {
    fulfillmentCreate(fulfillment: $fulfillment, message: $message) { fulfillment { id status } userErrors { field message } }
  }`,
  z.object({
    fulfillmentCreate: z
      .object({
        fulfillment: z.object({ id: z.string(), status: z.string() }).nullable(),
        userErrors: z.array(UserError),
      })
      .nullable(),
  }),
);

export const CANCEL_ORDER = define(
  'mutation',
  'CancelOrder',
  `mutation CancelOrder($id: ID!, $reason: OrderCancelReason!, $refundMethod: OrderCancelRefundMethodInput!, $restock: Boolean!, $notify: Boolean!, $note: String) {
    orderCancel(orderId: $id, reason: $reason, refundMethod: $refundMethod, restock: $restock, notifyCustomer: $notify, staffNote: $note) {
      job { id done }
      orderCancelUserErrors { code field message }
    }
  }`,
  z.object({
    orderCancel: z
      .object({
        job: z.object({ id: z.string(), done: z.boolean() }).nullable(),
        orderCancelUserErrors: z.array(UserError),
      })
      .nullable(),
  }),
);

/** Runs a query of its own in the vendor's background, its result grouped by order. */
export const RUN_BULK = define(
  'mutation',
  'RunBulk',
  `mutation RunBulk($query: String!) {
    bulkOperationRunQuery(query: $query, groupObjects: true) { bulkOperation { id status } userErrors { code field message } }
  }`,
  z.object({
    bulkOperationRunQuery: z
      .object({ bulkOperation: z.object({ id: z.string() }).nullable(), userErrors: z.array(UserError) })
      .nullable(),
  }),
);

export const READ_BULK = define(
  'query',
  'ReadBulk',
  `query ReadBulk($id: ID!) { bulkOperation(id: $id) { id status errorCode rootObjectCount url } }`,
  z.object({
    bulkOperation: z
      .object({
        status: z.string(),
        errorCode: z.string().nullable(),
        rootObjectCount: z.coerce.string(),
        url: z.string().nullable(),
      })
      .nullable(),
  }),
);

/** By id or name: what a person means by it. */
export const FIND_ORDERS = define(
  'query',
  'FindOrders',
  `query FindOrders($query: String!) { orders(first: 10, query: $query) { nodes { id name } } }`,
  z.object({ orders: z.object({ nodes: z.array(z.object({ id: z.string(), name: z.string() })) }) }),
);

export const READ_CANCELLATION = define(
  'query',
  'ReadCancellation',
  `query ReadCancellation($id: ID!) { order(id: $id) { id cancelledAt } }`,
  z.object({ order: z.object({ id: z.string(), cancelledAt: z.string().nullable() }).nullable() }),
);

const SubscriptionNode = z.object({
  id: z.string(),
  topic: z.string(),
  uri: z.string(),
  format: z.string(),
  filter: z.string().nullable(),
  includeFields: z.array(z.string()),
  apiVersion: z.object({ handle: z.string() }),
});
export type Subscription = z.infer<typeof SubscriptionNode>;

const SubscriptionPage = z.object({
  webhookSubscriptions: z.object({ nodes: z.array(SubscriptionNode), pageInfo: PageInfo }),
});
export type SubscriptionPage = z.infer<typeof SubscriptionPage>;

/** All webhook subscriptions that the app has made in this store by the API. */
export const LIST_SUBSCRIPTIONS = define(
  'query',
  'ListSubscriptions',
  `query ListSubscriptions($after: String) {
    webhookSubscriptions(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id topic uri format filter includeFields apiVersion { handle } }
    }
  }`,
  SubscriptionPage,
);

const SubscriptionChanged = z.object({ userErrors: z.array(UserError) }).nullable();
export type SubscriptionChanged = z.infer<typeof SubscriptionChanged>;

export const CREATE_SUBSCRIPTION = define(
  'mutation',
  'CreateSubscription',
  `mutation CreateSubscription($topic: WebhookSubscriptionTopic!, $input: WebhookSubscriptionInput!) {
    webhookSubscriptionCreate(topic: $topic, webhookSubscription: $input) { userErrors { field message } }
  }`,
  z
    .object({ webhookSubscriptionCreate: SubscriptionChanged })
    .transform((data) => data.webhookSubscriptionCreate),
);

export const UPDATE_SUBSCRIPTION = define(
  'mutation',
  'UpdateSubscription',
  `mutation UpdateSubscription($id: ID!, $input: WebhookSubscriptionInput!) {
    webhookSubscriptionUpdate(id: $id, webhookSubscription: $input) { userErrors { field message } }
  }`,
  z
    .object({ webhookSubscriptionUpdate: SubscriptionChanged })
    .transform((data) => data.webhookSubscriptionUpdate),
);

export const DELETE_SUBSCRIPTION = define(
  'mutation',
  'DeleteSubscription',
  `mutation DeleteSubscription($id: ID!) {
    webhookSubscriptionDelete(id: $id) { userErrors { field message } }
  }`,
  z
    .object({ webhookSubscriptionDelete: SubscriptionChanged })
    .transform((data) => data.webhookSubscriptionDelete),
);

export const CHECK = define(
  'query',
  'Check',
  `query Check { shop { name myshopifyDomain } currentAppInstallation { accessScopes { handle } } }`,
  z.object({
    shop: z.object({ name: z.string(), myshopifyDomain: z.string() }),
    currentAppInstallation: z.object({ accessScopes: z.array(z.object({ handle: z.string() })) }),
  }),
);

export const DOCUMENTS: readonly GraphQlDocument<unknown>[] = [
  READ_ORDERS,
  READ_LINES,
  LIST_ORDERS,
  LIST_CHANGED,
  FIND_ORDERS,
  RUN_BULK,
  READ_BULK,
  READ_FULFILMENT,
  CREATE_FULFILMENT,
  READ_FULFILMENT_ORDERS,
  FIND_ORDERS_OF,
  LIST_LOCATIONS,
  LIST_LEVELS,
  FIND_ITEMS,
  READ_LEVELS,
  SET_QUANTITIES,
  ADJUST_QUANTITIES,
  LIST_ACCOUNTS,
  LIST_BALANCE,
  LIST_PAYOUTS,
  LIST_DISPUTES,
  ACCEPT_CANCELLATION,
  ACCEPT_REQUEST,
  MOVE_FULFILMENT_ORDER,
  HOLD_FULFILMENT_ORDER,
  REJECT_CANCELLATION,
  REJECT_REQUEST,
  RELEASE_HOLD,
  CANCEL_ORDER,
  READ_CANCELLATION,
  READ_CAPTURES,
  CAPTURE_PAYMENT,
  READ_REFERENCES,
  WRITE_REFERENCES,
  ...MONEY_DOCUMENTS,
  ...RETURN_DOCUMENTS,
  LIST_SUBSCRIPTIONS,
  CREATE_SUBSCRIPTION,
  UPDATE_SUBSCRIPTION,
  DELETE_SUBSCRIPTION,
  CHECK,
];

/** What we set of the vendor's input types; what is made in the code must be members that there are. */
export const INPUT_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  FulfillmentInput: ['lineItemsByFulfillmentOrder', 'notifyCustomer', 'trackingInfo'],
  FulfillmentOrderLineItemsInput: ['fulfillmentOrderId', 'fulfillmentOrderLineItems'],
  FulfillmentOrderLineItemInput: ['id', 'quantity'],
  FulfillmentOrderHoldInput: ['reason', 'reasonNotes', 'handle', 'notifyMerchant'],
  FulfillmentTrackingInput: ['company', 'numbers', 'urls'],
  MetafieldsSetInput: ['ownerId', 'namespace', 'key', 'value', 'type'],
  ReturnInput: ['orderId', 'returnLineItems'],
  ReturnLineItemInput: ['fulfillmentLineItemId', 'quantity', 'returnReasonDefinitionId', 'returnReasonNote'],
  ReturnProcessInput: [
    'returnId',
    'returnLineItems',
    'exchangeLineItems',
    'refundShipping',
    'financialTransfer',
    'note',
  ],
  ReturnProcessReturnLineItemInput: ['id', 'quantity'],
  ReturnProcessExchangeLineItemInput: ['id', 'quantity'],
  ReturnProcessFinancialTransferInput: ['issueRefund'],
  ReturnProcessRefundInput: ['orderTransactions'],
  ReturnRefundOrderTransactionInput: ['parentId', 'transactionAmount'],
  RefundShippingInput: ['shippingRefundAmount'],
  RefundInput: ['orderId', 'currency', 'note', 'refundLineItems', 'shipping', 'transactions'],
  RefundLineItemInput: ['lineItemId', 'quantity', 'restockType'],
  ShippingRefundInput: ['amount'],
  OrderTransactionInput: ['orderId', 'parentId', 'gateway', 'kind', 'amount'],
  OrderCaptureInput: ['id', 'parentTransactionId', 'amount', 'currency', 'finalCapture'],
  OrderCancelRefundMethodInput: ['originalPaymentMethodsRefund'],
  WebhookSubscriptionInput: ['uri', 'format'],
};
