/** An order's whole story as text, oldest first. */
import type { OrderStory, OrderSummary } from '../gateway/api-types.ts';
import { time } from './print.ts';

const MARKS: Record<OrderStory['timeline'][number]['kind'], string> = {
  fact: '•',
  observation: '←',
  command: '→',
  case: '!',
  timer: '…',
};

/** Messages that told nothing new: repeated deliveries, and polls that came second. */
const SAID_ALREADY = ['duplicate', 'stale'];

/** The lines of a story; details stand below what they belong to. `whole`: with messages that told nothing new. */
export function storyText(
  story: OrderStory,
  { indent = '', whole = false }: { indent?: string; whole?: boolean } = {},
): string[] {
  const told = story.timeline.filter(
    ({ observation }) =>
      whole ||
      observation === null ||
      (observation.duplicateOf === null && !SAID_ALREADY.includes(observation.outcome ?? '')),
  );
  const hidden = story.timeline.length - told.length;
  const waits = story.waitsFor.map((what) => `waits for: ${what}`);
  const lines = [
    `${story.title}  ${story.statusLabel}  ${story.key}`,
    ...(story.summary ? headOf(story.summary) : []),
    ...waits,
    '',
    ...told.flatMap((entry) => [
      `${time(entry.at)}  ${MARKS[entry.kind]} ${entry.title}`,
      ...entry.detail.map((line) => `${' '.repeat(time(entry.at).length)}    ${line}`),
    ]),
    ...(hidden > 0
      ? [
          '',
          `${hidden === 1 ? '1 message that told' : `${hidden} messages that told`} nothing new ${hidden === 1 ? 'is' : 'are'} left out (--whole shows them)`,
        ]
      : []),
    ...(story.truncated ? ['', 'The middle is left out: the story is longer than one answer.'] : []),
  ];
  return lines.map((line) => (line === '' ? '' : `${indent}${line}`));
}

/** What was ordered, and how far it has come. */
function headOf(summary: OrderSummary): string[] {
  const { total, currentTotal, payment, erp, lines, shipments, persons, forgottenAt } = summary;
  const to = persons?.shipTo;
  return [
    [
      `${currentTotal.amount} ${currentTotal.currency}${currentTotal.amount === total.amount ? '' : ` (placed: ${total.amount})`}`,
      payment.label,
      ...(erp.number ? [`${erp.number} in ${erp.connection}`] : []),
    ].join(' · '),
    ...lines.map(({ wanted, ordered, sku, title, locations }) => {
      const where = locations.map(({ quantity, name, state }) => `${quantity} ${WHERE[state]} ${name}`);
      const of = wanted === ordered ? '' : ` (${ordered} ordered)`;
      return `  ${wanted} × ${sku ?? title}${of}${where.length > 0 ? `: ${where.join(', ')}` : ''}`;
    }),
    ...shipments.flatMap(({ tracking }) =>
      tracking?.number
        ? [`  Parcel ${[tracking.company, tracking.number, tracking.url].filter(Boolean).join(' ')}`]
        : [],
    ),
    ...(forgottenAt ? ['  Its persons are forgotten, on their request'] : []),
    ...(to
      ? [
          `  To ${[to.name, to.company, to.address1, to.address2, to.postalCode, to.city, to.countryCode].filter(Boolean).join(', ')}`,
        ]
      : []),
  ];
}

const WHERE = { reserved: 'reserved at', released: 'with', shipped: 'shipped from' } as const;
