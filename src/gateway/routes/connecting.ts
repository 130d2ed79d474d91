/** /v1/connections: accounts are connected and given up, and the configuration is read again. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type Begun, NotConnected, StillInUse } from '../../governance/connection-desk.ts';
import { ApiProblem } from '../problem.ts';
import {
  Connectable,
  Connected,
  ConnectInput,
  ConnectSystemInput,
  ConsentAnswer,
  Reloaded,
  Removed,
} from '../schemas/operations.ts';
import { type ApiParts, answers, Flag, jsonBody } from './app.ts';

const tags = ['Connections'];

const connectable = createRoute({
  method: 'get',
  path: '/v1/connections/new',
  tags,
  summary: 'What can be connected, and what is asked for',
  responses: answers(
    'Connectors with their scopes and versions, and whose orders they may bring',
    Connectable,
  ),
});

const connect = createRoute({
  method: 'post',
  path: '/v1/connections',
  tags,
  summary:
    'Connect an account: it is tested, subscribed to, written into the configuration, and worked at once',
  description:
    'Where a person has to agree at the vendor first, the answer is the address of that page ("consent"); what comes back from it goes to /v1/connections/consent. Until it works nothing is written.',
  request: { body: jsonBody(ConnectInput) },
  responses: answers('It is connected, or a person has to agree first', Connected),
});

const connectSystem = createRoute({
  method: 'post',
  path: '/v1/connections/systems',
  tags,
  summary: 'Connect a system that is no account of an app: it is tried, and written into the configuration',
  description: 'Until it works nothing is written.',
  request: { body: jsonBody(ConnectSystemInput) },
  responses: answers('It is connected', Connected),
});

const consent = createRoute({
  method: 'post',
  path: '/v1/connections/consent',
  tags,
  summary: 'Go on with connecting after a person has agreed at the vendor',
  request: { body: jsonBody(ConsentAnswer) },
  responses: answers('It is connected', Connected),
});

const remove = createRoute({
  method: 'delete',
  path: '/v1/connections/{id}',
  tags,
  summary: 'Give a connection up: its subscriptions end, its credentials are forgotten, its history stays',
  description: 'Refused (409) while orders of it are open or commands wait for it, unless `force` is true.',
  request: { params: z.object({ id: z.string() }), query: z.object({ force: Flag }) },
  responses: answers('It is given up', Removed),
});

const reload = createRoute({
  method: 'post',
  path: '/v1/configuration/reload',
  tags,
  summary: 'Read the configuration file again, and work by it',
  responses: answers('Connections that were opened (or opened anew) and closed', Reloaded),
});

export function connectingRoutes(app: OpenAPIHono, { engine, desk }: ApiParts): void {
  app.openapi(connectable, (c) => {
    const { brands, entities, webhooksUrl } = engine.config;
    return c.json(
      {
        obstacle: desk.obstacle,
        webhooksUrl: webhooksUrl ?? null,
        brands: brands.map(({ id, name }) => ({ id, name })),
        entities: entities.map(({ id, name }) => ({ id, name })),
        connectors: desk.accounts.map(({ connector, title, accounts }) => ({
          connector,
          title,
          scopes: [...accounts.scopes],
          access: [...accounts.access],
          apiVersions: [...accounts.apiVersions],
        })),
      },
      200,
    );
  });

  app.openapi(connect, async (c) => {
    const { redirectUrl = '', ...wish } = c.req.valid('json');
    return c.json(await connected(() => desk.begin(wish, redirectUrl)), 200);
  });

  app.openapi(connectSystem, async (c) => {
    const wish = c.req.valid('json');
    const report = () => desk.connectSystem(wish);
    return c.json(await connected(async () => ({ status: 'connected', report: await report() })), 200);
  });

  app.openapi(consent, async (c) => {
    const { back, state } = c.req.valid('json');
    return c.json(await connected(() => desk.finish(back, state)), 200);
  });

  app.openapi(remove, async (c) => {
    const { id } = c.req.valid('param');
    if (!engine.connections.has(id))
      throw new ApiProblem(
        404,
        'connection-not-found',
        'There is no such connection',
        `The configuration has no connection "${id}".`,
        `There are: ${[...engine.connections.keys()].join(', ')}.`,
      );
    try {
      return c.json(await desk.remove(id, c.req.valid('query').force), 200);
    } catch (error) {
      if (!(error instanceof StillInUse)) throw error;
      throw new ApiProblem(
        409,
        'connection-in-use',
        'The connection is still in use',
        error.message,
        'Let them end first. With --force (force=true) it is removed all the same: orders go on at the other systems, commands for it wait until it is connected again.',
      );
    }
  });

  app.openapi(reload, async (c) => c.json(await desk.reload(), 200));
}

async function connected(act: () => Promise<Begun>): Promise<Connected> {
  try {
    const begun = await act();
    if (begun.status === 'consent') return { ...begun, report: null };
    const { mended, warnings, ...rest } = begun.report;
    return {
      status: 'connected',
      url: null,
      state: null,
      report: { ...rest, mended: [...mended], warnings: [...warnings] },
    };
  } catch (error) {
    if (!(error instanceof NotConnected)) throw error;
    throw new ApiProblem(
      502,
      'account-refuses',
      'It is not connected',
      error.message,
      'Nothing was written into the configuration.',
    );
  }
}
