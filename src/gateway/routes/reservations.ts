/** /v1/reservations: units are kept for a checkout, a till or a marketplace, answered at once. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { ReservationRequest } from '../../domain/reservation/request.ts';
import type { ReservationState } from '../../domain/reservation/state.ts';
import { listKeptReservations, readReservation } from '../../store/read-reservations.ts';
import { ApiProblem } from '../problem.ts';
import { ReservationItem, ReservationList } from '../schemas/reservations.ts';
import { reservationItem, reservationListItem } from '../views/reservations.ts';
import { type ApiParts, answers, checkFilter, jsonBody, limitOf } from './app.ts';

const Id = z.object({
  id: z.string().min(1).max(64).openapi({ example: '5e2c1f0a-93d4-8b1e-a7c0-4f6d2b9e8a13' }),
});

const reserve = createRoute({
  method: 'post',
  path: '/v1/reservations',
  tags: ['Stock'],
  summary: 'Keep units for somebody, for a time',
  description:
    'Answered when it is committed: granted or refused by what there is at that instant. The same key with the same request has the same answer, on every node and for ever; with another request it is a problem (409).',
  request: {
    headers: z.object({
      'idempotency-key': z
        .string({ error: 'is missing: give each attempt to reserve a key of its own' })
        .min(1)
        .max(255)
        .openapi({ description: 'Names this reservation; a retry sends the same' }),
    }),
    body: jsonBody(ReservationRequest.meta({ id: 'ReservationRequest' })),
  },
  responses: answers('What became of it', ReservationItem),
});

const show = createRoute({
  method: 'get',
  path: '/v1/reservations/{id}',
  tags: ['Stock'],
  summary: 'A reservation as it stands',
  request: { params: Id },
  responses: answers('The reservation', ReservationItem),
});

const list = createRoute({
  method: 'get',
  path: '/v1/reservations',
  tags: ['Stock'],
  summary: 'Reservations that keep units, those that end first before the others',
  request: { query: z.object({ limit: limitOf(50, 500) }) },
  responses: answers('Some of them', ReservationList),
});

const claim = createRoute({
  method: 'post',
  path: '/v1/reservations/{id}/claim',
  tags: ['Stock'],
  summary: 'Say which order a reservation is for',
  description:
    'The order need not have come yet: its units are kept for it for a day, and are never free between the reservation and the order. Saying it again changes nothing; another order is a problem (409).',
  request: {
    params: Id,
    body: jsonBody(
      z.object({
        order: z
          .string()
          .min(3)
          .max(500)
          .regex(
            /^[a-z0-9][a-z0-9-]*\/.+$/s,
            'expected CONNECTION/ID: the channel, and the id of the order there',
          )
          .openapi({ example: 'shopify-north/1001' }),
      }),
    ),
  },
  responses: answers('It is kept for the order', ReservationItem),
});

const release = createRoute({
  method: 'post',
  path: '/v1/reservations/{id}/release',
  tags: ['Stock'],
  summary: 'Let go what a reservation keeps',
  request: {
    params: Id,
    body: jsonBody(z.object({ reason: z.string().max(500).default('') }).prefault({}), false),
  },
  responses: answers('Its units are free again', ReservationItem),
});

export function reservationRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  const { reservations } = engine;

  app.openapi(reserve, async (c) => {
    const request = c.req.valid('json');
    const { brands, locations } = engine.config;
    if (request.brand !== null)
      checkFilter(
        'brand',
        request.brand,
        brands.map(({ id }) => id),
      );
    const ids = locations.map(({ id }) => id);
    for (const { location } of request.lines) if (location !== null) checkFilter('location', location, ids);
    const { id, state, isSame } = await reservations.reserve(
      c.req.valid('header')['idempotency-key'],
      request,
    );
    if (!isSame)
      throw new ApiProblem(
        409,
        'idempotency-key-reused',
        'The idempotency key stands for another request',
        `Reservation ${id} was asked for with this key and another content.`,
        'Give a new reservation a key of its own; a retry repeats its request as it was.',
      );
    return c.json(reservationItem(id, state), 200);
  });

  app.openapi(show, async (c) => {
    const { id } = c.req.valid('param');
    const row = await readReservation(engine.database, id);
    if (!row) throw unknown(id);
    return c.json(reservationItem(id, row.state), 200);
  });

  app.openapi(list, async (c) => {
    const rows = await listKeptReservations(engine.database, c.req.valid('query').limit);
    return c.json({ reservations: rows.map(reservationListItem) }, 200);
  });

  app.openapi(claim, async (c) => {
    const { id } = c.req.valid('param');
    const { order } = c.req.valid('json');
    const { state, done } = await reservations.claim(id, order);
    return c.json(reservationItem(id, followed(id, state, done, 'claimed')), 200);
  });

  app.openapi(release, async (c) => {
    const { id } = c.req.valid('param');
    const { reason } = c.req.valid('json');
    const { state, done } = await reservations.release(id, reason);
    return c.json(reservationItem(id, followed(id, state, done, 'released')), 200);
  });
}

function unknown(id: string): ApiProblem {
  return new ApiProblem(
    404,
    'reservation-not-found',
    'There is no such reservation',
    `Nobody has asked for reservation ${id}.`,
    'Use the id of the answer to POST /v1/reservations.',
  );
}

/** The state, if what was asked of the reservation holds now. */
function followed(id: string, state: ReservationState, done: boolean, verb: string): ReservationState {
  if (state.status === 'new') throw unknown(id);
  if (done) return state;
  throw new ApiProblem(
    409,
    'reservation-ended',
    `The reservation cannot be ${verb}`,
    state.status === 'claimed'
      ? `Reservation ${id} is kept for order ${state.order}.`
      : `Reservation ${id} keeps nothing: it is ${state.status}.`,
    state.status === 'claimed' || state.status === 'taken-over'
      ? 'What belongs to an order is let go by cancelling the order, or by releasing the reservation before the order has come.'
      : 'Ask for the units anew, with another idempotency key.',
  );
}
