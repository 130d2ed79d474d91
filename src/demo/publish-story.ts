/** Writes the figures of docs/tutorials/first-story-in-the-books.md anew from a run: node src/demo/publish-story.ts */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BOOKS } from '../sandbox/retailer/books.ts';
import { openDatabase } from '../store/db.ts';
import { runDemo } from './run.ts';
import { storyBooks } from './story-books.ts';

/** Where the page stands in the repository. */
export const STORY_FILE = new URL('../../docs/tutorials/first-story-in-the-books.md', import.meta.url);
/** The entity that sells in the story. */
export const STORY_ENTITY = 'hv-de';
/** What runs: one order, without faults. */
export const STORY_RUN = { orders: 1, seed: 'story', faults: 'none' } as const;

const [BEGIN, END] = ['<!-- figures of a run: begin -->', '<!-- end -->'];

/** Names of the entity's accounts by their numbers. */
export const storyAccounts = (): Map<string, string> =>
  new Map(BOOKS[STORY_ENTITY].accounts.map(({ number, name }) => [number, name]));

/** The page with these figures. */
export function pageWith(page: string, figures: string): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error(`the page has no place for figures ("${BEGIN}" … "${END}")`);
  return `${page.slice(0, from)}${BEGIN}\n${figures}\n${page.slice(to)}`;
}

if (import.meta.main) {
  const dataDir = mkdtempSync(join(tmpdir(), 'crossdock-story-'));
  try {
    await runDemo({ ...STORY_RUN, dataDir });
    const database = await openDatabase({ dataDir });
    try {
      const figures = await storyBooks(database, STORY_ENTITY, storyAccounts());
      writeFileSync(STORY_FILE, pageWith(readFileSync(STORY_FILE, 'utf8'), figures));
    } finally {
      await database.close();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
  console.log('docs/tutorials/first-story-in-the-books.md is current');
}
