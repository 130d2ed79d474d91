/** Money: the books of a legal entity, and the account that is open. The address is /money/ENTITY/ACCOUNT. */
import { useEffect } from 'react';
import type { BookEntity } from '../../gateway/api-types.ts';
import {
  useBookEntities,
  useMoneyDays,
  useOpenItems,
  useTaxLedger,
  useTrialBalance,
} from '../lib/queries.ts';
import { addressOf, Link, navigate } from '../lib/router.tsx';
import { counted, number } from '../lib/words.ts';
import { Choice } from '../parts/list.tsx';
import { Split } from '../parts/split.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { AccountDetail } from './account.tsx';
import { MoneyDays } from './days.tsx';
import { OpenItemsTable } from './open-items.tsx';
import { TaxTable } from './tax.tsx';
import { TrialBalanceTable } from './trial-balance.tsx';

const SHEETS = [
  { value: 'balance', label: 'Trial balance' },
  { value: 'open', label: 'Open items' },
  { value: 'tax', label: 'Tax' },
  { value: 'days', label: 'Reconciliation' },
] as const;
type Sheet = (typeof SHEETS)[number]['value'];

export function MoneyView({ id, query }: { id: string | null; query: URLSearchParams }) {
  const found = useBookEntities();
  const entities = found.data?.items ?? [];
  const slash = id?.indexOf('/') ?? -1;
  const wanted = id === null ? null : slash < 0 ? id : id.slice(0, slash);
  const account = id === null || slash < 0 ? null : id.slice(slash + 1);
  const entity = entities.find((each) => each.entity === wanted) ?? entities[0];
  const listAddress = addressOf('money', entity?.entity ?? null, query);
  return (
    <Split
      label="Money"
      openId={account}
      detailLabel="Account"
      listAddress={listAddress}
      list={
        <>
          <h1 className="sr-only">Money</h1>
          {found.isPending ? <Loading what="the books" /> : null}
          {found.isError && !found.data ? (
            <Failure error={found.error} what="The books" retry={() => void found.refetch()} />
          ) : null}
          {entity ? <Books entity={entity} entities={entities} account={account} query={query} /> : null}
        </>
      }
      detail={
        account === null || !entity ? null : (
          <AccountDetail
            key={`${entity.entity}/${account}`}
            entity={entity.entity}
            account={account}
            until={query.get('asOf') ?? ''}
            listAddress={listAddress}
          />
        )
      }
    />
  );
}

interface BooksProps {
  entity: BookEntity;
  entities: readonly BookEntity[];
  account: string | null;
  query: URLSearchParams;
}

function Books({ entity, entities, account, query }: BooksProps) {
  const sheet = SHEETS.find(({ value }) => value === query.get('sheet'))?.value ?? 'balance';
  const asOf = query.get('asOf') ?? '';
  useEffect(() => {
    if (account === null) document.title = `Money of ${entity.name} · Crossdock`;
  }, [account, entity.name]);
  const change = (changes: Record<string, string>, of = entity.entity) => {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(changes)) {
      if (value === '') next.delete(name);
      else next.set(name, value);
    }
    navigate(addressOf('money', of, next), { replace: true });
  };
  return (
    <>
      <search className="toolbar">
        <div className="toolbar-row">
          {entities.length > 1 ? (
            <Choice
              name="entity"
              label="Legal entity"
              value={entity.entity}
              options={entities.map(({ entity: value, name }) => ({ value, label: name }))}
              choose={(of) => change({}, of)}
            />
          ) : null}
          <Choice<Sheet>
            name="sheet"
            label="What to show"
            value={sheet}
            options={SHEETS}
            choose={(value) => change({ sheet: value === 'balance' ? '' : value })}
          />
          <label className="as-of">
            At the end of{' '}
            <input type="date" value={asOf} onChange={(event) => change({ asOf: event.target.value })} />
          </label>
        </div>
      </search>
      <div className="scroll">
        <Told entity={entity} />
        <Compared entity={entity} query={query} />
        {sheet === 'days' ? (
          <MoneyDays entity={entity} query={query} />
        ) : (
          <SheetOf sheet={sheet} entity={entity} account={account} asOf={asOf} query={query} />
        )}
      </div>
    </>
  );
}

