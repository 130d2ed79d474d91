/** What the page asks the hub, and what it asks it to do. */
import { QueryClient, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  Accepted,
  AccountLines,
  BookEntities,
  CaseDetail,
  CaseList,
  Connectable,
  Connected,
  ConnectionCheck,
  ConnectionItem,
  MoneyDayDetail,
  MoneyDayList,
  OpenItems,
  OrderList,
  OrderStory,
  Overview,
  Proof,
  ReconciliationItem,
  ReconciliationList,
  Removed,
  ReturnItem,
  ReturnList,
  StockDetail,
  StockDifferenceList,
  StockList,
  TaxLedger,
  TrialBalance,
} from '../../gateway/api-types.ts';
import { act, read, readText, request } from './api.ts';
import { useLiveStatus } from './live.ts';
import { setBusinessTime } from './time.tsx';

const PAGE_SIZE = 100;
/** Polling while live updates come: only for what they do not tell (lanes, messages that belong to no order). */
const SLOW_MS = 15_000;
const FAST_MS = 3_000;

export function createClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Failures are polled away; what a person waits for should say at once that it failed.
        retry: false,
        refetchOnWindowFocus: true,
        networkMode: 'always',
        gcTime: 30 * 60_000,
      },
      mutations: { networkMode: 'always' },
    },
  });
}

export interface OrderFilter {
  status: string;
  connection: string;
  text: string;
  /** Only those with an open case. */
  cases: boolean;
}

/** Everything at a glance; `mostMs`: how old it may be. */
export function useOverview(mostMs?: number) {
  const refetchInterval = useInterval(mostMs);
  return useQuery({
    queryKey: ['overview'],
    queryFn: async ({ signal }) => {
      const overview = await read<Overview>('/v1/overview', signal);
      setBusinessTime(overview.now);
      return overview;
    },
    refetchInterval,
  });
}

export function useOrders(filter: OrderFilter) {
  return useInfiniteQuery({
    queryKey: ['orders', filter],
    queryFn: ({ pageParam, signal }) =>
      read<OrderList>(
        `/v1/orders?${search({ ...filter, cases: filter.cases ? 'true' : '', limit: String(PAGE_SIZE), before: pageParam })}`,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: useInterval(),
    // The list stays while another filter is fetched, instead of a flash of emptiness.
    placeholderData: (before) => before,
  });
}

export function useOrder(key: string, persons: boolean) {
  return useQuery({
    queryKey: ['order', key, persons],
    queryFn: ({ signal }) =>
      read<OrderStory>(`/v1/orders/${encodeURIComponent(key)}${persons ? '?persons=true' : ''}`, signal),
    refetchInterval: useInterval(),
    placeholderData: (before) => (before?.key === key ? before : undefined),
  });
}

export function useReturns(filter: { status: string }) {
  return useInfiniteQuery({
    queryKey: ['returns', filter],
    queryFn: ({ pageParam, signal }) =>
      read<ReturnList>(
        `/v1/returns?${search({ ...filter, limit: String(PAGE_SIZE), before: pageParam })}`,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: useInterval(),
    placeholderData: (before) => before,
  });
}

export function useReturn(key: string) {
  return useQuery({
    queryKey: ['return', key],
    queryFn: ({ signal }) => read<ReturnItem>(`/v1/returns/${encodeURIComponent(key)}`, signal),
    refetchInterval: useInterval(),
  });
}

export function useReturnDecision() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, act: verb, by, note }: { key: string; act: string; by: string; note: string }) =>
      act<Accepted>(`/v1/returns/${encodeURIComponent(key)}/${verb}`, { by, note }),
    onSettled: (_data, _error, { key }) => client.invalidateQueries({ queryKey: ['return', key] }),
  });
}

