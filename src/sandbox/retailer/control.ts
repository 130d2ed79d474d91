/** The retailer's control server: how a demonstration, a test or an auditor in another process looks in and moves time. */
import { type RunningSystem, type SandboxReply, type SandboxRequest, serveSystem } from '../kit/server.ts';
import type { World } from '../kit/world.ts';
import type { Retailer } from './retailer.ts';

/** Starts it. Its paths begin with `/_`, which no fault meets and which count as no activity. */
export function serveControl(
  world: World,
  retailer: Omit<Retailer, 'url'>,
  port: number,
): Promise<RunningSystem> {
  return serveSystem(world, {
    name: 'control',
    port,
    mutates: () => false,
    handle: (request) => answer(world, retailer, request),
  });
}

async function answer(
  world: World,
  retailer: Omit<Retailer, 'url'>,
  request: SandboxRequest,
): Promise<SandboxReply> {
  const ok = (body: unknown): SandboxReply => ({ status: 200, body });
  switch (`${request.method} ${request.path}`) {
    case 'GET /_books':
      return ok(await retailer.books());
    case 'GET /_plan':
      return ok(retailer.plan());
    case 'GET /_status':
      return ok(retailer.status());
    case 'GET /_stats':
      return ok(retailer.stats());
    case 'GET /_config':
      return ok({ config: retailer.config(), mappings: retailer.mappings });
    case 'GET /_story':
      return ok({ reference: retailer.story() ?? null });
    case 'GET /_log':
      return ok(world.log());
    case 'GET /_clock':
      return ok({ now: world.clock.now() });
    case 'POST /_clock':
      return moveClock(retailer, request, ok);
    case 'POST /_hub':
      return setHub(retailer, request, ok);
    default:
      return { status: 404, body: { error: `there is no ${request.method} ${request.path} here` } };
  }
}

function moveClock(
  retailer: Omit<Retailer, 'url'>,
  request: SandboxRequest,
  ok: (body: unknown) => SandboxReply,
): SandboxReply {
  const toMs = member(request, 'toMs');
  if (typeof toMs !== 'number' || !Number.isSafeInteger(toMs))
    return { status: 422, body: { error: 'expected {"toMs": milliseconds since 1970}' } };
  retailer.advanceTo(toMs);
  return ok(retailer.status());
}

function setHub(
  retailer: Omit<Retailer, 'url'>,
  request: SandboxRequest,
  ok: (body: unknown) => SandboxReply,
): SandboxReply {
  const url = member(request, 'url');
  if (url !== null && (typeof url !== 'string' || !URL.canParse(url)))
    return { status: 422, body: { error: 'expected {"url": "http://…" or null}' } };
  const pid = member(request, 'pid');
  retailer.setHubUrl(url ?? undefined, typeof pid === 'number' ? pid : undefined);
  return ok({ url });
}

function member(request: SandboxRequest, name: string): unknown {
  try {
    return (request.json() as Record<string, unknown> | null)?.[name];
  } catch {
    return undefined;
  }
}
