/** The reference page of an order's life, made from the tables that the process runs on. */
import { CASE_REASONS } from '../case-reasons.ts';
import { AHEAD_MS } from './absorb-snapshot.ts';
import { FACT_MEANINGS } from './fact-meanings.ts';
import { LIFECYCLE, lifecycleDiagram, ORDER_STATUSES, type OrderStatus } from './lifecycle.ts';

/** The page as Markdown. */
export function lifecyclePage(): string {
  return `${[
    '# The life of an order',
    '',
    'This page is made from the code: `node src/domain/order/publish-lifecycle.ts`. Do not edit it.',
    '',
    'An order is a state machine with data. Messages (what a channel, an ERP, a location or a person says, the answers to commands, timers) lead to facts; facts are all that is kept, and the state is what they add up to. The headline status is moved by some of the facts; holds, cases and refunds go beside it.',
    '',
    '## Status',
    '',
    '```mermaid',
    lifecycleDiagram(),
    '```',
    '',
    ...table(
      ['status', 'what it means', 'facts that end it'],
      (Object.keys(ORDER_STATUSES) as OrderStatus[]).map((status) => [
        `\`${status}\``,
        ORDER_STATUSES[status],
        Object.entries(LIFECYCLE[status])
          .map(([fact, to]) => `${fact} → \`${to}\``)
          .join(', ') || '–',
      ]),
    ),
    '',
    'An order that is held shows `(held)` behind its status: nothing new begins until whoever holds it lets it go, and releases that have not left are stopped. Stock stays promised.',
    '',
    '## How long it may wait',
    '',
    'No order stands still without an end to it. These are the deadlines; what may be set is in the policies of the configuration.',
    '',
    ...table(['timer', 'runs while', 'for', 'then'], DEADLINES),
    '',
    '## Snapshots and their dates',
    '',
    `What a channel tells of an order is a snapshot, and its \`updatedAt\` is its version: the newest wins, older ones are stale, and two contents in one second are told apart by a read. A snapshot that is dated more than ${AHEAD_MS / 60_000} minutes later than the hub's own time is not believed in its date, since every later one would be stale: an order that is seen for the first time is placed and counts as of when it was placed, a change is not taken, and in both cases the channel is read. Its answer is its content now, whatever its clock says.`,
    '',
    'A snapshot with an amount below zero that must not be (a price, a payment, a refund, a total) is not taken: it is the case `bad-money`, until one comes that can be. Discounts and refunds are told as positive amounts; the rounding of cash and fees may be below zero.',
    '',
    '## Facts',
    '',
    ...table(
      ['fact', 'what it means'],
      Object.entries(FACT_MEANINGS).map(([fact, meaning]) => [`\`${fact}\``, meaning]),
    ),
    '',
    '## Cases',
    '',
    'What cannot be decided is a case. It closes by itself when its cause goes; `crossdock cases retry` tries again what it holds, `crossdock cases skip` accepts it as it is. What was accepted covers exactly that: when the same thing grows or comes again, it is a case again.',
    '',
    ...table(
      ['reason', 'what it means', 'owner', 'due', 'what fixes it', 'retry', 'skip'],
      Object.entries(CASE_REASONS).map(([reason, { meaning, owner, dueInHours, fix, retry, skip }]) => [
        `\`${reason}\``,
        meaning,
        owner,
        `${dueInHours} h`,
        fix,
        retry,
        skip,
      ]),
    ),
  ].join('\n')}\n`;
}

const DEADLINES = [
  [
    '`payment`',
    'the payment is pending, or was lost',
    '`paymentPendingDays`, `paymentGraceDays`',
    'the order is cancelled at its channel; when goods have left, the case `payment-lost`',
  ],
  [
    '`authorisation`',
    'it is authorised and not captured',
    'as the channel says, else `authorisationDays`',
    'the channel is read; when it still counts, the case `payment-not-captured`, and nothing more ships',
  ],
  [
    '`backorder`',
    'units are short',
    '`backorderLimitDays` of the brand',
    'the case `out-of-stock` (with the policy `case` at once)',
  ],
  ['`hold`', 'somebody holds it', '`holdLimitDays`', 'the case `held-too-long`'],
  [
    '`shipment`',
    'a location has a release and has not shipped all of it',
    '`shipmentLimitDays`',
    'the case `shipment-overdue`',
  ],
  [
    '`refund`',
    'the money of a refund is on its way',
    '`refundPendingDays`',
    'the case `refund-pending-too-long`',
  ],
  [
    '`cancellation`',
    'the channel has accepted a cancellation and does not show it',
    '15 minutes, then a day',
    'the channel is read, then the case `cancellation-not-seen`',
  ],
  [
    '`sourcing`',
    'units are short, and a location that could have them is closed or full',
    'when it opens, its next midnight, or an hour',
    'stock is looked for again',
  ],
  [
    '`read-after-hint`',
    'a message only says that something has changed',
    '20 seconds',
    'the channel is read',
  ],
];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
