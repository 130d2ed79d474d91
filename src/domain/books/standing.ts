/**
 * Which acts stand. A credit can take the place of others: what a refund gives for units that were accepted before is the channel's
 * word on them, and units whose return came to nothing are credited no more. So nothing is credited twice, whatever came first.
 */
import type { Act, CreditAct, Instead } from './acts.ts';

/** The acts without what others have taken the place of; what is left of those stands behind what took from it. */
export function standingActs(acts: readonly Act[]): readonly Act[] {
  if (!acts.some((act) => act.act === 'credited' && act.instead)) return acts;
  const standing: Act[] = [];
  for (const act of acts) {
    if (act.act === 'credited' && act.instead) replace(standing, act, act.instead);
    else standing.push(act);
  }
  return standing;
}

/** A credit of nothing but what it replaces stands where that stood: what was granted meanwhile is not spread anew. */
function replace(standing: Act[], credit: CreditAct, instead: readonly Instead[]): void {
  let first = standing.length;
  const left: Act[] = [];
  for (const part of instead) {
    const place = standing.findIndex(({ key }) => key === part.act);
    const of = standing[place];
    if (of?.act !== 'credited') continue;
    standing.splice(place, 1);
    first = Math.min(first, place);
    const rest = lessOf(of, part);
    if (!part.whole && unitsOf(rest) > 0) left.push(rest);
  }
  const replaced = instead.flatMap(({ lines }) => lines).reduce((sum, { quantity }) => sum + quantity, 0);
  standing.splice(unitsOf(credit) > replaced ? standing.length : first, 0, credit, ...left);
}

const unitsOf = ({ lines = [] }: CreditAct): number => lines.reduce((sum, { quantity }) => sum + quantity, 0);

/** Of credits by units, without told amounts: they are of what is left of their lines. */
function lessOf(act: CreditAct, { lines, feesMinor = 0 }: Instead): CreditAct {
  const taken = (lineId: string) =>
    lines.reduce((sum, part) => sum + (part.lineId === lineId ? part.quantity : 0), 0);
  return {
    ...act,
    lines: (act.lines ?? []).flatMap((part) => {
      const quantity = part.quantity - taken(part.lineId);
      return quantity > 0 ? [{ ...part, quantity }] : [];
    }),
    feesMinor: (act.feesMinor ?? 0) - feesMinor,
  };
}
