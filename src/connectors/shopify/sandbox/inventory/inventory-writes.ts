/** What apps do with inventory besides setting it: moves between states, where an item is stocked, what is known of it. */
import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { toMinor } from '../../../../sandbox/kit/money.ts';
import { moneyText, utc } from '../format.ts';
import type { Execution } from '../graphql/execution.ts';
import type { Idempotency } from '../graphql/idempotency.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { gid, type Ids, idIn } from '../ids.ts';
import type { Catalogue } from '../products/catalogue.ts';
import {
  type Item,
  type Level,
  newLevel,
  onHand,
  QUANTITIES,
  type QuantityName,
  type Stock,
} from './stock.ts';
import { OPTIONAL_CHANGE_FROM, REASONS } from './stock-changes.ts';

export interface InventoryWritesHost {
  ids: Ids;
  currency: string;
  now(): number;
  stock: Stock;
  catalogue: Catalogue;
  idempotency: Idempotency;
  /** Whether goods may lie at a location. */
  isActive(locationId: string): boolean;
  changed(levels: readonly { item: Item; level: Level }[]): void;
  /** An item is stocked somewhere now, or no more, or is known otherwise. */
  told(topic: 'inventory_levels/connect' | 'inventory_levels/disconnect', item: Item, level: Level): void;
  itemChanged(item: Item, skuBefore: string): void;
}

interface Terminal {
  locationId: string;
  name: string;
  ledgerDocumentUri?: string | null;
  changeFromQuantity?: number | null;
}

interface Move {
  inventoryItemId: string;
  quantity: number;
  from: Terminal;
  to: Terminal;
}

interface MoveInput {
  reason: string;
  referenceDocumentUri: string;
  changes: readonly Move[];
}

interface ActivateArgs {
  inventoryItemId: string;
  locationId: string;
  available?: number | null;
  onHand?: number | null;
  stockAtLegacyLocation?: boolean | null;
}

export interface InventoryItemInput {
  sku?: string | null;
  cost?: string | null;
  tracked?: boolean | null;
  requiresShipping?: boolean | null;
  countryCodeOfOrigin?: string | null;
  harmonizedSystemCode?: string | null;
  [other: string]: unknown;
}

interface UserError {
  field: string[] | null;
  message: string;
  code?: string;
}

const MOST_LEDGER_URIS = 2;
const HIGHEST = 2_000_000_000;

export class InventoryWrites {
  readonly #host: InventoryWritesHost;

  constructor(host: InventoryWritesHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    const { idempotency } = this.#host;
    return {
      inventoryMoveQuantities: (
        { input }: { input: MoveInput },
        { version }: Execution,
        info: GraphQLResolveInfo,
      ) => {
        requireChangeFrom(version, input);
        return idempotency.once<{ inventoryAdjustmentGroup: unknown; userErrors: UserError[] }>(
          version,
          info,
          input,
          () => this.#move(input),
          (code, message) => ({
            inventoryAdjustmentGroup: null,
            userErrors: [{ field: ['input'], message, code }],
          }),
        );
      },
      inventoryActivate: (args: ActivateArgs, { version }: Execution, info: GraphQLResolveInfo) =>
        idempotency.once<{ inventoryLevel: unknown; userErrors: UserError[] }>(
          version,
          info,
          args,
          () => this.#activate(args),
          // Its user errors have no codes.
          (code, message) => {
            throw new GraphQLError(message, { extensions: { code } });
          },
        ),
      inventoryDeactivate: ({ inventoryLevelId }: { inventoryLevelId: string }) =>
        this.#deactivate(inventoryLevelId),
      inventoryItemUpdate: ({ id, input }: { id: string; input: InventoryItemInput }) =>
        this.#update(id, input),
    };
  }

