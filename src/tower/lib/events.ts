/** Reads server-sent events out of a stream of text. */
import type { LiveEvents } from '../../gateway/api-types.ts';

/** An event of the live channel, with its name. */
export type Received = { [Name in keyof LiveEvents]: { name: Name } & LiveEvents[Name] }[keyof LiveEvents];

/** Puts chunks together to events: blocks of `event:` and `data:` lines that end with an empty line. */
export function eventParser(onEvent: (event: Received) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const blocks = (rest + chunk).replaceAll('\r\n', '\n').split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      let name = '';
      const data: string[] = [];
      for (const line of block.split('\n')) {
        if (line.startsWith('event:')) name = line.slice(6).trim();
        if (line.startsWith('data:')) data.push(line.slice(5).trim());
      }
      if (data.length > 0) onEvent({ name, ...JSON.parse(data.join('\n')) } as Received);
    }
  };
}
