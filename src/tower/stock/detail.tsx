/** One SKU: what lies at each location, now or at an instant, and the movements that made it so. */
import { useEffect, useId } from 'react';
import type { StockAtChannel, StockChange, StockDetail, StockPlace } from '../../gateway/api-types.ts';
import { useStock } from '../lib/queries.ts';
import { addressOf, Link, navigate } from '../lib/router.tsx';
import { exact, Time } from '../lib/time.tsx';
import { counted, inWords, number, shortTitle } from '../lib/words.ts';
import { MoreRows } from '../parts/list.tsx';
import { Pill } from '../parts/small.tsx';
import { DetailBar } from '../parts/split.tsx';
import { Failure, Loading } from '../parts/states.tsx';
import { Adjust } from './adjust.tsx';

interface StockOfSkuProps {
  sku: string;
  query: URLSearchParams;
  listAddress: string;
}

export function StockOfSku({ sku, query, listAddress }: StockOfSkuProps) {
  const at = query.get('at') ?? '';
  const location = query.get('location') ?? '';
  const found = useStock(sku, { location, at });
  const stock = found.data?.pages[0];
  const movements = found.data?.pages.flatMap((page) => page.movements) ?? [];
  useEffect(() => {
    document.title = `${sku} · Crossdock`;
  }, [sku]);
  const change = (changes: { at?: string; location?: string }) => {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(changes)) {
      if (value === '') next.delete(name);
      else next.set(name, value);
    }
    navigate(addressOf('stock', sku, next), { replace: true });
  };
  return (
    <>
      <DetailBar listAddress={listAddress} back="Stock" />
      <div className="scroll detail">
        <header className="detail-head">
          <h2>{sku}</h2>
          {stock?.now === false ? <Pill tone="warning">the past</Pill> : null}
        </header>
        <Instant at={at} choose={(instant) => change({ at: instant })} />
        {found.isPending ? <Loading what="the stock" /> : null}
        {found.isError && !stock ? (
          <Failure error={found.error} what="The stock" retry={() => void found.refetch()} />
        ) : null}
        {stock ? (
          <>
            <Places stock={stock} location={location} choose={(wanted) => change({ location: wanted })} />
            <Channels
              channels={stock.channels.filter((each) => location === '' || each.location === location)}
            />
            <section aria-label="Movements">
              <h3>Movements{location === '' ? '' : ` at ${location}`}</h3>
              <Movements movements={movements} />
              <MoreRows
                hasMore={found.hasNextPage}
                busy={found.isFetchingNextPage}
                more={() => void found.fetchNextPage()}
                total={`${counted(movements.length, 'movement')}, no more`}
              />
            </section>
          </>
        ) : null}
      </div>
    </>
  );
}

/** When: a field that empties to "now". */
function Instant({ at, choose }: { at: string; choose: (at: string) => void }) {
  const id = useId();
  return (
    <div className="instant">
      <label htmlFor={id}>As it was at</label>
      <input
        id={id}
        type="datetime-local"
        step={1}
        value={at === '' ? '' : localTime(at)}
        onChange={(event) => {
          const { value } = event.target;
          choose(value === '' ? '' : new Date(value).toISOString());
        }}
      />
      {at === '' ? (
        <span className="quiet">now</span>
      ) : (
        <button type="button" className="small" onClick={() => choose('')}>
          Back to now
        </button>
      )}
    </div>
  );
}

