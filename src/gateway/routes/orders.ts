/** /v1/orders: the list, one order's story, and what a person decides about it. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { OrderState } from '../../domain/order/state.ts';
import { tellOrder } from '../../engine/operator.ts';
import { findOrders, listOrders, readOrder } from '../../store/read-orders.ts';
import { channelsOf, keyOfOrder, storyOf } from '../orders.ts';
import { ApiProblem } from '../problem.ts';
import { Accepted } from '../schemas/common.ts';
import { OrderList, OrderStory } from '../schemas/orders.ts';
import { cursorOf } from '../views/common.ts';
import { orderListItem } from '../views/orders.ts';
import { areOpen, STATUS_NAMES, statusNamed, statusParts, streamStatuses } from '../words/status.ts';
import { type ApiParts, answers, Before, checkFilter, Flag, jsonBody, limitOf, positionOf } from './app.ts';

const OrderParam = z.object({
  order: z.string().min(1).max(600).openapi({
    description: 'Key (CONNECTION/ID, URL-encoded), name (#1001) or id at the channel',
    example: '#1001',
  }),
});

const Statuses = z
  .string()
  .optional()
  .transform((text) => text?.split(',').map(statusNamed))
  .refine((names) => names?.every((name) => STATUS_NAMES.includes(name)) ?? true, {
    error: `expected some of ${STATUS_NAMES.map((name) => `${name} (${statusParts(name).label})`).join(', ')}`,
  })
  .openapi({
    type: 'string',
    description: `Some of ${STATUS_NAMES.join(', ')}, with commas, or their labels`,
  });

const list = createRoute({
  method: 'get',
  path: '/v1/orders',
  tags: ['Orders'],
  summary: 'Orders, newest first',
  description:
    '`text` finds an order by its key, the beginning of its name, its id at the channel, or (among the newest 2,000) a SKU of its lines. A page may hold fewer orders than asked for although `next` is set: then a filter matched few of those that were looked through.',
  request: {
    query: z.object({
      status: Statuses,
      connection: z.string().optional().openapi({ description: 'Only of this channel' }),
      text: z.string().min(1).max(600).optional(),
      cases: Flag.openapi({ description: 'Only orders with an open case' }),
      limit: limitOf(50, 200),
      before: Before,
    }),
  },
  responses: answers('A page of orders', OrderList),
});

const story = createRoute({
  method: 'get',
  path: '/v1/orders/{order}',
  tags: ['Orders'],
  summary: "An order's whole story",
  request: {
    params: OrderParam,
    query: z.object({
      persons: Flag.openapi({ description: 'With names and addresses, as far as they are not redacted' }),
    }),
  },
  responses: answers('The story', OrderStory),
});

const Asked = z.object({
  by: z.string().min(1).max(200).default('API').openapi({ description: 'Who decides, for the story' }),
  reason: z.string().min(1).max(2_000).openapi({ description: 'Why, for the story' }),
});

const act = <Act extends 'hold' | 'resume' | 'cancel'>(name: Act, summary: string) =>
  createRoute({
    method: 'post',
    path: `/v1/orders/{order}/${name}` as const,
    tags: ['Orders'],
    summary,
    request: { params: OrderParam, body: jsonBody(Asked) },
    responses: answers('It is written down, and done by the next turn', Accepted),
  });

const hold = act('hold', 'Stop an order for the time being; what has not shipped is called back');
const resume = act('resume', 'Let a held order go on');
const cancel = act('cancel', 'Cancel an order at its channel, with the money back');

export function orderRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  app.openapi(list, async (c) => {
    const { status, connection, text, cases, limit, before } = c.req.valid('query');
    checkFilter('connection', connection, channelsOf(engine));
    const position = positionOf(before);
    if (text !== undefined) {
      const rows = await findOrders(engine.database, text, channelsOf(engine), { wholeName: false, limit });
      const orders = rows
        .map(orderListItem)
        .filter(
          (order) =>
            (!status || status.includes(order.status) || (order.held && status.includes('held'))) &&
            (connection === undefined || order.connection === connection) &&
            (!cases || order.openCases > 0),
        );
      return c.json({ orders, next: null }, 200);
    }
    const { rows, next } = await listOrders(engine.database, {
      limit,
      ...(status ? { statuses: streamStatuses(status), open: areOpen(status) } : {}),
      ...(connection === undefined ? {} : { connection }),
      ...(cases ? { withCases: true } : {}),
      ...(position ? { before: { createdAt: position.at, key: position.key } } : {}),
    });
    return c.json(
      { orders: rows.map(orderListItem), next: cursorOf(next && { at: next.createdAt, key: next.key }) },
      200,
    );
  });

  app.openapi(story, async (c) => {
    const { persons } = c.req.valid('query');
    return c.json(await storyOf(engine, c.req.valid('param').order, { persons }), 200);
  });

  /** The order as it stands, if something can be decided about it. */
  async function open(
    text: string,
    verb: string,
  ): Promise<{ key: string; title: string; state: OrderState }> {
    const key = await keyOfOrder(engine, text);
    const row = await readOrder(engine.database, key);
    const state = row?.state as OrderState | null;
    if (row && state?.order && !row.closed) return { key, title: row.title, state };
    const { label } = statusParts(row?.status ?? 'new');
    throw new ApiProblem(
      409,
      'order-not-open',
      `The order cannot be ${verb}`,
      `Order ${row?.title || key} stands at "${label}".`,
      row?.closed
        ? 'What has been finished is changed at its channel: a refund, a return, or a new order.'
        : 'It has not been read from its channel yet; try again in a minute.',
    );
  }

  app.openapi(hold, async (c) => {
    const { by, reason } = c.req.valid('json');
    const { key, title, state } = await open(c.req.valid('param').order, 'held');
    if (state.heldBecause !== null)
      throw new ApiProblem(
        409,
        'order-is-held',
        'The order is on hold already',
        `Order ${title} was put on hold: ${state.heldBecause}.`,
        'Let it go on with …/resume.',
      );
    await tellOrder(engine, key, { type: 'operator.hold', by, note: '', reason });
    return c.json({ accepted: true, key, message: `${title} is put on hold` } as const, 200);
  });

  app.openapi(resume, async (c) => {
    const { by, reason } = c.req.valid('json');
    const { key, title, state } = await open(c.req.valid('param').order, 'resumed');
    if (state.heldBecause === null)
      throw new ApiProblem(
        409,
        'order-not-held',
        'Nobody here holds the order',
        state.erp.heldBecause === null
          ? `Order ${title} is not on hold.`
          : `Order ${title} is held by the ERP: ${state.erp.heldBecause}.`,
        state.erp.heldBecause === null
          ? 'GET /v1/orders/ORDER says what it waits for.'
          : 'Release it in the ERP; the order follows by itself.',
      );
    await tellOrder(engine, key, { type: 'operator.resume', by, note: reason });
    return c.json({ accepted: true, key, message: `${title} goes on` } as const, 200);
  });

  app.openapi(cancel, async (c) => {
    const { by, reason } = c.req.valid('json');
    const { key, title, state } = await open(c.req.valid('param').order, 'cancelled');
    if (state.cancelled)
      throw new ApiProblem(
        409,
        'order-is-cancelled',
        'The order is being cancelled already',
        `Order ${title} was cancelled at its channel.`,
        'GET /v1/orders/ORDER says what is still being taken back.',
      );
    await tellOrder(engine, key, { type: 'operator.cancel', by, note: '', reason });
    return c.json({ accepted: true, key, message: `the channel is asked to cancel ${title}` } as const, 200);
  });
}