  #move(input: MoveInput): { inventoryAdjustmentGroup: unknown; userErrors: UserError[] } {
    const { stock } = this.#host;
    const userErrors: UserError[] = headErrors(input);
    const moves: { item: Item; level: Level; move: Move }[] = [];
    for (const [index, move] of input.changes.entries()) {
      const error = (field: string[], code: string, message: string) =>
        userErrors.push({ field: ['input', 'changes', String(index), ...field], message, code });
      const item = stock.item(idIn('InventoryItem', move.inventoryItemId) ?? '');
      const level = item?.levels.get(idIn('Location', move.from.locationId) ?? '');
      if (!item)
        error(
          ['inventoryItemId'],
          'INVALID_INVENTORY_ITEM',
          'The specified inventory item could not be found.',
        );
      else if (item.bundle)
        error(
          ['inventoryItemId'],
          'NON_MUTABLE_INVENTORY_ITEM',
          'The specified inventory item is not allowed to be adjusted via API.',
        );
      else if (!level)
        error(['from', 'locationId'], 'INVALID_LOCATION', 'The specified location could not be found.');
      else {
        for (const [field, code, message] of moveErrors(move, level)) error(field, code, message);
        moves.push({ item, level, move });
      }
    }
    if (userErrors.length > 0) return { inventoryAdjustmentGroup: null, userErrors };
    return { inventoryAdjustmentGroup: this.#carryOut(input, moves), userErrors: [] };
  }

  #carryOut(input: MoveInput, moves: readonly { item: Item; level: Level; move: Move }[]): unknown {
    const now = this.#host.now();
    const { catalogue } = this.#host;
    const told: { name: string }[] = [];
    for (const { item, level, move } of moves) {
      const before = onHand(level);
      const entry = (name: string, delta: number, quantityAfterChange: number, uri?: string | null) =>
        told.push({
          name,
          ...{ delta, quantityAfterChange, ledgerDocumentUri: uri ?? null },
          ...{ item: () => catalogue.item(item), location: () => catalogue.location(level.locationId) },
        });
      for (const [terminal, delta] of [
        [move.from, -move.quantity],
        [move.to, move.quantity],
      ] as const) {
        const name = terminal.name as QuantityName;
        level.quantities[name] += delta;
        entry(name, delta, level.quantities[name], terminal.ledgerDocumentUri);
      }
      level.updatedAtMs = now;
      const after = onHand(level);
      if (after !== before) entry('on_hand', after - before, after);
    }
    this.#host.changed(moves);
    return {
      __typename: 'InventoryAdjustmentGroup',
      id: gid('InventoryAdjustmentGroup', this.#host.ids.next()),
      createdAt: utc(now),
      reason: input.reason,
      referenceDocumentUri: input.referenceDocumentUri,
      changes: ({ quantityNames }: { quantityNames?: readonly string[] | null }) =>
        told.filter(({ name }) => !quantityNames || quantityNames.includes(name)),
    };
  }

