/**
 * All levels of an inventory system are told anew, on demand and on a schedule: what got lost on the way is found by them. That it is
 * wanted stands among the cursors of the connection, so that whoever works it reads it.
 */
import { z } from 'zod';
import type { Session } from '../connectors/contract.ts';
import { loadCursors, saveCursor } from '../store/connections.ts';
import type { Sql } from '../store/db.ts';

/** Not a feed of any vendor; "quiet": that it is noted is no word of the system. */
const FEED = 'quiet:levels';

const Note = z.object({
  /** Who wants them, and when they were last asked for (ISO 8601); null: nobody does, never. */
  wantedBy: z.string().nullable(),
  askedAt: z.string().nullable(),
});
export type LevelsNote = z.infer<typeof Note>;

const NOTHING: LevelsNote = { wantedBy: null, askedAt: null };

function noteIn(cursors: ReadonlyMap<string, string>): LevelsNote {
  const text = cursors.get(FEED);
  return text === undefined ? NOTHING : Note.parse(JSON.parse(text));
}

/** Notes that somebody wants all levels of a connection. */
export async function wantLevels(sql: Sql, connection: string, by: string, at: string): Promise<LevelsNote> {
  const note = { ...noteIn(await loadCursors(sql, connection)), wantedBy: by };
  await saveCursor(sql, connection, FEED, JSON.stringify(note), at);
  return note;
}

export async function readLevelsNote(sql: Sql, connection: string): Promise<LevelsNote> {
  return noteIn(await loadCursors(sql, connection));
}

export interface LevelsBy {
  connection: string;
  session: Pick<Session, 'levelsCursor'>;
  feeds: readonly string[];
  /** So often without being asked; left out: never. */
  everyMs: number | undefined;
  now: number;
}

/** Sets cursors to where all levels are told, when somebody wants it or it is time; true: the feeds are to be read again. */
export async function startLevels(
  sql: Sql,
  { connection, session, feeds, everyMs, now }: LevelsBy,
): Promise<boolean> {
  if (!session.levelsCursor) return false;
  const cursors = await loadCursors(sql, connection);
  const note = noteIn(cursors);
  const isTime =
    everyMs !== undefined && (note.askedAt === null || now - Date.parse(note.askedAt) >= everyMs);
  if (note.wantedBy === null && !isTime) return false;
  const at = new Date(now).toISOString();
  let starts = false;
  for (const feed of feeds) {
    const cursor = session.levelsCursor(feed, cursors.get(feed) ?? null);
    if (cursor === null) continue;
    await saveCursor(sql, connection, feed, cursor, at);
    starts = true;
  }
  await saveCursor(sql, connection, FEED, JSON.stringify({ wantedBy: null, askedAt: at }), at);
  return starts;
}