export function useStockList(filter: { text: string; location: string }) {
  return useInfiniteQuery({
    queryKey: ['stock', filter],
    queryFn: ({ pageParam, signal }) =>
      read<StockList>(
        `/v1/stock?${search({ ...filter, limit: String(PAGE_SIZE), after: pageParam })}`,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: useInterval(),
    placeholderData: (before) => before,
  });
}

/** One SKU. `at` empty: now; the past does not change. */
export function useStock(sku: string, filter: { location: string; at: string }) {
  const refetchInterval = useInterval();
  return useInfiniteQuery({
    queryKey: ['sku', sku, filter],
    queryFn: ({ pageParam, signal }) =>
      read<StockDetail>(
        `/v1/stock/${encodeURIComponent(sku)}?${search({ ...filter, before: pageParam })}`,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: filter.at === '' ? refetchInterval : false,
    placeholderData: (before) => (before?.pages[0]?.sku === sku ? before : undefined),
  });
}

export function useBookEntities() {
  return useQuery({
    queryKey: ['books'],
    queryFn: ({ signal }) => read<BookEntities>('/v1/books', signal),
    refetchInterval: useInterval(),
  });
}

/** `asOf` empty: today. */
export function useTrialBalance(entity: string, asOf: string) {
  return useQuery({
    queryKey: ['trial-balance', entity, asOf],
    queryFn: ({ signal }) =>
      read<TrialBalance>(`${booksOf(entity)}/trial-balance?${search({ asOf })}`, signal),
    enabled: entity !== '',
    refetchInterval: useInterval(),
    placeholderData: (before) => (before?.entity === entity ? before : undefined),
  });
}

export function useOpenItems(entity: string, filter: { account: string; asOf: string }) {
  return useQuery({
    queryKey: ['open-items', entity, filter],
    queryFn: ({ signal }) => read<OpenItems>(`${booksOf(entity)}/open-items?${search(filter)}`, signal),
    enabled: entity !== '',
    refetchInterval: useInterval(),
    placeholderData: (before) => (before?.entity === entity ? before : undefined),
  });
}

export function useTaxLedger(entity: string, asOf: string) {
  return useQuery({
    queryKey: ['tax', entity, asOf],
    queryFn: ({ signal }) => read<TaxLedger>(`${booksOf(entity)}/tax?${search({ asOf })}`, signal),
    enabled: entity !== '',
    refetchInterval: useInterval(),
    placeholderData: (before) => (before?.entity === entity ? before : undefined),
  });
}

/** Lines of an account, newest first. */
export function useAccount(entity: string, account: string, until: string) {
  return useInfiniteQuery({
    queryKey: ['account', entity, account, until],
    queryFn: ({ pageParam, signal }) =>
      read<AccountLines>(
        `${booksOf(entity)}/accounts/${encodeURIComponent(account)}?${search({ until, limit: String(PAGE_SIZE), before: pageParam })}`,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: useInterval(),
  });
}

/** Days whose money was compared, newest first. */
export function useMoneyDays(entity: string) {
  return useQuery({
    queryKey: ['money-days', entity],
    queryFn: ({ signal }) => read<MoneyDayList>(`${booksOf(entity)}/reconciliations?limit=31`, signal),
    enabled: entity !== '',
    refetchInterval: useInterval(),
  });
}

/** What each side of a day comes to, and what differs. */
export function useMoneyDay(entity: string, day: string) {
  return useQuery({
    queryKey: ['money-day', entity, day],
    queryFn: ({ signal }) =>
      read<MoneyDayDetail>(`${booksOf(entity)}/reconciliations/${encodeURIComponent(day)}`, signal),
    enabled: entity !== '' && day !== '',
    refetchInterval: useInterval(),
  });
}

/** What an order was posted as, and whether it closes. */
export function useOrderProof(key: string) {
  return useQuery({
    queryKey: ['proof', key],
    queryFn: ({ signal }) => read<Proof>(`/v1/proofs/orders/${encodeURIComponent(key)}`, signal),
    refetchInterval: useInterval(),
  });
}

const booksOf = (entity: string): string => `/v1/books/${encodeURIComponent(entity)}`;

export function useCases(filter: { status: 'open' | 'closed'; reason: string }) {
  return useInfiniteQuery({
    queryKey: ['cases', filter],
    queryFn: ({ pageParam, signal }) =>
      read<CaseList>(
        `/v1/cases?${search({ ...filter, limit: String(PAGE_SIZE), before: pageParam })}`,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: useInterval(),
    placeholderData: (before) => before,
  });
}

/** What was found when all that a channel shows as stock was compared, newest first. */
export function useReconciliations(connection: string) {
  return useQuery({
    queryKey: ['reconciliations', connection],
    queryFn: ({ signal }) => read<ReconciliationList>(reconciliationsOf(connection), signal),
    refetchInterval: useInterval(),
  });
}

/** What one of them has healed, or leaves to a person; the first of it. */
export function useDifferences(connection: string, run: string, outcome: 'case' | 'healed') {
  return useQuery({
    queryKey: ['differences', connection, run, outcome],
    queryFn: ({ signal }) =>
      read<StockDifferenceList>(
        `${reconciliationsOf(connection)}/${run}/differences?outcome=${outcome}&limit=${PAGE_SIZE}`,
        signal,
      ),
    refetchInterval: useInterval(),
  });
}

export function useReconcile() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ connection, by }: { connection: string; by: string }) =>
      act<ReconciliationItem>(reconciliationsOf(connection), { by }),
    onSettled: (_data, _error, { connection }) =>
      client.invalidateQueries({ queryKey: ['reconciliations', connection] }),
  });
}

