/** Connections as the API gives them: configured, worked, behind. */
import { feedsRead } from '../../connectors/contract.ts';
import type { Engine } from '../../engine/engine.ts';
import { type CareNote, loadConnectionStates } from '../../store/connections.ts';
import { redactedStores } from '../../store/erasure.ts';
import { countBacklog, readFeeds } from '../../store/read-overview.ts';
import type { ConnectionItem } from '../schemas/operations.ts';
import { iso, isoOrNull } from './common.ts';

function careOf(care: CareNote | null | undefined): ConnectionItem['care'] {
  return care ? { ...care, warnings: [...care.warnings], mended: [...care.mended] } : null;
}

/** All connections, or one. */
export async function connectionItems(engine: Engine, only?: string): Promise<ConnectionItem[]> {
  const { database, clock } = engine;
  const ids = only === undefined ? [...engine.connections.keys()] : [only];
  const [states, backlog, feeds, redacted] = await Promise.all([
    loadConnectionStates(database),
    countBacklog(database, ids),
    readFeeds(database),
    redactedStores(database),
  ]);
  const { lanes } = engine.status;
  return ids.flatMap((id): ConnectionItem[] => {
    const open = engine.connections.get(id);
    if (!open) return [];
    const { config, connector, settings } = open;
    const state = states.find((each) => each.connection === id);
    const behind = backlog.find((each) => each.connection === id);
    const lane = lanes[id];
    const paused = state?.paused ?? config.paused;
    return [
      {
        id,
        connector: config.connector,
        roles: config.roles,
        brand: config.brand,
        entity: config.entity,
        goLiveAt: config.goLiveAt,
        publishesStock: config.publishStock !== null,
        paused,
        redactedAt: paused ? isoOrNull(redacted.get(id)) : null,
        shadow: config.shadow === true || engine.config.shadow,
        problem: lane?.problem ?? state?.problem ?? null,
        backlog: behind?.open ?? 0,
        oldestSince: isoOrNull(behind?.oldest_at),
        lane: lane
          ? {
              queued: lane.queued,
              inFlight: lane.inFlight,
              leased: lane.leased,
              waitsUntil: lane.pausedUntil > clock.now() ? iso(lane.pausedUntil) : null,
              nextDueAt: isoOrNull(lane.nextDueAt),
            }
          : null,
        feeds: feedsRead(connector, settings).map((feed) => ({
          feed,
          polledAt: isoOrNull(feeds.find((each) => each.connection === id && each.feed === feed)?.polled_at),
        })),
        webhookPath: `/webhooks/${id}`,
        care: careOf(state?.care),
      },
    ];
  });
}
