/** Buckets spread hot tables: 64 of them, by a fixed hash of the stream's key (so an order's returns share its bucket). */

export const BUCKETS = 64;

/** FNV-1a over the key's UTF-16 units, folded to 0–63. Fixed for ever: rows are found by it. */
export function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash ^= key.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash ^ (hash >>> 16)) & (BUCKETS - 1);
}
