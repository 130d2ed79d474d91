/** /v1/connections/{id}/takeover: a channel's open orders are taken over at go-live, with a proof. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { formatMinor } from '../../domain/money.ts';
import { type Sums, takeOver } from '../../engine/takeover.ts';
import { TakeoverReport, TakeoverRequest } from '../schemas/takeover.ts';
import { type ApiParts, answers, jsonBody } from './app.ts';
import { channel } from './imports.ts';

const ChannelParam = z.object({ id: z.string().openapi({ example: 'shopify-northlight' }) });

const request = createRoute({
  method: 'post',
  path: '/v1/connections/{id}/takeover',
  tags: ['Connections'],
  summary: 'Take over the open orders of a channel, once, at go-live',
  description:
    'What is open at the channel is read from it and compared with what is known here. Orders that agree are taken over; each difference is named and stays as it is.',
  request: { params: ChannelParam, body: jsonBody(TakeoverRequest) },
  responses: answers('The proof', TakeoverReport),
});

export function takeoverRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  app.openapi(request, async (c) => {
    const connection = channel(engine, c.req.valid('param').id);
    const { by, dryRun } = c.req.valid('json');
    const proof = await takeOver(engine, connection, { by, dryRun });
    return c.json(
      {
        ...proof,
        dryRun,
        agrees: proof.atChannel !== null && proof.differences.length === 0,
        atChannel: proof.atChannel && sums(proof.atChannel),
        here: sums(proof.here),
      },
      200,
    );
  });
}

function sums({ orders, units, money }: Sums) {
  return {
    orders,
    units,
    money: Object.entries(money).map(([currency, minor]) => ({
      amount: formatMinor(minor, currency),
      currency,
    })),
  };
}
