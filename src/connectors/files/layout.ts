/**
 * The contract of a file (docs/reference/stock-files.md): records of a kind each (H header, C columns, D data, T trailer), and what
 * each may hold. Pure; quantities are whole stock units.
 */
import type { Disposition, ToldMovement } from '../../domain/canonical/index.ts';
import type { StockObservation } from '../../domain/messages.ts';

export const KINDS = ['stock-snapshot', 'stock-delta', 'receipt'] as const;
export type FileKind = (typeof KINDS)[number];

/** The version of each contract that is read. */
export const VERSION = 1;

/** The first record of a file: H, contract, version, sender, location, sequence, created at. */
export interface Header {
  kind: FileKind;
  /** Who numbers the files: one series a sender and location. */
  sender: string;
  location: string;
  /** 1, 2, 3 … */
  sequence: number;
  /** Of a snapshot: the instant of its figures. */
  createdAt: string;
}

/** Why a whole file cannot be taken. */
export type FileProblem =
  | 'encoding'
  | 'not-csv'
  | 'header'
  | 'columns'
  | 'trailer'
  | 'control-total'
  | 'unknown-location'
  | 'time-order'
  | 'conflict'
  | 'too-old'
  | 'changed';

/** Why a row cannot be taken. */
export type RowProblem =
  | 'not-csv'
  | 'mark'
  | 'fields'
  | 'item'
  | 'quantity'
  | 'fraction'
  | 'negative'
  | 'reason'
  | 'disposition'
  | 'time'
  | 'movement-id'
  | 'repeated';

/** A file or a row that is refused: a code for programs, words for people. */
export interface Refusal<Code extends string = FileProblem> {
  code: Code;
  words: string;
  /** So looks a file whose upload is under way, too. */
  unfinished?: true;
}

export const refusal = <Code extends string>(code: Code, words: string): Refusal<Code> => ({ code, words });

interface ColumnRule {
  needed: boolean;
}
const NEEDED: ColumnRule = { needed: true };
const OPTIONAL: ColumnRule = { needed: false };
const STATES = { damaged: OPTIONAL, quality_control: OPTIONAL, incoming: OPTIONAL };

/** The columns of each contract. */
export const COLUMNS: Readonly<Record<FileKind, Readonly<Record<string, ColumnRule>>>> = {
  'stock-snapshot': { item: NEEDED, on_hand: NEEDED, ...STATES, shipped: OPTIONAL },
  'stock-delta': {
    item: NEEDED,
    quantity: NEEDED,
    reason: NEEDED,
    ...STATES,
    disposition: OPTIONAL,
    document: OPTIONAL,
    movement_id: OPTIONAL,
    at: OPTIONAL,
  },
  receipt: {
    item: NEEDED,
    quantity: NEEDED,
    incoming: OPTIONAL,
    document: OPTIONAL,
    movement_id: OPTIONAL,
    at: OPTIONAL,
  },
};

/** The column whose sum is the control total. */
export const quantityColumn = (kind: FileKind): 'on_hand' | 'quantity' =>
  kind === 'stock-snapshot' ? 'on_hand' : 'quantity';

/** The column that no two rows may share; null: none. */
export const uniqueColumn = (kind: FileKind): 'item' | 'movement_id' =>
  kind === 'stock-snapshot' ? 'item' : 'movement_id';

const CODE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;
const SEQUENCE = /^[1-9]\d{0,14}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;

const REASONS: readonly ToldMovement[] = [
  'expected',
  'received',
  'adjusted',
  'counted',
  'transferred',
  'returned',
  'sold',
];
const DISPOSITIONS: readonly Disposition[] = ['restock', 'damaged', 'qualityControl', 'missing'];