/** The text of the field: the time of whoever looks, without a zone. */
function localTime(at: string): string {
  const instant = new Date(at);
  return new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

interface PlacesProps {
  stock: StockDetail;
  location: string;
  choose: (location: string) => void;
}

function Places({ stock, location, choose }: PlacesProps) {
  if (stock.places.length === 0)
    return <p className="quiet">No location had told of it at {exact(stock.at)}.</p>;
  return (
    <section aria-label="Positions">
      {stock.now ? null : (
        <p className="quiet">Each figure is the sum of the movements until {exact(stock.at)}.</p>
      )}
      <ul className="plain cards places">
        {stock.places.map((place) => (
          <li className="card" key={place.location}>
            <Position place={place} />
            <footer>
              <button
                type="button"
                className="small"
                aria-pressed={location === place.location}
                onClick={() => choose(location === place.location ? '' : place.location)}
              >
                {location === place.location ? 'Movements of all locations' : 'Its movements only'}
                <span className="sr-only"> ({place.location})</span>
              </button>
              {stock.now && place.owner === 'crossdock' ? <Adjust sku={stock.sku} place={place} /> : null}
            </footer>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What each fallback rule does. */
const RULES: Readonly<Record<NonNullable<StockPlace['silence']>['rule'], string>> = {
  'shrinking-buffer': 'more is held back with every hour.',
  'stop-selling': 'nothing more is promised from here.',
  'keep-last': 'its last figures are sold from.',
};

function Position({ place }: { place: StockPlace }) {
  const figures = [
    ['Available', place.available],
    ['On hand', place.onHand],
    ['Reserved', place.reserved],
    ['Kept back', place.safety],
    ['Held back', place.heldBack],
    ['Damaged', place.damaged],
    ['Quality control', place.qualityControl],
    ['Incoming', place.incoming],
  ] as const;
  return (
    <>
      <header>
        <div>
          <h3>{place.name}</h3>
          <span className="quiet">
            {place.location}
            {place.movedAt ? (
              <>
                , moved <Time at={place.movedAt} />
              </>
            ) : null}
          </span>
        </div>
      </header>
      {place.silence ? (
        <p className="box tone-warning">
          {place.silence.connection} has been silent since <Time at={place.silence.heardAt} />:{' '}
          {RULES[place.silence.rule]} It ends by itself with its next word.
        </p>
      ) : null}
      <dl className="numbers">
        {figures
          // What most places do not have is told where there is some.
          .filter(([, units], index) => index < 3 || units !== 0)
          .map(([name, units]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className={units < 0 ? 'problem-text' : undefined}>{number(units)}</dd>
            </div>
          ))}
      </dl>
    </>
  );
}

const STATES: Readonly<Record<StockAtChannel['status'], string>> = {
  shown: 'as it should be',
  waiting: 'a change waits',
  sending: 'a change is under way',
  asking: 'being asked what it shows',
  'not-published': 'not published',
};

/** What channels show, when they last took a figure, and what waits. */
function Channels({ channels }: { channels: readonly StockAtChannel[] }) {
  if (channels.length === 0) return null;
  return (
    <section aria-label="Channels">
      <h3>What channels show</h3>
      <table className="goods">
        <thead>
          <tr>
            <th scope="col">Channel</th>
            <th scope="col" className="number">
              Shows
            </th>
            <th scope="col">State</th>
            <th scope="col" className="number">
              Published
            </th>
          </tr>
        </thead>
        <tbody>
          {channels.map((each) => (
            <tr key={`${each.connection} ${each.location}`}>
              <td>
                {each.connection}
                <span className="below-number">{each.location}</span>
              </td>
              <td className="number">
                {each.shown === null ? '?' : number(each.shown)}
                {each.change === 0 ? null : (
                  <span className="below-number">
                    {each.change > 0 ? `+${number(each.change)}` : number(each.change)} to come
                  </span>
                )}
              </td>
              <td className={each.problem === null ? undefined : 'problem-text'}>
                {STATES[each.status]}
                {each.problem === null ? null : <span className="below-number">{inWords(each.problem)}</span>}
              </td>
              <td className="number quiet">
                {each.publishedAt === null ? 'never' : <Time at={each.publishedAt} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Movements({ movements }: { movements: readonly StockChange[] }) {
  return (
    <table className="goods movements">
      <thead>
        <tr>
          <th scope="col">Movement</th>
          <th scope="col">Units</th>
          <th scope="col">Of</th>
          <th scope="col" className="number">
            When
          </th>
        </tr>
      </thead>
      <tbody>
        {movements.map((each) => (
          <tr key={`${each.stream.kind} ${each.stream.key} ${each.seq} ${each.location} ${each.kind}`}>
            <td>
              {inWords(each.kind)}
              <span className="below-number">{each.location}</span>
              {each.reason ? <span className="below-number">{each.reason}</span> : null}
            </td>
            <td>
              {changes(each).map(({ units, state }) => (
                <span key={state} className="change">
                  <b>{units > 0 ? `+${number(units)}` : number(units)}</b> {state}
                </span>
              ))}
            </td>
            <td>
              {each.order ? (
                <Link href={addressOf('orders', each.order.key)}>{shortTitle(each.order.title)}</Link>
              ) : (
                each.source
              )}
              {each.act ? <span className="below-number">{each.act}</span> : null}
            </td>
            <td className="number quiet">
              <Time at={each.at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function changes(each: StockChange): { units: number; state: string }[] {
  const all = [
    { units: each.onHand, state: 'on hand' },
    { units: each.reserved, state: 'reserved' },
    { units: each.damaged, state: 'damaged' },
    { units: each.qualityControl, state: 'quality control' },
    { units: each.incoming, state: 'incoming' },
  ].filter(({ units }) => units !== 0);
  return all.length > 0 ? all : [{ units: 0, state: 'nothing' }];
}
