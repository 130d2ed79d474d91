/** The filters of the list of orders: they live in the address, so that a filtered list can be sent to a colleague. */
import type { Overview } from '../../gateway/api-types.ts';
import type { OrderFilter } from '../lib/queries.ts';
import { addressOf, navigate } from '../lib/router.tsx';
import { inWords, number, statusTone } from '../lib/words.ts';
import { SearchField } from '../parts/search-field.tsx';

interface OrderFiltersProps {
  id: string | null;
  filter: OrderFilter;
  overview: Overview | undefined;
  /** The list for the filter is being read. */
  busy: boolean;
}

export function OrderFilters({ id, filter, overview, busy }: OrderFiltersProps) {
  const change = (changes: Partial<OrderFilter>) => {
    const next = { ...filter, ...changes };
    const query = new URLSearchParams();
    for (const name of ['status', 'connection', 'text'] as const) if (next[name]) query.set(name, next[name]);
    if (next.cases) query.set('cases', 'true');
    navigate(addressOf('orders', id, query), { replace: true });
  };
  const channels = overview?.connections.filter((each) => each.roles.includes('channel')) ?? [];
  const filtered = filter.status !== '' || filter.connection !== '' || filter.text !== '' || filter.cases;
  return (
    <search className="toolbar" data-busy={busy}>
      <div className="toolbar-row">
        <SearchField
          label="Search orders by name, SKU or key"
          placeholder="Order, SKU or key"
          text={filter.text}
          search={(text) => change({ text })}
        />
        <select
          aria-label="Channel"
          value={filter.connection}
          onChange={(event) => change({ connection: event.target.value })}
        >
          <option value="">All channels</option>
          {channels.map((channel) => (
            <option key={channel.id} value={channel.id}>
              {channel.id}
            </option>
          ))}
        </select>
        <label className="tick">
          <input
            type="checkbox"
            checked={filter.cases}
            onChange={(event) => change({ cases: event.target.checked })}
          />
          With an open case
        </label>
        {filtered ? (
          <button
            type="button"
            className="quiet-button"
            onClick={() => change({ status: '', connection: '', text: '', cases: false })}
          >
            Clear filters
          </button>
        ) : null}
      </div>
      <StatusChips filter={filter} overview={overview} choose={(status) => change({ status })} />
    </search>
  );
}

interface StatusChipsProps {
  filter: OrderFilter;
  overview: Overview | undefined;
  choose: (status: string) => void;
}

/** How many orders are where; pressed ones are shown. None pressed: all. */
function StatusChips({ filter, overview, choose }: StatusChipsProps) {
  const chosen = filter.status.split(',').filter(Boolean);
  const chips = chipsOf(overview, chosen);
  const toggle = (status: string) =>
    choose(
      chosen.includes(status)
        ? chosen.filter((each) => each !== status).join(',')
        : [...chosen, status].join(','),
    );
  return (
    <fieldset className="chips">
      <legend className="sr-only">Status</legend>
      {chips.map(({ status, label, count }) => (
        <button
          key={status}
          type="button"
          className="chip"
          aria-pressed={chosen.includes(status)}
          data-tone={statusTone({ status, held: status === 'held' })}
          onClick={() => toggle(status)}
        >
          {label}
          {count === null ? null : <span className="chip-count">{number(count)}</span>}
        </button>
      ))}
    </fieldset>
  );
}

/** The hub counts what is open; what has ended only grows. */
const ENDED = [
  { status: 'closed', label: 'Finished' },
  { status: 'cancelled', label: 'Cancelled' },
];

interface Chip {
  status: string;
  label: string;
  count: number | null;
}

function chipsOf(overview: Overview | undefined, chosen: readonly string[]): Chip[] {
  if (!overview) return [];
  const chips = new Map<string, Chip>();
  let held = 0;
  for (const { status, label, held: isHeld, count } of overview.orders.byStatus) {
    if (isHeld) held += count;
    else chips.set(status, { status, label, count });
  }
  if (held > 0) chips.set('held', { status: 'held', label: 'On hold', count: held });
  for (const { status, label } of ENDED) chips.set(status, { status, label, count: null });
  for (const status of chosen)
    if (!chips.has(status))
      chips.set(status, { status, label: status === 'held' ? 'On hold' : inWords(status), count: 0 });
  return [...chips.values()];
}