/** An instant with its offset, in UTC; null: it is none. */
export function instantOf(text: string): string | null {
  if (!INSTANT.test(text)) return null;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

export function readHeader(record: readonly string[]): Header | Refusal {
  const [mark, kind = '', version = '', sender = '', location = '', sequence = '', createdAt = '', ...more] =
    record.map((field) => field.trim());
  if (mark !== 'H')
    return refusal(
      'header',
      'the first record is no header (H, contract, version, sender, location, sequence, created at)',
    );
  if (!KINDS.includes(kind as FileKind))
    return refusal('header', `the contract "${shown(kind)}" is none of ${KINDS.join(', ')}`);
  if (version !== String(VERSION))
    return refusal('header', `version "${shown(version)}" of ${kind} is not read: send version ${VERSION}`);
  for (const [name, code] of [
    ['sender', sender],
    ['location', location],
  ] as const)
    if (!CODE.test(code))
      return refusal(
        'header',
        `the ${name} "${shown(code)}" is no code: letters, digits, dot, dash and underscore, 32 at most`,
      );
  if (!SEQUENCE.test(sequence))
    return refusal('header', `the sequence number "${shown(sequence)}" is none: 1, 2, 3 …`);
  const at = instantOf(createdAt);
  if (at === null)
    return refusal(
      'header',
      `"${shown(createdAt)}" is no instant: such as 2026-11-28T02:00:00Z, with its offset`,
    );
  if (more.some((field) => field !== ''))
    return refusal('header', 'the header has more fields than the seven of version 1');
  return { kind: kind as FileKind, sender, location, sequence: Number(sequence), createdAt: at };
}

/** The names of the columns, in the order of the file. */
export function readColumns(kind: FileKind, record: readonly string[]): readonly string[] | Refusal {
  const [mark, ...names] = record.map((field) => field.trim());
  if (mark !== 'C') return refusal('columns', 'the second record does not name the columns (C, item, …)');
  const known = COLUMNS[kind];
  const unknown = names.find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined)
    return refusal(
      'columns',
      `there is no column "${shown(unknown)}" in ${kind}: ${Object.keys(known).join(', ')}`,
    );
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return refusal('columns', `the column ${twice} is there twice`);
  const missing = Object.keys(known).find((name) => known[name]?.needed && !names.includes(name));
  if (missing !== undefined) return refusal('columns', `the column ${missing} is missing`);
  return names;
}

export type Fields = Readonly<Record<string, string>>;

/** The fields of a data row by the names of their columns; null: their number is another. */
export function fieldsOf(columns: readonly string[], record: readonly string[]): Fields | null {
  if (record.length !== columns.length + 1) return null;
  return Object.fromEntries(columns.map((name, index) => [name, (record[index + 1] ?? '').trim()]));
}

const DECIMAL = /^([+-]?)(\d{1,15})(?:\.(\d{1,6}))?$/;
const SCALE = 1_000_000n;

/** A decimal number in millionths; null: it is none. */
export function millionths(text: string): bigint | null {
  const [whole, sign, digits = '', fraction = ''] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) return null;
  const value = BigInt(digits) * SCALE + BigInt(fraction.padEnd(6, '0'));
  return sign === '-' ? -value : value;
}

