/** `inventorySetQuantities` and `inventoryAdjustQuantities`: all rows of a batch or none, compare-and-swap, one key once. */
import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import type { Clock } from '../../../../base/clock.ts';
import { utc } from '../format.ts';
import type { Execution } from '../graphql/execution.ts';
import type { Idempotency } from '../graphql/idempotency.ts';
import { gid, Ids, idIn } from '../ids.ts';
import type { Catalogue } from '../products/catalogue.ts';
import {
  type Item,
  type Level,
  onHand,
  QUANTITIES,
  type QuantityName,
  quantityOf,
  type Stock,
} from './stock.ts';

interface Row {
  inventoryItemId: string;
  locationId: string;
  /** Of a set; of an adjustment its delta. */
  quantity?: number;
  delta?: number;
  changeFromQuantity?: number | null;
  compareQuantity?: number | null;
  ledgerDocumentUri?: string | null;
}

interface Input {
  name: string;
  reason: string;
  referenceDocumentUri?: string | null;
  ignoreCompareQuantity?: boolean | null;
  quantities?: readonly Row[];
  changes?: readonly Row[];
}

interface UserError {
  field: string[];
  message: string;
  code: string;
}

interface Payload {
  inventoryAdjustmentGroup: unknown;
  userErrors: UserError[];
}

/** Why a quantity may change. */
export const REASONS: ReadonlySet<string> = new Set([
  'correction',
  'cycle_count_available',
  'damaged',
  'movement_canceled',
  'movement_created',
  'movement_received',
  'movement_updated',
  'other',
  'promotion',
  'quality_control',
  'received',
  'reservation_created',
  'reservation_deleted',
  'reservation_updated',
  'restock',
  'safety_stock',
  'shrinkage',
]);

/** The version before rows had to say what they change from. */
export const OPTIONAL_CHANGE_FROM = '2026-01';
const SET_LIMIT = 1_000_000_000;
const ADJUST_LIMIT = 2_000_000_000;

export interface StockChangeOptions {
  clock: Pick<Clock, 'now'>;
  connection: string;
  stock: Stock;
  catalogue: Catalogue;
  idempotency: Idempotency;
  /** Tells of levels that have changed. */
  changed(levels: readonly { item: Item; level: Level }[]): void;
}

/** A row that can be carried out. */
interface Change {
  item: Item;
  level: Level;
  delta: number;
  ledgerDocumentUri: string | null;
}

export class StockChanges {
  readonly #options: StockChangeOptions;
  readonly #ids: Ids;

  constructor(options: StockChangeOptions) {
    this.#options = options;
    this.#ids = new Ids(`${options.connection} inventory adjustments`);
  }

  root(): Record<string, unknown> {
    const run =
      (kind: 'set' | 'adjust') =>
      ({ input }: { input: Input }, { version }: Execution, info: GraphQLResolveInfo): Payload =>
        this.#options.idempotency.once(
          version,
          info,
          input,
          () => this.#run(version, kind, input),
          (code, message) => refused([{ field: ['input'], message, code }]),
        );
    return { inventorySetQuantities: run('set'), inventoryAdjustQuantities: run('adjust') };
  }

  #run(version: string, kind: 'set' | 'adjust', input: Input): Payload {
    const rows = (kind === 'set' ? input.quantities : input.changes) ?? [];
    requireChangeFrom(version, kind, rows);
    const errors = headErrors(kind, input);
    const changes: Change[] = [];
    const places = new Set<string>();
    for (const [index, row] of rows.entries()) {
      const change = this.#understand(version, kind, input, row, index);
      if ('code' in change) errors.push(change);
      else changes.push(change);
      const place = `${row.inventoryItemId} ${row.locationId}`;
      if (kind === 'set' && places.has(place))
        errors.push({
          field: ['input', 'quantities', String(index), 'locationId'],
          message: 'The combination of inventoryItemId and locationId must be unique.',
          code: 'NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR',
        });
      places.add(place);
    }
    if (errors.length > 0) return refused(errors);
    return { inventoryAdjustmentGroup: this.#carryOut(kind, input, changes), userErrors: [] };
  }

  #understand(
    version: string,
    kind: 'set' | 'adjust',
    input: Input,
    row: Row,
    index: number,
  ): Change | UserError {
    const list = kind === 'set' ? 'quantities' : 'changes';
    const error = (field: string, code: string, message: string): UserError => ({
      field: ['input', list, String(index), field],
      message,
      code,
    });
    const { stock } = this.#options;
    const item = stock.item(idIn('InventoryItem', row.inventoryItemId) ?? '');
    if (!item)
      return error(
        'inventoryItemId',
        'INVALID_INVENTORY_ITEM',
        'The specified inventory item could not be found.',
      );
    if (item.bundle)
      return error(
        'inventoryItemId',
        'NON_MUTABLE_INVENTORY_ITEM',
        'The specified inventory item is not allowed to be adjusted via API.',
      );
    const level = item.levels.get(idIn('Location', row.locationId) ?? '');
    if (!level) return error('locationId', 'INVALID_LOCATION', 'The specified location could not be found.');
    const present = quantityOf(level, input.name) ?? 0;
    const old = version === OPTIONAL_CHANGE_FROM && kind === 'set';
    if (old && row.changeFromQuantity === undefined && !input.ignoreCompareQuantity) {
      if (row.compareQuantity === undefined || row.compareQuantity === null)
        return error(
          'compareQuantity',
          'COMPARE_QUANTITY_REQUIRED',
          'The compareQuantity argument must be given to each quantity or ignored using ignoreCompareQuantity.',
        );
      if (row.compareQuantity !== present)
        return error(
          'compareQuantity',
          'COMPARE_QUANTITY_STALE',
          'The compareQuantity value does not match persisted value.',
        );
    }
    const expected = row.changeFromQuantity;
    if (expected !== null && expected !== undefined && expected !== present)
      return error(
        'changeFromQuantity',
        'CHANGE_FROM_QUANTITY_STALE',
        kind === 'set'
          ? 'The changeFromQuantity value does not match persisted value.'
          : 'The changeFromQuantity argument no longer matches the persisted quantity.',
      );
    const delta = kind === 'set' ? (row.quantity ?? 0) - present : (row.delta ?? 0);
    const wrong = amountError(kind, row, present + delta);
    if (wrong) return error(kind === 'set' ? 'quantity' : 'delta', ...wrong);
    return { item, level, delta, ledgerDocumentUri: row.ledgerDocumentUri ?? null };
  }

  #carryOut(kind: 'set' | 'adjust', input: Input, changes: readonly Change[]): unknown {
    const now = this.#options.clock.now();
    // What is on hand is changed by what is available of it.
    const own = (input.name === 'on_hand' ? 'available' : input.name) as QuantityName;
    const made = changes.filter(({ delta }) => delta !== 0);
    if (made.length === 0 && kind === 'set') return null;
    const told: object[] = [];
    for (const { item, level, delta, ledgerDocumentUri } of made) {
      level.quantities[own] += delta;
      level.updatedAtMs = now;
      const entry = (name: string, quantityAfterChange: number) => ({
        name,
        delta,
        quantityAfterChange,
        ledgerDocumentUri,
        item: () => this.#options.catalogue.item(item),
        location: () => this.#options.catalogue.location(level.locationId),
      });
      told.push(entry(own, level.quantities[own]));
      if (own !== 'incoming') told.push(entry('on_hand', onHand(level)));
    }
    this.#options.changed(made);
    return {
      __typename: 'InventoryAdjustmentGroup',
      id: gid('InventoryAdjustmentGroup', this.#ids.next()),
      createdAt: utc(now),
      reason: input.reason,
      referenceDocumentUri: input.referenceDocumentUri ?? null,
      changes: ({ quantityNames }: { quantityNames?: readonly string[] | null }) =>
        told.filter((each) => !quantityNames || quantityNames.includes((each as { name: string }).name)),
    };
  }
}

