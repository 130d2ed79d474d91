/** Keys of streams: the connection that a thing belongs to, and its id there. */

/** The key of an order's (or item's) stream: unique across connections; systems keep an order's as its reference. */
export function streamKey(connection: string, id: string): string {
  return `${connection}/${id}`;
}

/** The connection and the id in a stream's key. Throws on text that is none. */
export function parseStreamKey(key: string): { connection: string; id: string } {
  const slash = key.indexOf('/');
  if (slash <= 0 || slash === key.length - 1)
    throw new RangeError(`"${key}" is no stream key: expected CONNECTION/ID`);
  return { connection: key.slice(0, slash), id: key.slice(slash + 1) };
}