  #activate(args: ActivateArgs): { inventoryLevel: unknown; userErrors: UserError[] } {
    if (args.stockAtLegacyLocation) throw notSupported('inventoryActivate(stockAtLegacyLocation)');
    const refused = (field: string, message: string) => ({
      inventoryLevel: null,
      userErrors: [{ field: [field], message }],
    });
    const { stock, catalogue } = this.#host;
    const item = stock.item(idIn('InventoryItem', args.inventoryItemId) ?? '');
    if (!item) return refused('inventoryItemId', 'The product couldn’t be stocked because it was deleted.');
    const locationId = idIn('Location', args.locationId) ?? '';
    if (!this.#host.isActive(locationId))
      return refused('locationId', 'The product couldn’t be stocked because the location wasn’t found.');
    const present = item.levels.get(locationId);
    const given = args.available ?? args.onHand;
    if (present) {
      if (given !== null && given !== undefined)
        return refused(
          args.available === null || args.available === undefined ? 'onHand' : 'available',
          'Not allowed to set available quantity when the item is already active at the location.',
        );
      return { inventoryLevel: catalogue.level(item, present), userErrors: [] };
    }
    const level = newLevel(locationId, item.bundle ? 0 : (given ?? 0), this.#host.now());
    item.levels.set(locationId, level);
    this.#host.told('inventory_levels/connect', item, level);
    return { inventoryLevel: catalogue.level(item, level), userErrors: [] };
  }

  #deactivate(id: string): { userErrors: UserError[] } {
    const refused = (message: string) => ({ userErrors: [{ field: ['inventoryLevelId'], message }] });
    const item = this.#host.stock.item(/[?&]inventory_item_id=(\d+)/.exec(id)?.[1] ?? '');
    const level = item?.levels.get(/InventoryLevel\/(\d+)/.exec(id)?.[1] ?? '');
    if (!item || !level) return refused('The product couldn’t be unstocked because it was deleted.');
    if (item.levels.size === 1)
      return refused(
        'The product couldn’t be unstocked because products need to be stocked at one location.',
      );
    const { committed, incoming, reserved } = level.quantities;
    if (committed > 0 || incoming > 0 || reserved > 0)
      return refused(
        'The product couldn’t be unstocked because it has committed, incoming or reserved inventory at the location.',
      );
    item.levels.delete(level.locationId);
    this.#host.told('inventory_levels/disconnect', item, level);
    return { userErrors: [] };
  }

