/** /v1/connections/{id}/takeover: a channel is taken over at go-live, with a proof. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { formatMinor } from '../../domain/money.ts';
import { type Sums, type Takeover, takeOver } from '../../engine/takeover.ts';
import { type TakeoverHop, TakeoverReport, TakeoverRequest } from '../schemas/takeover.ts';
import { type ApiParts, answers, jsonBody } from './app.ts';
import { channel } from './imports.ts';

const ChannelParam = z.object({ id: z.string().openapi({ example: 'shopify-northlight' }) });

const request = createRoute({
  method: 'post',
  path: '/v1/connections/{id}/takeover',
  tags: ['Connections'],
  summary: 'Take over the open orders, deposits and opening stock of a channel, once, at go-live',
  description:
    'What is open at the channel, what is held for it and what it shows as stock is read from it and compared with what is known here. What agrees is taken over; each difference is named and stays as it is. Nothing is written to the channel.',
  request: { params: ChannelParam, body: jsonBody(TakeoverRequest) },
  responses: answers('The proof', TakeoverReport),
});

export function takeoverRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  app.openapi(request, async (c) => {
    const connection = channel(engine, c.req.valid('param').id);
    const { by, dryRun } = c.req.valid('json');
    const proof = await takeOver(engine, connection, { by, dryRun });
    const { compared, differences, notMapped, notSold, opened, agreed, hash, problem } = proof.stock;
    return c.json(
      {
        ...proof,
        dryRun,
        agrees: proof.atChannel !== null && proof.differences.length === 0 && differences.length === 0,
        hops: hopsOf(proof),
        atChannel: proof.atChannel && sums(proof.atChannel),
        here: sums(proof.here),
        stock: { compared, differences, notMapped, notSold, opened, agreed, hash, problem },
      },
      200,
    );
  });
}

function sums({ orders, units, money, deposits }: Sums) {
  return {
    orders,
    units,
    money: Object.entries(money).map(([currency, minor]) => ({
      amount: formatMinor(minor, currency),
      currency,
    })),
    deposits: deposits.map(({ gateway, currency, amountMinor }) => ({
      gateway,
      currency,
      amount: formatMinor(amountMinor, currency),
    })),
  };
}

/** One row a hop: at the channel, here, and what is left between them. */
function hopsOf({ atChannel, here, stock }: Takeover): TakeoverHop[] {
  const count = (hop: TakeoverHop['hop'], there: number | null, known: number | null) =>
    row(hop, '', there, known, String);
  const money = (hop: TakeoverHop['hop'], of: (sums: Sums) => ReadonlyMap<string, number>) => {
    const [there, known] = [atChannel && of(atChannel), of(here)];
    return [...new Set([...(there?.keys() ?? []), ...known.keys()])]
      .sort()
      .map((name) =>
        row(hop, name, there && (there.get(name) ?? 0), known.get(name) ?? 0, (minor) =>
          formatMinor(minor, name.slice(-CURRENCY_LETTERS)),
        ),
      );
  };
  return [
    count('orders', atChannel?.orders ?? null, here.orders),
    count('units', atChannel?.units ?? null, here.units),
    ...money('worth', (of) => new Map(Object.entries(of.money))),
    ...money(
      'deposits',
      (of) =>
        new Map(
          of.deposits.map(({ gateway, currency, amountMinor }) => [`${gateway} ${currency}`, amountMinor]),
        ),
    ),
    count('onHand', stock.shownOnHand, stock.onHand),
    count('committed', stock.shownCommitted, stock.explained),
  ];
}

const CURRENCY_LETTERS = 3;

function row(
  hop: TakeoverHop['hop'],
  of: string,
  there: number | null,
  known: number | null,
  write: (amount: number) => string,
): TakeoverHop {
  return {
    hop,
    of,
    atChannel: there === null ? null : write(there),
    here: known === null ? null : write(known),
    difference: there === null || known === null ? null : write(there - known),
  };
}