/** The schema lets it be left out, the vendor does not. */
function requireChangeFrom(version: string, kind: 'set' | 'adjust', rows: readonly Row[]): void {
  if (version === OPTIONAL_CHANGE_FROM || rows.every((row) => row.changeFromQuantity !== undefined)) return;
  const type = kind === 'set' ? 'InventoryQuantityInput' : 'InventoryChangeInput';
  throw new GraphQLError(`${type} must include the following argument: changeFromQuantity`, {
    extensions: { code: 'INVALID_FIELD_ARGUMENTS' },
  });
}

function headErrors(
  kind: 'set' | 'adjust',
  { name, reason, referenceDocumentUri, changes }: Input,
): UserError[] {
  const errors: UserError[] = [];
  const error = (field: string, code: string, message: string) =>
    errors.push({ field: ['input', field], message, code });
  if (kind === 'set' && name !== 'available' && name !== 'on_hand')
    error('name', 'INVALID_NAME', "The quantity name must be either 'available' or 'on_hand'.");
  const adjustable = (QUANTITIES as readonly string[]).includes(name) && name !== 'committed';
  if (kind === 'adjust' && !adjustable)
    error('name', 'INVALID_QUANTITY_NAME', 'The specified quantity name is invalid.');
  if (!REASONS.has(reason)) error('reason', 'INVALID_REASON', 'The specified reason is invalid.');
  if (referenceDocumentUri && !/^[a-z][a-z0-9+.-]*:\S+$/i.test(referenceDocumentUri))
    error(
      'referenceDocumentUri',
      'INVALID_REFERENCE_DOCUMENT',
      'The specified reference document is invalid.',
    );
  if (kind === 'adjust' && adjustable) errors.push(...ledgerErrors(name, changes ?? []));
  return errors;
}

function ledgerErrors(name: string, rows: readonly Row[]): UserError[] {
  return rows.flatMap(({ ledgerDocumentUri: uri }, index) => {
    const error = (code: string, message: string) => [
      { field: ['input', 'changes', String(index), 'ledgerDocumentUri'], message, code },
    ];
    if (name === 'available')
      return uri
        ? error(
            'INVALID_AVAILABLE_DOCUMENT',
            'A ledger document URI is not allowed when adjusting available.',
          )
        : [];
    if (!uri)
      return error(
        'INVALID_QUANTITY_DOCUMENT',
        'A ledger document URI is required except when adjusting available.',
      );
    if (uri.startsWith('gid://shopify/'))
      return error(
        'INTERNAL_LEDGER_DOCUMENT',
        'Internal (gid://shopify/) ledger documents are not allowed to be adjusted via API.',
      );
    return [];
  });
}

function amountError(
  kind: 'set' | 'adjust',
  { quantity = 0 }: Row,
  after: number,
): [code: string, message: string] | undefined {
  if (kind === 'set' && quantity < 0) return ['INVALID_QUANTITY_NEGATIVE', "The quantity can't be negative."];
  const limit = kind === 'set' ? SET_LIMIT : ADJUST_LIMIT;
  const whole = kind === 'set' ? 'total quantity' : 'quantity';
  const words = limit.toLocaleString('en-US');
  if (after > limit) return ['INVALID_QUANTITY_TOO_HIGH', `The ${whole} can't be higher than ${words}.`];
  if (after < -limit) return ['INVALID_QUANTITY_TOO_LOW', `The ${whole} can't be lower than -${words}.`];
  return undefined;
}

function refused(userErrors: UserError[]): Payload {
  return { inventoryAdjustmentGroup: null, userErrors };
}