  #update(id: string, input: InventoryItemInput): unknown {
    const item = this.#host.stock.item(idIn('InventoryItem', id) ?? '');
    if (!item)
      return {
        inventoryItem: null,
        userErrors: [{ field: ['id'], message: "The product couldn't be updated because it was deleted." }],
      };
    const skuBefore = item.sku;
    const userErrors = itemErrors(input, this.#host.currency);
    if (userErrors.length > 0) return { inventoryItem: null, userErrors };
    writeItem(item, input, this.#host.currency);
    item.updatedAtMs = this.#host.now();
    this.#host.itemChanged(item, skuBefore);
    return { inventoryItem: this.#host.catalogue.item(item), userErrors: [] };
  }
}

const ITEM_FIELDS: ReadonlySet<string> = new Set([
  'sku',
  'cost',
  'tracked',
  'requiresShipping',
  'countryCodeOfOrigin',
  'harmonizedSystemCode',
]);

/** What is wrong with what an app says of an item. */
export function itemErrors(input: InventoryItemInput, currency: string): UserError[] {
  for (const name of Object.keys(input))
    if (!ITEM_FIELDS.has(name)) throw notSupported(`an inventory item's ${name}`);
  const { cost, harmonizedSystemCode } = input;
  if (cost !== undefined && cost !== null && toMinor(cost, currency) < 0n)
    return [{ field: ['input', 'cost'], message: 'Cost must be greater than or equal to 0' }];
  if (harmonizedSystemCode && !/^\d{6,13}$/.test(harmonizedSystemCode))
    return [
      {
        field: ['input', 'harmonizedSystemCode'],
        message: 'Harmonized system code must be a number between 6 and 13 digits',
      },
    ];
  return [];
}

/** Writes what an app says of an item, in which nothing is wrong. */
export function writeItem(item: Item, input: InventoryItemInput, currency: string): void {
  const { sku, cost, tracked, requiresShipping, countryCodeOfOrigin, harmonizedSystemCode } = input;
  if (sku !== undefined) item.sku = sku ?? '';
  if (cost !== undefined) item.cost = cost === null ? null : moneyText(toMinor(cost, currency), currency);
  if (typeof tracked === 'boolean') item.tracked = tracked;
  if (typeof requiresShipping === 'boolean') item.requiresShipping = requiresShipping;
  if (countryCodeOfOrigin !== undefined) item.countryOfOrigin = countryCodeOfOrigin;
  if (harmonizedSystemCode !== undefined) item.harmonizedSystemCode = harmonizedSystemCode;
}

/** The schema lets it be left out, the vendor does not. */
function requireChangeFrom(version: string, { changes }: MoveInput): void {
  const given = ({ changeFromQuantity }: Terminal) => changeFromQuantity !== undefined;
  if (version === OPTIONAL_CHANGE_FROM || changes.every(({ from, to }) => given(from) && given(to))) return;
  throw new GraphQLError(
    'InventoryMoveQuantityTerminalInput must include the following argument: changeFromQuantity',
    { extensions: { code: 'INVALID_FIELD_ARGUMENTS' } },
  );
}

function headErrors({ reason, referenceDocumentUri, changes }: MoveInput): UserError[] {
  const errors: UserError[] = [];
  const error = (field: string, code: string, message: string) =>
    errors.push({ field: ['input', field], message, code });
  if (!REASONS.has(reason)) error('reason', 'INVALID_REASON', 'The specified reason is invalid.');
  if (!/^[a-z][a-z0-9+.-]*:\S+$/i.test(referenceDocumentUri))
    error(
      'referenceDocumentUri',
      'INVALID_REFERENCE_DOCUMENT',
      'The specified reference document is invalid.',
    );
  const uris = new Set(
    changes.flatMap(({ from, to }) => [from.ledgerDocumentUri, to.ledgerDocumentUri]).filter((uri) => uri),
  );
  if (uris.size > MOST_LEDGER_URIS)
    error(
      'changes',
      'MAXIMUM_LEDGER_DOCUMENT_URIS',
      'Only a maximum of 2 ledger document URIs across all changes is allowed.',
    );
  return errors;
}

function moveErrors({ from, to, quantity }: Move, level: Level): [string[], string, string][] {
  const errors: [string[], string, string][] = [];
  if (from.locationId !== to.locationId)
    errors.push([[], 'DIFFERENT_LOCATIONS', "The quantities can't be moved between different locations."]);
  if (from.name === to.name)
    errors.push([[], 'SAME_QUANTITY_NAME', "The quantity names for each change can't be the same."]);
  if (quantity < 0)
    errors.push([['quantity'], 'INVALID_QUANTITY_NEGATIVE', "The quantity can't be negative."]);
  if (quantity > HIGHEST)
    errors.push([
      ['quantity'],
      'INVALID_QUANTITY_TOO_HIGH',
      "The quantity can't be higher than 2,000,000,000.",
    ]);
  for (const [side, terminal] of [
    ['from', from],
    ['to', to],
  ] as const) {
    const { name, ledgerDocumentUri: uri, changeFromQuantity: expected } = terminal;
    if (!(QUANTITIES as readonly string[]).includes(name) || name === 'committed') {
      errors.push([[side, 'name'], 'INVALID_QUANTITY_NAME', 'The specified quantity name is invalid.']);
      continue;
    }
    const wrong = ledgerError(name, uri);
    if (wrong) errors.push([[side, 'ledgerDocumentUri'], ...wrong]);
    if (typeof expected === 'number' && expected !== level.quantities[name as QuantityName])
      errors.push([
        [side, 'changeFromQuantity'],
        'CHANGE_FROM_QUANTITY_STALE',
        'The changeFromQuantity argument no longer matches the persisted quantity.',
      ]);
  }
  return errors;
}

function ledgerError(
  name: string,
  uri: string | null | undefined,
): [code: string, words: string] | undefined {
  if (name === 'available')
    return uri
      ? ['INVALID_AVAILABLE_DOCUMENT', 'A ledger document URI is not allowed when adjusting available.']
      : undefined;
  if (!uri)
    return [
      'INVALID_QUANTITY_DOCUMENT',
      'A ledger document URI is required except when adjusting available.',
    ];
  return uri.startsWith('gid://shopify/')
    ? [
        'INTERNAL_LEDGER_DOCUMENT',
        'Internal (gid://shopify/) ledger documents are not allowed to be adjusted via API.',
      ]
    : undefined;
}