/** How far the finance system knows what was posted. */
function Told({ entity: { finance } }: { entity: BookEntity }) {
  if (!finance || finance.postings === 0) return null;
  const { connection, postings, booked, unposted, share, oldestOpen } = finance;
  return (
    <p className="told" data-complete={share === 1}>
      {share === 1 ? (
        <>
          All {number(postings)} postings are booked in <b>{connection}</b>.
        </>
      ) : (
        <>
          {number(booked)} of {number(postings)} postings are booked in <b>{connection}</b>
          {` (${(share * 100).toFixed(2)} %)`}
          {unposted === 0
            ? ''
            : `; ${counted(unposted, 'order or movement', 'orders or movements')} without a posting rule`}
          {oldestOpen === null ? '' : `; the oldest day that is not whole is ${oldestOpen}`}.
        </>
      )}
    </p>
  );
}

/** Whether the last day that was compared agrees with finance, ERP, channels and providers. */
function Compared({ entity, query }: { entity: BookEntity; query: URLSearchParams }) {
  const last = useMoneyDays(entity.hasBooks ? entity.entity : '').data?.items[0];
  if (!last) return null;
  const next = new URLSearchParams(query);
  next.set('sheet', 'days');
  const { day, status, differences, openCases } = last;
  return (
    <p className="told" data-complete={status !== 'done' || openCases === 0}>
      {status === 'done' ? `${day} was compared: ` : `${day} is being compared. `}
      <Link href={addressOf('money', entity.entity, next)}>
        {status === 'done' && differences === 0
          ? 'both agree'
          : `${counted(differences, 'difference')}, ${counted(openCases, 'open case')}`}
      </Link>
    </p>
  );
}

interface SheetProps {
  sheet: Exclude<Sheet, 'days'>;
  entity: BookEntity;
  account: string | null;
  asOf: string;
  query: URLSearchParams;
}

function SheetOf({ sheet, entity, account, asOf, query }: SheetProps) {
  const balance = useTrialBalance(sheet === 'balance' ? entity.entity : '', asOf);
  const open = useOpenItems(sheet === 'open' ? entity.entity : '', { account: '', asOf });
  const tax = useTaxLedger(sheet === 'tax' ? entity.entity : '', asOf);
  const shown = { balance, open, tax }[sheet];
  if (shown.isPending) return <Loading what="the books" />;
  if (shown.isError && !shown.data)
    return <Failure error={shown.error} what="The books" retry={() => void shown.refetch()} />;
  const hrefOf = (number: string) => addressOf('money', `${entity.entity}/${number}`, query);
  const isEmpty =
    (sheet === 'balance' && balance.data?.accounts.length === 0) ||
    (sheet === 'open' && open.data?.items.length === 0) ||
    (sheet === 'tax' && tax.data?.rows.length === 0);
  if (isEmpty) return <NothingPosted entity={entity} sheet={sheet} />;
  switch (sheet) {
    case 'balance':
      return balance.data ? (
        <TrialBalanceTable balance={balance.data} account={account} hrefOf={hrefOf} />
      ) : null;
    case 'open':
      return open.data ? <OpenItemsTable items={open.data} hrefOf={hrefOf} /> : null;
    case 'tax':
      return tax.data ? <TaxTable ledger={tax.data} /> : null;
    default:
      return sheet satisfies never;
  }
}

function NothingPosted({ entity, sheet }: { entity: BookEntity; sheet: Sheet }) {
  if (sheet === 'open' && entity.hasBooks)
    return (
      <Empty title="Nothing is open">
        <p>Every clearing account is at zero, item by item.</p>
      </Empty>
    );
  return (
    <Empty title={`Nothing is posted of ${entity.name}`}>
      {entity.hasBooks ? (
        <p>Postings appear by themselves with the first capture or shipment of an order.</p>
      ) : (
        <p>
          It has no books in the configuration: give it a chart of accounts and posting rules, and look at the{' '}
          <Link href="/orders">orders</Link> meanwhile.
        </p>
      )}
    </Empty>
  );
}
