/** Stores may ask for different API versions at once: a document has one text, and others for versions that know less. */
import type { GraphQlDocument } from './documents.ts';
import { isLater } from './versions.ts';

/** The text of a document for a store that is answered by this version. */
export function textFor(document: GraphQlDocument<unknown>, version: string): string {
  return document.older?.find(({ before }) => isLater(before, version))?.text ?? document.text;
}
