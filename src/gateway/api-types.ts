/**
 * The types of everything that the API answers: all that the page and the command line know of it.
 *
 * Every call carries `Authorization: Bearer TOKEN`. That goes for `GET /v1/events` (server-sent events) too, so read it with
 * `fetch` and not with EventSource, which cannot send the header. Errors are `application/problem+json` (`Problem`). The page is
 * opened with `#token=TOKEN`: it keeps the token in sessionStorage and takes it out of the address. A 401 means: ask for it.
 *
 *   GET  /v1/overview                          Overview
 *   GET  /v1/orders?status&connection&text&cases&limit&before   OrderList; status may be several, with commas; "held" too
 *   GET  /v1/orders/:order?persons             OrderStory; :order is key, name or channel id, URL-encoded
 *   POST /v1/orders/:order/hold|resume|cancel  {by, reason} -> Accepted
 *   GET  /v1/returns?status&connection&limit&before  ReturnList;  POST {order, lines, by} -> Accepted
 *   GET  /v1/returns/:return                   ReturnItem;  POST …/approve|decline|close {by, note} -> Accepted;  …/refund {by, …} -> Accepted
 *   POST /v1/orders/:order/refunds             {by, …} -> Accepted;  …/refunds/approve|decline {by, note, request} -> Accepted
 *   GET  /v1/cases?status&reason&limit&before  CaseList
 *   GET  /v1/cases/:id                         CaseDetail
 *   POST /v1/cases/:id/retry|skip              {by, note} -> Accepted
 *   GET  /v1/observations/:id                  the raw message, as the bytes that arrived
 *   GET  /v1/connections                       ConnectionList
 *   POST /v1/connections/:id/pause|resume      -> ConnectionItem;  …/check -> ConnectionCheck
 *   PUT  /v1/connections/:id/credential        {credential} -> {kept};  POST …/dismantle -> Dismantled
 *   POST /v1/connections/:id/deliveries?topic= bytes -> DeliveryReceipt
 *   POST /v1/connections/:id/imports           {orders, by, waitMs} -> ImportReport
 *   POST /v1/connections/:id/backfills         {since, until, by} -> BackfillItem;  GET -> BackfillList
 *   POST /v1/connections/:id/reconciliations   {by} -> ReconciliationItem;  GET -> ReconciliationList
 *   POST /v1/connections/:id/levels   {by} -> LevelsState;  GET -> LevelsState
 *   GET  /v1/connections/:id/reconciliations/:run/differences?outcome&limit&after  StockDifferenceList
 *   GET  /v1/connections/new                   Connectable;  POST /v1/connections ConnectInput -> Connected
 *   POST /v1/connections/consent               {back, state} -> Connected;  DELETE /v1/connections/:id?force -> Removed
 *   POST /v1/configuration/reload              -> Reloaded
 *   GET  /v1/shadow?connection&limit&before    ShadowList
 *   POST /v1/connections/:id/takeover          {dryRun, by} -> TakeoverReport
 *   GET  /v1/mappings?kind&connection          MappingList;  PUT {by, rows: MappingItem[]} -> MappingsSaved
 *   GET  /v1/stock?text&location&limit&after   StockList
 *   GET  /v1/stock/:sku?location&at&limit&before  StockDetail;  PUT /v1/stock/:sku/safety {location, units, by} -> SafetySaved
 *   POST /v1/stock/:sku/adjustments  (Idempotency-Key)  {location, delta, reason, by} -> Accepted
 *   GET  /v1/oversell?days&brand&channel       OversellReport
 *   GET  /v1/sourcing                          SourcingRules;  POST /v1/sourcing/simulate {sourcing, last, since} -> SourcingSimulation
 *   GET  /v1/orders/:order/sourcing            SourcingExplanation
 *   POST /v1/mappings/import?by=               CSV or JSON -> MappingsSaved
 *   POST /v1/reservations  (Idempotency-Key)   ReservationRequest -> ReservationItem;  GET ?limit -> ReservationList
 *   GET  /v1/reservations/:id                  ReservationItem;  POST …/claim {order}, …/release {reason}
 *   GET  /v1/bank                              BankAccountList;  POST /v1/bank/:entity/:account/statements BankStatement -> Accepted
 *   POST /v1/bank/:entity/:account/matches     {lineId, payouts, by} -> Accepted
 *   POST /v1/settlements                       {connection, entries, payouts} -> SettlementImported
 *   GET  /v1/payouts/:key                      PayoutDetail
 *   GET  /v1/availability?sku&location         AvailabilityList;  POST {skus, location}
 *   GET  /v1/books                             BookEntities;  …/:entity/trial-balance?asOf TrialBalance
 *   GET  /v1/books/:entity/accounts/:account?from&until&limit&before  AccountLines;  …/open-items OpenItems;  …/tax TaxLedger;  …/cards CardLedger
 *   POST /v1/books/:entity/reconciliations     {day?, by} -> Accepted;  GET MoneyDayList;  …/:day MoneyDayDetail
 *   GET  /v1/books/:entity/journal?from&until  CSV;  GET /v1/orders/:order/books StreamBooks
 *   GET  /v1/proofs/orders|payouts/:id, periods/:entity/:period, accounts/:entity/:account  Proof
 *   GET  /v1/events                            server-sent events: LiveEvents
 */

export type { BackfillItem, BackfillList } from './schemas/backfills.ts';
export type {
  AccountBalance,
  AccountLines,
  BookEntities,
  BookEntity,
  BookLine,
  CardLedger,
  OpenItem,
  OpenItems,
  Proof,
  StreamBooks,
  StreamRef,
  TaxLedger,
  TrialBalance,
} from './schemas/books.ts';
export type { CaseDetail, CaseItem, CaseList, CommandItem, ObservationItem } from './schemas/cases.ts';
export type { Accepted, Money, Problem } from './schemas/common.ts';
export type { ImportReport } from './schemas/imports.ts';
export type { LevelsState } from './schemas/levels.ts';
export type { MoneyDay, MoneyDayDetail, MoneyDayList } from './schemas/money-days.ts';
export type {
  Connectable,
  Connected,
  ConnectionCheck,
  ConnectionItem,
  ConnectionList,
  DeliveryReceipt,
  Dismantled,
  LiveEvents,
  MappingItem,
  MappingList,
  MappingsSaved,
  Overview,
  Reloaded,
  Removed,
  WebhookCounts,
} from './schemas/operations.ts';
export type {
  OrderLine,
  OrderList,
  OrderListItem,
  OrderPerson,
  OrderRefund,
  OrderRelease,
  OrderShipment,
  OrderStory,
  OrderSummary,
  TimelineEntry,
} from './schemas/orders.ts';
export type { OversellReport } from './schemas/oversell.ts';
export type {
  ReconciliationItem,
  ReconciliationList,
  StockDifferenceItem,
  StockDifferenceList,
} from './schemas/reconciliations.ts';
export type { AvailabilityList, ReservationItem, ReservationList } from './schemas/reservations.ts';
export type { RefundItem, ReturnItem, ReturnList, ReturnListItem } from './schemas/returns.ts';
export type { BankAccountList, PayoutDetail, SettlementImported } from './schemas/settlement.ts';
export type { ShadowList } from './schemas/shadow.ts';
export type { SourcingExplanation, SourcingRules, SourcingSimulation } from './schemas/sourcing.ts';
export type {
  SafetySaved,
  StockAtChannel,
  StockChange,
  StockDetail,
  StockItem,
  StockList,
  StockPlace,
} from './schemas/stock.ts';
export type { TakeoverHop, TakeoverReport } from './schemas/takeover.ts';
