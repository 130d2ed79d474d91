/** What each channel shows as stock, compared with ours: how the last comparison ended, and a button for another. */
import type { ReconciliationItem, StockDifferenceItem } from '../../gateway/api-types.ts';
import { usePersonName } from '../lib/person.ts';
import { useDifferences, useOverview, useReconcile, useReconciliations } from '../lib/queries.ts';
import { Link } from '../lib/router.tsx';
import { Time } from '../lib/time.tsx';
import { counted, number } from '../lib/words.ts';
import { say, sayFailed } from '../parts/notices.tsx';
import { Pill } from '../parts/small.tsx';

export function Reconciliations() {
  const { data } = useOverview();
  const channels = data?.connections.filter(({ publishesStock }) => publishesStock) ?? [];
  if (channels.length === 0) return null;
  return (
    <section aria-label="Stock that channels show">
      <ul className="plain cards">
        {channels.map(({ id }) => (
          <Channel key={id} id={id} />
        ))}
      </ul>
    </section>
  );
}

function Channel({ id }: { id: string }) {
  const found = useReconciliations(id);
  const reconcile = useReconcile();
  const by = usePersonName();
  const last = found.data?.reconciliations[0];
  const isRunning = last !== undefined && last.finishedAt === null;
  const begin = () =>
    reconcile.mutate(
      { connection: id, by: by || 'page' },
      {
        onSuccess: () => say(`All that ${id} shows is compared.`),
        onError: (error) => sayFailed(`${id} is not reconciled`, error),
      },
    );
  return (
    <li className="card">
      <header>
        <div>
          <h2>{id}</h2>
          <span className="quiet">{last ? <Words run={last} /> : 'not reconciled yet'}</span>
        </div>
        {last ? <State run={last} /> : null}
      </header>
      {last?.message ? <p className="quiet">{last.message}</p> : null}
      {last && last.cases > 0 ? <Found connection={id} run={last.id} outcome="case" /> : null}
      {last && last.healed > 0 ? <Found connection={id} run={last.id} outcome="healed" /> : null}
      <footer>
        <button type="button" className="small" disabled={isRunning || reconcile.isPending} onClick={begin}>
          {isRunning ? 'It is being reconciled' : 'Reconcile now'}
        </button>
      </footer>
    </li>
  );
}

function Words({ run }: { run: ReconciliationItem }) {
  return (
    <>
      <Time at={run.finishedAt ?? run.createdAt} />, {counted(run.levels, 'SKU-location')} compared:{' '}
      {number(run.agreed)} equal, {number(run.explained)} explained, {number(run.healed)} healed
    </>
  );
}

function State({ run }: { run: ReconciliationItem }) {
  if (run.status === 'failed') return <Pill tone="problem">failed</Pill>;
  if (run.finishedAt === null) return <Pill tone="info">{run.status}</Pill>;
  if (run.cases > 0) return <Pill tone="warning">{counted(run.cases, 'case')}</Pill>;
  return <Pill tone="good">agrees</Pill>;
}

function Found({
  connection,
  run,
  outcome,
}: {
  connection: string;
  run: string;
  outcome: 'case' | 'healed';
}) {
  const found = useDifferences(connection, run, outcome);
  const items = found.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <details>
      <summary>{outcome === 'case' ? 'For a person to decide' : 'Healed'}</summary>
      <ul className="plain">
        {items.map((item) => (
          <li key={`${item.sku} ${item.location}`}>
            <Difference item={item} />
          </li>
        ))}
      </ul>
      {found.data?.next ? <p className="quiet">There are more: crossdock stock reconcile --show.</p> : null}
    </details>
  );
}

function Difference({ item }: { item: StockDifferenceItem }) {
  return (
    <>
      <Link href={`/stock/${encodeURIComponent(item.sku)}`}>{item.sku}</Link> at {item.location}:{' '}
      {item.explanation}
    </>
  );
}
