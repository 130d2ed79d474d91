/** What things are called and which tone they have. The API brings the words for statuses; here is how they look. */
export type Tone = 'neutral' | 'info' | 'good' | 'warning' | 'problem';

const STATUS_TONES: Readonly<Record<string, Tone>> = {
  placed: 'neutral',
  stopped: 'problem',
  validated: 'info',
  paymentSecured: 'info',
  allocated: 'info',
  booking: 'info',
  booked: 'info',
  released: 'info',
  shipping: 'info',
  shipped: 'good',
  closed: 'good',
  cancelling: 'warning',
};

export function statusTone({ status, held }: { status: string; held: boolean }): Tone {
  return held ? 'warning' : (STATUS_TONES[status] ?? 'neutral');
}

/** The stages of an order's life, and the status that says that a stage is done. */
export const STAGES = [
  { name: 'Placed', doneBy: ['placed', 'stopped'] },
  { name: 'Checked', doneBy: ['validated'] },
  { name: 'Paid', doneBy: ['paymentSecured'] },
  { name: 'Reserved', doneBy: ['allocated', 'booking'] },
  { name: 'In the ERP', doneBy: ['booked'] },
  { name: 'Released', doneBy: ['released', 'shipping'] },
  { name: 'Shipped', doneBy: ['shipped'] },
  { name: 'Closed', doneBy: ['closed'] },
] as const;

/** How far an order is: the number of the last stage that is done; -1 when it left the way (cancelled, archived). */
export function stageOf(status: string): number {
  return STAGES.findIndex(({ doneBy }) => (doneBy as readonly string[]).includes(status));
}

/** What a list calls an order: one that has not been read yet has only its key, of which the id says enough. */
export function shortTitle(title: string): string {
  return title.slice(title.indexOf('/') + 1);
}

const UPPER = new Set(['sku', 'erp', 'psp', 'atp', 'id']);

/** A code such as "unmapped-sku" in words: "Unmapped SKU". */
export function inWords(code: string): string {
  const words = code
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .split(/[-_.\s]+/)
    .map((word) => (UPPER.has(word.toLowerCase()) ? word.toUpperCase() : word.toLowerCase()));
  const text = words.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "1 case", "3 cases". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

const NUMBER = new Intl.NumberFormat('en-GB');

export function number(value: number): string {
  return NUMBER.format(value);
}
