/** /v1/returns: goods that come back, and /v1/orders/ORDER/refunds: money that we give back, with two pairs of eyes. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Order } from '../../domain/canonical/index.ts';
import { parseMinor } from '../../domain/money.ts';
import { planRefund } from '../../domain/order/refund-plan.ts';
import { refundableLines } from '../../domain/order/rules-return.ts';
import type { OrderState } from '../../domain/order/state.ts';
import { isSamePerson, type WantedRefund } from '../../domain/return/messages.ts';
import { initialReturn, RETURN_STATUSES, type ReturnState } from '../../domain/return/state.ts';
import { streamKey } from '../../domain/stream-key.ts';
import { tellOrder, tellStream } from '../../engine/operator.ts';
import { readOrder } from '../../store/read-orders.ts';
import { listReturns, type ReturnRow, readReturn } from '../../store/read-returns.ts';
import { channelsOf, keyOfOrder } from '../orders.ts';
import { ApiProblem } from '../problem.ts';
import { Accepted } from '../schemas/common.ts';
import { NewRefund, NewReturn, ReturnDecision, ReturnItem, ReturnList } from '../schemas/returns.ts';
import { cursorOf } from '../views/common.ts';
import { returnItem, returnListItem } from '../views/returns.ts';
import { type ApiParts, answers, Before, checkFilter, jsonBody, limitOf, positionOf } from './app.ts';

const STATUSES = Object.keys(RETURN_STATUSES);

const ReturnParam = z.object({
  return: z.string().min(3).max(600).openapi({
    description: 'Key of the return (CONNECTION/ID, URL-encoded)',
    example: 'shopify-north/71',
  }),
});
const OrderParam = z.object({
  order: z.string().min(1).max(600).openapi({ description: 'Key, name or id of the order' }),
});

const list = createRoute({
  method: 'get',
  path: '/v1/returns',
  tags: ['Returns'],
  summary: 'Returns, newest first',
  request: {
    query: z.object({
      status: z
        .string()
        .optional()
        .transform((text) => text?.split(','))
        .refine((names) => names?.every((name) => STATUSES.includes(name)) ?? true, {
          error: `expected some of ${STATUSES.join(', ')}`,
        })
        .openapi({ type: 'string', description: `Some of ${STATUSES.join(', ')}, with commas` }),
      connection: z.string().optional().openapi({ description: 'Only of this channel' }),
      limit: limitOf(50, 200),
      before: Before,
    }),
  },
  responses: answers('A page of returns', ReturnList),
});

const show = createRoute({
  method: 'get',
  path: '/v1/returns/{return}',
  tags: ['Returns'],
  summary: 'A return as it stands: what came back in which state, and how far its money is',
  request: { params: ReturnParam },
  responses: answers('The return', ReturnItem),
});

const create = createRoute({
  method: 'post',
  path: '/v1/returns',
  tags: ['Returns'],
  summary: 'Have units come back: the channel makes the return',
  request: { body: jsonBody(NewReturn) },
  responses: answers('The channel is asked', Accepted),
});

const act = <Act extends 'approve' | 'decline' | 'close'>(name: Act, summary: string, description: string) =>
  createRoute({
    method: 'post',
    path: `/v1/returns/{return}/${name}` as const,
    tags: ['Returns'],
    summary,
    description,
    request: { params: ReturnParam, body: jsonBody(ReturnDecision) },
    responses: answers('It is written down, and done by the next turn', Accepted),
  });

const approve = act(
  'approve',
  'Approve what waits: the return that a customer has asked for, or its refund',
  'A refund needs as many persons as its entity’s limits say; each counts once, whoever wanted the refund too.',
);
const decline = act('decline', 'Decline what waits: the return, or its refund', 'Nothing of it is done.');
const close = act('close', 'Expect nothing more of a return', 'No money goes back by it.');

const refundReturn = createRoute({
  method: 'post',
  path: '/v1/returns/{return}/refund',
  tags: ['Returns'],
  summary: 'Want the money of a return given back',
  description:
    'It waits for as many persons as the limits of its entity say; the channel is asked then. More than is left of what was paid is refused (409).',
  request: { params: ReturnParam, body: jsonBody(NewRefund) },
  responses: answers('It is written down', Accepted),
});

const refundOrder = createRoute({
  method: 'post',
  path: '/v1/orders/{order}/refunds',
  tags: ['Returns'],
  summary: 'Want money given back without a return: delivery, a concession, units that are kept',
  request: { params: OrderParam, body: jsonBody(NewRefund) },
  responses: answers('It is written down', Accepted),
});

const decide = <Act extends 'approve' | 'decline'>(name: Act, summary: string) =>
  createRoute({
    method: 'post',
    path: `/v1/orders/{order}/refunds/${name}` as const,
    tags: ['Returns'],
    summary,
    request: { params: OrderParam, body: jsonBody(ReturnDecision) },
    responses: answers('It is written down, and done by the next turn', Accepted),
  });
const approveRefund = decide('approve', 'Agree to a refund of an order that waits');
const declineRefund = decide('decline', 'Decline a refund of an order that waits');

export function returnRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  app.openapi(list, async (c) => {
    const { status, connection, limit, before } = c.req.valid('query');
    checkFilter('connection', connection, channelsOf(engine));
    const position = positionOf(before);
    const rows = await listReturns(engine.database, {
      limit,
      ...(status ? { statuses: status } : {}),
      ...(connection === undefined ? {} : { connection }),
      ...(position ? { before: position } : {}),
    });
    const returns = await Promise.all(
      rows.map(async (row) => {
        const { state, order } = await withOrder(row);
        return returnListItem(row, state, order?.order ?? null);
      }),
    );
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return c.json({ returns, next: cursorOf(last ? { at: last.created_at, key: last.key } : null) }, 200);
  });

  app.openapi(show, async (c) => {
    const row = await found(c.req.valid('param').return);
    const { state, order } = await withOrder(row);
    return c.json(returnItem(row, state, order, engine.config), 200);
  });

  app.openapi(create, async (c) => {
    const { order: text, lines, by, request = engine.newId() } = c.req.valid('json');
    const { key, title, state } = await orderOf(text);
    for (const { lineId } of lines)
      checkFilter(
        'lineId',
        lineId,
        state.order.lines.map((line) => line.lineId),
      );
    await tellOrder(engine, key, { type: 'return.wanted', wanted: { request, lines, by } });
    return c.json(accepted(key, `the channel is asked to make a return of ${title}`), 200);
  });

  for (const route of [approve, decline] as const)
    app.openapi(route, async (c) => {
      const row = await found(c.req.valid('param').return);
      const { by, note, request } = c.req.valid('json');
      const isApproved = route === approve;
      const { state, order, orderKey } = await withOrder(row);
      if (state.content?.status === 'requested') {
        await tellStream(
          engine,
          'return',
          row.key,
          isApproved ? { type: 'return.approve', by } : { type: 'return.decline', by, note },
        );
        return c.json(
          accepted(row.key, `the channel is asked to ${isApproved ? 'approve' : 'decline'} ${row.title}`),
          200,
        );
      }
      const waiting = waitingOf(order, request, row.key);
      return c.json(await decided(orderKey ?? '', waiting, isApproved, by, note), 200);
    });

  app.openapi(close, async (c) => {
    const row = await found(c.req.valid('param').return);
    const { by } = c.req.valid('json');
    const { state } = await withOrder(row);
    if (state.content?.status !== 'open')
      throw new ApiProblem(
        409,
        'return-not-open',
        'The return cannot be closed',
        `Return ${row.title} is ${state.content?.status ?? 'not read yet'}.`,
        'Only a return that is open can be closed.',
      );
    await tellStream(engine, 'return', row.key, { type: 'return.close', by });
    return c.json(accepted(row.key, `the channel is asked to close ${row.title}`), 200);
  });

  app.openapi(refundReturn, async (c) => {
    const row = await found(c.req.valid('param').return);
    const { order, orderKey } = await withOrder(row);
    const of = order?.returns?.[row.key];
    if (!order?.order || !of || orderKey === null)
      throw new ApiProblem(
        409,
        'return-not-read',
        'The return cannot be refunded yet',
        `Its order does not know of return ${row.key} yet.`,
        'Try again in a minute: the order is read.',
      );
    const body = c.req.valid('json');
    const open = refundableLines(of);
    const lines = (body.lines ?? open).flatMap(({ lineId, quantity }) => {
      const line = open.find((each) => each.lineId === lineId);
      return [{ lineId, quantity, returnLineId: line?.returnLineId ?? null }];
    });
    const exchangeLines = of.told.content.exchangeLines
      .map(({ exchangeLineId, quantity, processedQuantity }) => ({
        exchangeLineId,
        quantity: quantity - processedQuantity,
      }))
      .filter(({ quantity }) => quantity > 0);
    if (exchangeLines.length > 0 && body.total === undefined)
      throw new ApiProblem(
        422,
        'invalid-request',
        'The request is not as it must be',
        `total: return ${row.title} gives goods in exchange, so what goes back is the difference`,
        'Give `total`: what the customer gets back in all, "0" where they owe the rest.',
      );
    const reason = body.reason ?? of.told.content.lines[0]?.reason ?? 'returned';
    const wanted = wantedOf(body, order.order, { return: row.key, lines, exchangeLines, reason });
    return c.json(await want(orderKey, { ...order, order: order.order }, wanted), 200);
  });

  app.openapi(refundOrder, async (c) => {
    const { key, state } = await orderOf(c.req.valid('param').order);
    const body = c.req.valid('json');
    const lines = (body.lines ?? []).map((line) => ({ ...line, returnLineId: null }));
    const reason = body.reason ?? 'goodwill';
    const wanted = wantedOf(body, state.order, { return: null, lines, exchangeLines: [], reason });
    return c.json(await want(key, state, wanted), 200);
  });

  for (const route of [approveRefund, declineRefund] as const)
    app.openapi(route, async (c) => {
      const { key, state } = await orderOf(c.req.valid('param').order);
      const { by, note, request } = c.req.valid('json');
      return c.json(
        await decided(key, waitingOf(state, request, null), route === approveRefund, by, note),
        200,
      );
    });

  // ---- what several of them do

  async function found(key: string): Promise<ReturnRow> {
    const row = await readReturn(engine.database, key);
    if (row) return row;
    throw new ApiProblem(
      404,
      'return-not-found',
      'There is no such return',
      `No return has the key "${key}".`,
      'List returns with GET /v1/returns (crossdock returns list).',
    );
  }

  async function withOrder(row: ReturnRow): Promise<{
    state: ReturnState;
    order: OrderState | null;
    orderKey: string | null;
  }> {
    // Heard of and not looked at yet, or folded by an older version.
    const state: ReturnState = { ...initialReturn(row.key), ...row.state };
    if (!state.content) return { state, order: null, orderKey: null };
    const orderKey = streamKey(state.connection, state.content.channelOrderId);
    const order = await readOrder(engine.database, orderKey);
    return { state, order: (order?.state as OrderState | null | undefined) ?? null, orderKey };
  }

  async function orderOf(
    text: string,
  ): Promise<{ key: string; title: string; state: OrderState & { order: Order } }> {
    const key = await keyOfOrder(engine, text);
    const row = await readOrder(engine.database, key);
    const state = row?.state as OrderState | null | undefined;
    if (row && state?.order && state.live)
      return { key, title: row.title, state: { ...state, order: state.order } };
    throw new ApiProblem(
      409,
      'order-not-live',
      'The order is not worked on',
      `Order ${row?.title || key} has not been read, or is only known.`,
      'Refund or return it at its channel.',
    );
  }

  function wantedOf(
    { by, shipping, concession, total, note, request = engine.newId() }: NewRefund,
    { presentmentCurrency }: Order,
    parts: Pick<WantedRefund, 'return' | 'lines' | 'exchangeLines' | 'reason'>,
  ): WantedRefund {
    const minor = (name: string, amount: string): number => {
      try {
        return parseMinor(amount, presentmentCurrency);
      } catch (error) {
        throw new ApiProblem(
          422,
          'invalid-request',
          'The request is not as it must be',
          `${name}: ${error instanceof Error ? error.message : amount}`,
          `Give it in ${presentmentCurrency}.`,
        );
      }
    };
    return {
      request,
      ...parts,
      shipping: shipping === 'all' ? 'all' : minor('shipping', shipping),
      concessionMinor: minor('concession', concession),
      totalMinor: total === undefined ? null : minor('total', total),
      note,
      by,
    };
  }

  async function want(
    key: string,
    state: OrderState & { order: Order },
    wanted: WantedRefund,
  ): Promise<Accepted> {
    const plan = state.refundRequests?.[wanted.request] ? null : planRefund(state, state.order, wanted);
    if (plan && 'refused' in plan)
      throw new ApiProblem(
        409,
        'refund-refused',
        'The refund cannot be made',
        `Order ${state.order.name}: ${plan.refused}.`,
        'Look at its payments, refunds and returns; want another amount.',
      );
    await tellOrder(engine, key, { type: 'refund.wanted', wanted });
    return accepted(
      key,
      `refund ${wanted.request} of ${state.order.name} is wanted; its limits say who must agree`,
    );
  }

  /** The refund that is meant: the only one that waits, or the one that is named. */
  function waitingOf(state: OrderState | null, request: string | undefined, of: string | null) {
    const waiting = Object.values(state?.refundRequests ?? {}).filter(
      (each) =>
        each.state === 'waiting' &&
        (request === undefined || each.request === request) &&
        (of === null || each.return === of),
    );
    const [only] = waiting;
    if (only && waiting.length === 1) return only;
    throw new ApiProblem(
      409,
      waiting.length === 0 ? 'nothing-waits' : 'refund-ambiguous',
      waiting.length === 0 ? 'Nothing waits for a decision' : 'Several refunds wait for a decision',
      waiting.length === 0
        ? 'There is no refund that waits, or somebody has decided on it.'
        : `These wait: ${waiting.map((each) => each.request).join(', ')}.`,
      waiting.length === 0 ? 'Look at it again.' : 'Name one by `request`.',
    );
  }

  async function decided(
    key: string,
    { request, approvals }: { request: string; approvals: readonly string[] },
    isApproved: boolean,
    by: string,
    note: string,
  ): Promise<Accepted> {
    if (isApproved && approvals.some((each) => isSamePerson(each, by)))
      throw new ApiProblem(
        409,
        'same-person',
        'Somebody else must agree',
        `${by} has agreed to refund ${request} already, or has wanted it.`,
        'Two pairs of eyes: another person approves it.',
      );
    await tellOrder(engine, key, {
      type: isApproved ? 'refund.approve' : 'refund.decline',
      request,
      by,
      note,
    });
    return accepted(key, `refund ${request} is ${isApproved ? 'approved' : 'declined'} by ${by}`);
  }
}

function accepted(key: string, message: string): Accepted {
  return { accepted: true, key, message };
}
