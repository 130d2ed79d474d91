/** What in sourcing rules names something that is not there (a mistake), and what can never have an effect (a warning). */
import { type Filter, type Preference, placeIn, type RuleSet, type Sourcing } from './sourcing-rules.ts';

/** What rules name, of a configuration's own shapes (which import this file). */
interface Location {
  id: string;
  kind: 'warehouse' | 'store' | '3pl';
  priority: number;
  brands: readonly string[];
}

interface Shop {
  brands: readonly { id: string }[];
  locations: readonly Location[];
  sourcing: Sourcing;
}

/** Names that nothing has, one sentence each. Such a configuration is refused. */
export function sourcingProblems({ brands, locations, sourcing }: Shop): string[] {
  const isLocation = new Set(locations.map(({ id }) => id));
  const isBrand = new Set(brands.map(({ id }) => id));
  const problems: string[] = [];
  for (const id of Object.keys(sourcing.places))
    if (!isLocation.has(id))
      problems.push(`sourcing.places names the location "${id}", which does not exist`);
  for (const [index, zone] of sourcing.zones.entries())
    for (const id of zone.locations)
      if (!isLocation.has(id))
        problems.push(`sourcing.zones.${index} names the location "${id}", which does not exist`);
  const seen = new Set<string>();
  for (const { id, brands: of } of sourcing.rules) {
    if (seen.has(id)) problems.push(`sourcing.rules: two are called "${id}"`);
    seen.add(id);
    for (const brand of of)
      if (!isBrand.has(brand))
        problems.push(`sourcing rules "${id}" name the brand "${brand}", which does not exist`);
  }
  const pricesZones = sourcing.zones.some(({ parcelMinor }) => parcelMinor !== undefined);
  const pricesPlaces = Object.values(sourcing.places).some(
    ({ locationMinor }) => locationMinor !== undefined,
  );
  if (!sourcing.cost && (pricesZones || pricesPlaces))
    problems.push('sourcing has prices of zones or places and no "cost": add it, with their currency');
  return problems;
}

/** Rules that can never match or never matter, one sentence each. Such a configuration works, and is not what somebody meant. */
export function sourcingWarnings(shop: Shop): string[] {
  const { sourcing } = shop;
  return [
    ...hiddenRules(shop),
    ...hiddenZones(sourcing),
    ...sourcing.rules.flatMap((rules) => [
      ...rules.filters.flatMap((filter) => deadFilter(filter, rules, shop)),
      ...rules.preferences.flatMap((preference, index) => deadPreference(preference, index, rules, shop)),
      ...unused(rules, shop),
      ...closedToAll(rules, shop),
    ]),
  ];
}

/** An earlier set takes every brand of a later one. */
function hiddenRules({ brands, sourcing }: Shop): string[] {
  const taken = new Set<string>();
  return sourcing.rules.flatMap(({ id, brands: of }) => {
    const wanted = of.length > 0 ? of : brands.map((brand) => brand.id);
    const hidden = wanted.every((brand) => taken.has(brand));
    for (const brand of wanted) taken.add(brand);
    return hidden
      ? [`sourcing rules "${id}" are never used: the rules before them take all their brands; put them first`]
      : [];
  });
}

function hiddenZones({ zones }: Sourcing): string[] {
  return zones.flatMap((zone, index) => {
    const before = zones.slice(0, index).filter(({ regions }) => regions.length === 0);
    const hidden = zone.locations.every((id) => before.some(({ locations }) => locations.includes(id)));
    return hidden
      ? [
          `sourcing zone ${index} (${zone.locations.join(', ')}) is never used: a zone before it is for everywhere; put it first`,
        ]
      : [];
  });
}