const reconciliationsOf = (connection: string): string =>
  `/v1/connections/${encodeURIComponent(connection)}/reconciliations`;

export function useCase(id: string) {
  return useQuery({
    queryKey: ['case', id],
    queryFn: ({ signal }) => read<CaseDetail>(`/v1/cases/${encodeURIComponent(id)}`, signal),
    refetchInterval: useInterval(),
  });
}

/** The raw bytes of a message: they never change. */
export function useRawMessage(url: string, wanted: boolean) {
  return useQuery({
    queryKey: ['raw', url],
    queryFn: ({ signal }) => readText(url, signal),
    enabled: wanted,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export interface Decision {
  by: string;
  note: string;
}

export function useCaseAct() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ id, what, ...decision }: Decision & { id: string; what: 'retry' | 'skip' }) =>
      act<Accepted>(`/v1/cases/${encodeURIComponent(id)}/${what}`, decision),
    onSettled: refresh,
  });
}

export function useOrderAct() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ key, what, by, note }: Decision & { key: string; what: 'hold' | 'resume' | 'cancel' }) =>
      act<Accepted>(`/v1/orders/${encodeURIComponent(key)}/${what}`, { by, reason: note || 'not given' }),
    onSettled: refresh,
  });
}

/** Corrects what is there of a SKU at a location. */
export function useAdjustment() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({
      sku,
      location,
      delta,
      by,
      note,
    }: Decision & { sku: string; location: string; delta: number }) =>
      act<Accepted>(`/v1/stock/${encodeURIComponent(sku)}/adjustments`, {
        location,
        delta,
        by,
        reason: note,
      }),
    onSettled: refresh,
  });
}

export function usePause() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, paused }: { id: string; paused: boolean }) =>
      act<ConnectionItem>(`/v1/connections/${encodeURIComponent(id)}/${paused ? 'pause' : 'resume'}`),
    onSuccess: (item) => {
      client.setQueryData<Overview>(['overview'], (overview) =>
        overview
          ? {
              ...overview,
              connections: overview.connections.map((each) => (each.id === item.id ? item : each)),
            }
          : overview,
      );
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['overview'] }),
  });
}

/** What can be connected, and what is asked for. */
export function useConnectable() {
  return useQuery({
    queryKey: ['connectable'],
    queryFn: ({ signal }) => read<Connectable>('/v1/connections/new', signal),
  });
}

export function useConnect() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wish: Record<string, unknown>) => act<Connected>('/v1/connections', wish),
    onSettled: () => client.invalidateQueries({ queryKey: ['overview'] }),
  });
}

/** Goes on with what the vendor has sent a person back with. */
export function useConsent() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (back: string) => act<Connected>('/v1/connections/consent', { back }),
    onSettled: () => client.invalidateQueries({ queryKey: ['overview'] }),
  });
}

export function useRemove() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, force }: { id: string; force: boolean }) => {
      const path = `/v1/connections/${encodeURIComponent(id)}?force=${force}`;
      return (await request(path, { method: 'DELETE' })).json() as Promise<Removed>;
    },
    // Not waited for: whoever asked is told first, and is gone from the list then.
    onSuccess: () => void client.invalidateQueries({ queryKey: ['overview'] }),
  });
}

export function useConnectionCheck() {
  return useMutation({
    mutationFn: (id: string) => act<ConnectionCheck>(`/v1/connections/${encodeURIComponent(id)}/check`),
  });
}

/** What was asked for is done by the hub's next turn: read it now, and again when that will have been. */
function useRefresh(): () => void {
  const client = useQueryClient();
  return () => {
    const all = () =>
      client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'raw', refetchType: 'active' });
    void all();
    setTimeout(() => void all(), 1_000);
  };
}

/** How often to ask: seldom while live updates come, often while they do not or the last answer was a failure. */
function useInterval(mostMs = SLOW_MS): (query: { state: { status: string } }) => number {
  const isLive = useLiveStatus() === 'live';
  return ({ state }) => (isLive && state.status !== 'error' ? mostMs : FAST_MS);
}

function search(parameters: Record<string, string>): string {
  return new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== '')).toString();
}
