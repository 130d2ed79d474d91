/** Which mapping a case lacks, read from what the hub suggests. */
import type { MappingItem } from '../../gateway/api-types.ts';

export interface MissingMapping {
  kind: MappingItem['kind'];
  connection: string;
  /** Null: this side is what is missing. */
  external: string | null;
  internal: string | null;
}

/** Reads a suggestion such as `crossdock map set sku shop "A-1" OUR-SKU`: what stands in quotes is known, the rest missing. */
export function missingMapping(suggestion: string): MissingMapping | null {
  const match =
    /^crossdock map set (sku|location|tax-code|gateway) (\S+) (?:"([^"]+)"|\S+) (?:"([^"]+)"|\S+)$/.exec(
      suggestion,
    );
  if (!match) return null;
  const [, kind, connection = '', external = null, internal = null] = match;
  if ((external === null) === (internal === null)) return null;
  return { kind: kind as MissingMapping['kind'], connection, external, internal };
}