/** Millionths as a decimal, as short as can be. */
export function decimalOf(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -6)}${fraction === '' ? '' : `.${fraction}`}`;
}

function units(fields: Fields, name: string): number | Refusal<RowProblem> {
  const text = fields[name] ?? '';
  const value = millionths(text);
  if (value === null)
    return refusal('quantity', `${name} "${shown(text)}" is no number: digits, and a dot before decimals`);
  if (value % SCALE !== 0n)
    return refusal('fraction', `${name} ${text} is no whole number of units: convert it to stock units`);
  const number = Number(value / SCALE);
  return Number.isSafeInteger(number) ? number : refusal('quantity', `${name} ${text} is out of range`);
}

/** The units of a column that may be left out or be empty. */
function optionalUnits(fields: Fields, name: string): number | undefined | Refusal<RowProblem> {
  return (fields[name] ?? '') === '' ? undefined : units(fields, name);
}

export const isRefusal = <Value>(value: Value): value is Extract<Value, Refusal<string>> =>
  typeof value === 'object' && value !== null && 'words' in value;

/** Longest codes, as streams and indexes take them. */
const LONGEST = { item: 200, document: 200, movement_id: 200 } as const;

/** What a data row says, in the system's codes; or why it cannot be taken. `lost`: words on files before it that never came. */
export function readRow(
  header: Header,
  row: number,
  fields: Fields,
  lost: string | null,
): StockObservation | Refusal<RowProblem> {
  const item = fields.item ?? '';
  if (item === '') return refusal('item', 'the item is empty');
  for (const [name, longest] of Object.entries(LONGEST))
    if ((fields[name] ?? '').length > longest)
      return refusal(
        name === 'movement_id' ? 'movement-id' : 'item',
        `${name} has more than ${longest} characters`,
      );
  const isLevel = header.kind === 'stock-snapshot';
  const quantity = units(fields, quantityColumn(header.kind));
  if (isRefusal(quantity)) return quantity;
  const others: { damaged?: number; qualityControl?: number; incoming?: number } = {};
  for (const [name, state] of [
    ['damaged', 'damaged'],
    ['quality_control', 'qualityControl'],
    ['incoming', 'incoming'],
  ] as const) {
    const told = optionalUnits(fields, name);
    if (isRefusal(told)) return told;
    if (told !== undefined && told < 0 && isLevel) return refusal('negative', `${name} is below zero`);
    if (told !== undefined && (told !== 0 || isLevel)) others[state] = told;
  }
  const { sender, location, sequence, createdAt } = header;
  if (isLevel) {
    const shipped = optionalUnits(fields, 'shipped');
    if (isRefusal(shipped)) return shipped;
    if (shipped !== undefined && shipped < 0) return refusal('negative', 'shipped is below zero');
    return {
      type: 'stock.level',
      sku: item,
      location,
      onHand: quantity,
      ...others,
      ...(shipped === undefined ? {} : { shipped }),
      ...(lost === null ? {} : { lost }),
      key: `${sender}/${location}/${sequence}/${row}`,
      at: createdAt,
    };
  }
  return movement(header, row, fields, { item, quantity, others });
}

function movement(
  { kind, sender, location, sequence, createdAt }: Header,
  row: number,
  fields: Fields,
  { item, quantity, others }: { item: string; quantity: number; others: object },
): StockObservation | Refusal<RowProblem> {
  const reason = kind === 'receipt' ? 'received' : (fields.reason ?? '');
  if (!REASONS.includes(reason as ToldMovement))
    return refusal('reason', `the reason "${shown(reason)}" is none of ${REASONS.join(', ')}`);
  if (kind === 'receipt' && quantity < 0)
    return refusal('negative', 'a receipt below zero: correct it by a stock-delta with the reason adjusted');
  const disposition = fields.disposition ?? '';
  if (disposition !== '' && !DISPOSITIONS.includes(disposition as Disposition))
    return refusal(
      'disposition',
      `the disposition "${shown(disposition)}" is none of ${DISPOSITIONS.join(', ')}`,
    );
  const told = fields.at ?? '';
  const at = told === '' ? createdAt : instantOf(told);
  if (at === null) return refusal('time', `at "${shown(told)}" is no instant with its offset`);
  if (Date.parse(at) > Date.parse(createdAt))
    return refusal('time', `at ${at} is later than the file itself (${createdAt})`);
  const id = fields.movement_id ?? '';
  return {
    type: 'stock.moved',
    sku: item,
    location,
    delta: quantity,
    ...others,
    reason: reason as ToldMovement,
    ...(disposition === '' ? {} : { disposition: disposition as Disposition }),
    ...(fields.document ? { document: fields.document } : {}),
    key: id === '' ? `${sender}/${location}/${sequence}/${row}` : `${sender}/id/${id}`,
    at,
  };
}

/** A value from a file in a sentence. */
export function shown(text: string): string {
  const clean = text.replaceAll(/\p{C}/gu, '·');
  return clean.length <= 40 ? clean : `${clean.slice(0, 40)}…`;
}
