/** /v1/proofs: the chain of an order, a payout, a period or an account, hop by hop, and what is left. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { provePayout } from '../payout-proof.ts';
import { provePeriod } from '../period-proof.ts';
import { proveAccount, proveOrder } from '../proofs.ts';
import { Proof } from '../schemas/books.ts';
import { type ApiParts, answers } from './app.ts';

const description =
  'Each hop lists the postings that its amounts stand in. It closes when nothing is left on the accounts between; else each residual says where, since when and why.';
const responses = answers('The proof', Proof);
const id = z.string().min(1).max(600);
const entity = z.string().min(1).max(200);

const order = createRoute({
  method: 'get',
  path: '/v1/proofs/orders/{id}',
  tags: ['Books'],
  summary: 'The proof of an order',
  description,
  request: { params: z.object({ id: id.openapi({ description: 'Key, name or id at the channel' }) }) },
  responses,
});

const payout = createRoute({
  method: 'get',
  path: '/v1/proofs/payouts/{id}',
  tags: ['Books'],
  summary: 'The proof of a payout: its net is the sum of its entries, each with its posting',
  description,
  request: { params: z.object({ id: id.openapi({ description: 'Key: CONNECTION/ID, URL-encoded' }) }) },
  responses,
});

const period = createRoute({
  method: 'get',
  path: '/v1/proofs/periods/{entity}/{period}',
  tags: ['Books'],
  summary: 'The proof of a period: sold = invoiced = recognised = collected = bank, taxes, open items by age',
  description,
  request: {
    params: z.object({
      entity,
      period: z.string().max(20).openapi({ description: 'Month, quarter or year', example: '2026-11' }),
    }),
  },
  responses,
});

const account = createRoute({
  method: 'get',
  path: '/v1/proofs/accounts/{entity}/{account}',
  tags: ['Books'],
  summary: 'The proof of an account: what moved it, and the items that make it up',
  description,
  request: {
    params: z.object({ entity, account: z.string().min(1).max(100) }),
    query: z.object({ from: z.iso.date().optional(), until: z.iso.date().optional() }),
  },
  responses,
});

export function proofRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  app.openapi(order, async (c) => c.json(await proveOrder(engine, c.req.valid('param').id), 200));
  app.openapi(payout, async (c) => c.json(await provePayout(engine, c.req.valid('param').id), 200));
  app.openapi(period, async (c) => {
    const of = c.req.valid('param');
    return c.json(await provePeriod(engine, of.entity, of.period), 200);
  });
  app.openapi(account, async (c) => {
    const of = c.req.valid('param');
    const { from, until } = c.req.valid('query');
    const days = { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
    return c.json(await proveAccount(engine, of.entity, of.account, days), 200);
  });
}
