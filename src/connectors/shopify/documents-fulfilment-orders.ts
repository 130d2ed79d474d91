/** Documents about fulfilment orders: what is to leave from where. `documents.ts` lists them among the others. */
import { z } from 'zod';
import { define, PageInfo, UserError } from './graphql-document.ts';

const Identified = z.object({ id: z.string() });

/** A hold, as far as it says whose it is. */
export const Hold = z.object({
  id: z.string(),
  handle: z.string().nullable(),
  heldByRequestingApp: z.boolean(),
});

/** Fulfilment orders of an order, and lines of each, that are asked for at first, and at most. */
export const FULFILMENT_ORDER_SIZES = {
  usual: { parts: 4, lines: 20 },
  most: { parts: 100, lines: 250 },
} as const;

/** Who is to send what, without what has been sent. */
export const READ_FULFILMENT_ORDERS = define(
  'query',
  'ReadFulfilmentOrders',
  `query ReadFulfilmentOrders($id: ID!, $parts: Int!, $lines: Int!) {
    order(id: $id) {
      id cancelledAt
      fulfillmentOrders(first: $parts) {
        pageInfo { hasNextPage }
        nodes {
          id status requestStatus fulfillmentHolds { id handle heldByRequestingApp }
          assignedLocation { name location { id } }
          lineItems(first: $lines) { pageInfo { hasNextPage } nodes { id remainingQuantity lineItem { id } } }
        }
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
              requestStatus: z.string(),
              fulfillmentHolds: z.array(Hold),
              assignedLocation: z.object({ name: z.string(), location: Identified.nullable() }),
              lineItems: z.object({
                pageInfo: z.object({ hasNextPage: z.boolean() }),
                nodes: z.array(
                  z.object({ id: z.string(), remainingQuantity: z.number(), lineItem: Identified }),
                ),
              }),
            }),
          ),
        }),
      })
      .nullable(),
  }),
);

/** The orders of fulfilment orders, which their webhooks do not name. */
export const FIND_ORDERS_OF = define(
  'query',
  'FindOrdersOf',
  `query FindOrdersOf($ids: [ID!]!) {
    nodes(ids: $ids) { ... on FulfillmentOrder { id orderId } ... on ReverseFulfillmentOrder { id order { id } } }
  }`,
  z.object({
    nodes: z.array(z.object({ orderId: z.string().optional(), order: Identified.nullish() }).nullable()),
  }),
);

type Order = NonNullable<z.infer<(typeof READ_FULFILMENT_ORDERS)['result']>['order']>;
export type FulfilmentOrderNode = Order['fulfillmentOrders']['nodes'][number];

export const LIST_LOCATIONS = define(
  'query',
  'ListLocations',
  `query ListLocations($after: String) { locations(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { id name } } }`,
  z.object({
    locations: z.object({
      pageInfo: PageInfo,
      nodes: z.array(z.object({ id: z.string(), name: z.string() })),
    }),
  }),
);

export type Locations = z.infer<(typeof LIST_LOCATIONS)['result']>;

/** What a change of a fulfilment order says: nothing, or why it was refused. */
const Changed = z.object({ userErrors: z.array(UserError) }).nullable();
export type Changed = z.infer<typeof Changed>;

/** Units go to another location: into the fulfilment order itself when all of it goes, else into another one. */
export const MOVE_FULFILMENT_ORDER = define(
  'mutation',
  'MoveFulfilmentOrder',
  `mutation MoveFulfilmentOrder($id: ID!, $location: ID!, $items: [FulfillmentOrderLineItemInput!]) {
    fulfillmentOrderMove(id: $id, newLocationId: $location, fulfillmentOrderLineItems: $items) {
      userErrors { field message }
    }
  }`,
  z.object({ fulfillmentOrderMove: Changed }).transform(({ fulfillmentOrderMove }) => fulfillmentOrderMove),
);

export const HOLD_FULFILMENT_ORDER = define(
  'mutation',
  'HoldFulfilmentOrder',
  `mutation HoldFulfilmentOrder($id: ID!, $hold: FulfillmentOrderHoldInput!) {
    fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) { userErrors { code field message } }
  }`,
  z.object({ fulfillmentOrderHold: Changed }).transform(({ fulfillmentOrderHold }) => fulfillmentOrderHold),
);

export const RELEASE_HOLD = define(
  'mutation',
  'ReleaseHold',
  `mutation ReleaseHold($id: ID!, $holds: [ID!]!) {
    fulfillmentOrderReleaseHold(id: $id, holdIds: $holds) { userErrors { code field message } }
  }`,
  z
    .object({ fulfillmentOrderReleaseHold: Changed })
    .transform(({ fulfillmentOrderReleaseHold }) => fulfillmentOrderReleaseHold),
);

/** Answers to what a merchant has asked of a fulfilment service. */
export const ACCEPT_REQUEST = define(
  'mutation',
  'AcceptRequest',
  `mutation AcceptRequest($id: ID!, $message: String) {
    fulfillmentOrderAcceptFulfillmentRequest(id: $id, message: $message) { userErrors { field message } }
  }`,
  z
    .object({ fulfillmentOrderAcceptFulfillmentRequest: Changed })
    .transform((answer) => answer.fulfillmentOrderAcceptFulfillmentRequest),
);

export const REJECT_REQUEST = define(
  'mutation',
  'RejectRequest',
  `mutation RejectRequest($id: ID!, $message: String, $reason: FulfillmentOrderRejectionReason) {
    fulfillmentOrderRejectFulfillmentRequest(id: $id, message: $message, reason: $reason) { userErrors { field message } }
  }`,
  z
    .object({ fulfillmentOrderRejectFulfillmentRequest: Changed })
    .transform((answer) => answer.fulfillmentOrderRejectFulfillmentRequest),
);

export const ACCEPT_CANCELLATION = define(
  'mutation',
  'AcceptCancellation',
  `mutation AcceptCancellation($id: ID!, $message: String) {
    fulfillmentOrderAcceptCancellationRequest(id: $id, message: $message) { userErrors { field message } }
  }`,
  z
    .object({ fulfillmentOrderAcceptCancellationRequest: Changed })
    .transform((answer) => answer.fulfillmentOrderAcceptCancellationRequest),
);

export const REJECT_CANCELLATION = define(
  'mutation',
  'RejectCancellation',
  `mutation RejectCancellation($id: ID!, $message: String) {
    fulfillmentOrderRejectCancellationRequest(id: $id, message: $message) { userErrors { field message } }
  }`,
  z
    .object({ fulfillmentOrderRejectCancellationRequest: Changed })
    .transform((answer) => answer.fulfillmentOrderRejectCancellationRequest),
);