function deadFilter(filter: Filter, { id }: RuleSet, { locations, sourcing }: Shop): string[] {
  const say = (words: string) => [`sourcing rules "${id}": the filter "${filter.filter}" ${words}`];
  const places = (has: (place: ReturnType<typeof placeIn>) => boolean, of: readonly Location[] = locations) =>
    of.some((location) => has(placeIn(sourcing, location.id)));
  switch (filter.filter) {
    case 'kind':
      return locations.some(({ kind }) => filter.kinds.includes(kind))
        ? []
        : say(`lets no location through: none is a ${filter.kinds.join(' or ')}`);
    case 'keep':
      return locations.some(({ kind }) => filter.kinds.includes(kind))
        ? []
        : say(`keeps nothing: no location is a ${filter.kinds.join(' or ')}`);
    case 'hours': {
      const of = locations.filter(({ kind }) => filter.kinds.includes(kind));
      // The usual rules have it whether or not there are hours: only hours that it passes by are strange.
      const passed = locations.filter((each) => !of.includes(each) && placeIn(sourcing, each.id).hours);
      return !places(({ hours }) => hours !== undefined, of) && passed.length > 0
        ? say(`is for ${filter.kinds.join(', ')} only, and of these none has hours`)
        : [];
    }
    case 'brand':
    case 'region':
    case 'capability':
    case 'capacity':
      return [];
    default:
      return filter satisfies never;
  }
}

function deadPreference(
  preference: Preference,
  index: number,
  { id, preferences }: RuleSet,
  { locations, sourcing }: Shop,
): string[] {
  const say = (words: string) => [`sourcing rules "${id}": the preference "${preference.prefer}" ${words}`];
  const same = preferences.findIndex(
    (each) => each.prefer === preference.prefer && JSON.stringify(each) === JSON.stringify(preference),
  );
  if (same < index) return say('stands there twice: the second never decides');
  if (preference.prefer === 'lowestCost' && !sourcing.cost) return say('never decides: there is no "cost"');
  if (preference.prefer === 'priority' && new Set(locations.map(({ priority }) => priority)).size <= 1)
    return locations.length > 1 && index === 0
      ? say('never decides: all locations have the same priority')
      : [];
  if (preference.prefer === 'leave' && !locations.some(({ kind }) => preference.kinds.includes(kind)))
    return say(`never decides: no location is a ${preference.kinds.join(' or ')}`);
  return [];
}

/** What places say that the rules could ask, and no filter asks for. */
function unused({ id, brands: of, filters }: RuleSet, { brands, locations, sourcing }: Shop): string[] {
  const has = (name: Filter['filter']) => filters.some(({ filter }) => filter === name);
  const wanted = of.length > 0 ? of : brands.map((brand) => brand.id);
  const asked = locations.filter((location) => wanted.some((brand) => mayAsk(filters, location, brand)));
  const places = asked.map((location) => placeIn(sourcing, location.id));
  const told: [Filter['filter'], boolean, string][] = [
    ['hours', places.some(({ hours }) => hours !== undefined), 'hours of locations are'],
    ['region', places.some(({ serves }) => serves.length > 0), 'regions of locations are'],
    ['capacity', places.some(({ capacity }) => Object.keys(capacity).length > 0), 'capacity of locations is'],
    ['capability', places.some(({ ships, pickUp }) => !ships || !pickUp), 'capabilities of locations are'],
  ];
  return told.flatMap(([name, isSaid, what]) =>
    isSaid && !has(name)
      ? [`sourcing rules "${id}": the ${what} not looked at: add the filter "${name}"`]
      : [],
  );
}

/** Neither the kind nor the brands of a location keep the rules from asking it. */
function mayAsk(filters: readonly Filter[], location: Location, brand: string): boolean {
  return filters.every((filter) => {
    if (filter.filter === 'kind') return filter.kinds.includes(location.kind);
    return filter.filter !== 'brand' || location.brands.length === 0 || location.brands.includes(brand);
  });
}

/** No location is left for a brand's parcels, whatever the order and the hour. */
function closedToAll({ id, filters, brands: of }: RuleSet, { brands, locations, sourcing }: Shop): string[] {
  const has = (name: Filter['filter']) => filters.some(({ filter }) => filter === name);
  return (of.length > 0 ? of : brands.map((brand) => brand.id)).flatMap((brand) => {
    const left = locations.filter(
      (location) =>
        mayAsk(filters, location, brand) && (!has('capability') || placeIn(sourcing, location.id).ships),
    );
    return left.length === 0
      ? [`sourcing rules "${id}" leave no location that could send orders of brand "${brand}"`]
      : [];
  });
}
