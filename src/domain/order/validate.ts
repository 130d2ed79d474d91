/**
 * What must be true before anything is promised: the order can be booked, mapped, taxed, delivered, and its totals close.
 * Each problem says what is wrong and what would fix it; a fix (of a mapping, of the order at its channel) clears it.
 */
import {
  addMoney,
  type LineItem,
  NO_MONEY,
  type Order,
  subtractMoney,
  type TaxLine,
  type TwoMoney,
} from '../canonical/index.ts';
import type { CaseReasonName } from '../case-reasons.ts';
import type { Entity } from '../config.ts';
import { formatMinor } from '../money.ts';
import type { DecisionContext } from '../process.ts';
import type { CaseWords } from './draft.ts';
import { locationsFor, needsNoAddress, unknownYet } from './kinds.ts';
import { shippableLines, wantedUnits } from './quantities.ts';
import type { OrderState } from './state.ts';

/** A problem: its case, and what exactly a person accepts who skips it. */
export type Problem = CaseWords & { about: string };

export interface ValidationResult {
  /** Internal SKU by line that ships. */
  skus: Record<string, string>;
  problems: Problem[];
}

function problem(
  reason: CaseReasonName,
  detail: string,
  message: string,
  suggestedFix: string,
  about = '',
): Problem {
  return { key: detail === '' ? reason : `${reason}:${detail}`, reason, message, suggestedFix, about };
}

const discountsOf = (line: { discounts: readonly { amount: TwoMoney }[] }): TwoMoney =>
  addMoney(...line.discounts.map((discount) => discount.amount));

/** Value of a line or shipping line after discounts, for all its units. */
export function netOf(line: { gross: TwoMoney; discounts: readonly { amount: TwoMoney }[] }): TwoMoney {
  return subtractMoney(line.gross, discountsOf(line));
}

/** Tax of some tax lines. */
export function taxOf(taxLines: readonly TaxLine[]): TwoMoney {
  return addMoney(...taxLines.map((tax) => tax.amount));
}

function allTaxLines(order: Order): TaxLine[] {
  return [
    ...order.lines.flatMap((line) => line.taxLines),
    ...order.shipping.flatMap((line) => line.taxLines),
    ...order.extras.flatMap((extra) => extra.taxLines),
  ];
}

/** The sum of all parts as the order was placed, by the channel's own amounts. */
export function sumOfParts(order: Order): TwoMoney {
  const goods = addMoney(NO_MONEY, ...order.lines.map(netOf));
  const shipping = addMoney(NO_MONEY, ...order.shipping.map(netOf));
  const extras = addMoney(NO_MONEY, ...order.extras.map((extra) => extra.amount));
  const tax = order.taxesIncluded ? NO_MONEY : taxOf(allTaxLines(order));
  return addMoney(goods, shipping, extras, tax);
}

function totalsProblems(order: Order, limitMinor: number): Problem[] {
  const residual = subtractMoney(order.total, sumOfParts(order));
  const taxResidual = subtractMoney(order.totalTax, taxOf(allTaxLines(order)));
  const checks: [what: string, amountMinor: number, currency: string][] = [
    ['total', residual.shop, order.shopCurrency],
    ['presentment total', residual.presentment, order.presentmentCurrency],
    ['tax', taxResidual.shop, order.shopCurrency],
    ['presentment tax', taxResidual.presentment, order.presentmentCurrency],
  ];
  const wrong = checks.find(([, amountMinor]) => Math.abs(amountMinor) > limitMinor);
  if (!wrong) return [];
  const [what, amountMinor, currency] = wrong;
  return [
    problem(
      'totals-do-not-close',
      '',
      `The ${what} of order ${order.name} differs from the sum of its parts by ${formatMinor(amountMinor, currency)} ${currency}, more than the rounding limit of ${limitMinor} minor units`,
      'Compare the order at the channel with the raw message; when a part is missing there, correct the order, else accept the difference by skipping this case (it goes to the rounding line)',
      checks.map(([, each]) => each).join(' '),
    ),
  ];
}

function lineProblems(
  line: LineItem,
  order: Order,
  connection: string,
  entity: Entity,
  context: DecisionContext,
  skus: Record<string, string>,
): Problem[] {
  const ships = line.requiresShipping && !line.giftCard;
  const internal =
    line.sku === null || line.sku === ''
      ? undefined
      : context.mappings.toInternal('sku', connection, line.sku);
  // Kept for a line of which nothing is wanted any more, too: units of it may have left.
  if (ships && internal !== undefined) skus[line.lineId] = internal;
  if (wantedUnits(order, line) === 0 && line.fulfilledQuantity === 0) return [];
  if (line.sku === null || line.sku === '') {
    if (!ships) return [];
    return [
      problem(
        'unmapped-sku',
        line.lineId,
        `Line "${line.title}" of order ${order.name} has no SKU, so no stock can be promised`,
        'Give the line a SKU at the channel, or remove it there',
      ),
    ];
  }
  if (internal === undefined) {
    return [
      problem(
        'unmapped-sku',
        line.sku,
        `SKU "${line.sku}" of order ${order.name} is not mapped for ${connection}`,
        `crossdock map set sku ${connection} "${line.sku}" OUR-SKU`,
      ),
    ];
  }
  if (context.mappings.toExternal('sku', entity.erp, internal) === undefined) {
    return [
      problem(
        'unmapped-sku',
        `${entity.erp}:${internal}`,
        `SKU "${internal}" of order ${order.name} has no item in ${entity.erp}`,
        `crossdock map set sku ${entity.erp} ERP-ITEM "${internal}"`,
      ),
    ];
  }
  return [];
}

function taxProblems(order: Order, connection: string, entity: Entity, context: DecisionContext): Problem[] {
  const problems = new Map<string, Problem>();
  for (const tax of allTaxLines(order)) {
    if (tax.amount.shop === 0 && tax.amount.presentment === 0) continue;
    if (tax.channelLiable === null) {
      problems.set(
        'liable',
        problem(
          'tax-liability-unknown',
          '',
          `The channel does not say who owes the tax "${tax.title}" of order ${order.name}`,
          'Settle at the channel whether it remits this tax, then read the order again: crossdock cases retry',
        ),
      );
    }
    const internal = context.mappings.toInternal('tax-code', connection, tax.code);
    const external =
      internal === undefined ? undefined : context.mappings.toExternal('tax-code', entity.erp, internal);
    if (external !== undefined) continue;
    const [where, code] = internal === undefined ? [connection, tax.code] : [entity.erp, internal];
    problems.set(
      `${where}:${code}`,
      problem(
        'unmapped-tax-code',
        code,
        `Tax code "${code}" of order ${order.name} is not mapped for ${where}`,
        internal === undefined
          ? `crossdock map set tax-code ${where} "${code}" OUR-CODE`
          : `crossdock map set tax-code ${where} ERP-CODE "${code}"`,
      ),
    );
  }
  return [...problems.values()];
}

function gatewayProblems(
  order: Order,
  connection: string,
  entity: Entity,
  context: DecisionContext,
): Problem[] {
  const problems: Problem[] = [];
  for (const gateway of order.gateways) {
    const internal = context.mappings.toInternal('gateway', connection, gateway);
    const external =
      internal === undefined ? undefined : context.mappings.toExternal('gateway', entity.erp, internal);
    if (external !== undefined) continue;
    const [where, code] = internal === undefined ? [connection, gateway] : [entity.erp, internal];
    problems.push(
      problem(
        'unmapped-gateway',
        code,
        `Payment gateway "${code}" of order ${order.name} is not mapped for ${where}`,
        internal === undefined
          ? `crossdock map set gateway ${where} "${code}" OUR-METHOD`
          : `crossdock map set gateway ${where} ERP-METHOD "${code}"`,
      ),
    );
  }
  return problems;
}

function addressProblems(order: Order, forgottenAt: string | undefined): Problem[] {
  if (!shippableLines(order).some((line) => wantedUnits(order, line) > line.fulfilledQuantity)) return [];
  if (needsNoAddress(order) || unknownYet(order) !== null) return [];
  if (forgottenAt !== undefined)
    return [
      problem(
        'person-forgotten',
        '',
        `Whoever ordered ${order.name} was forgotten on request, and units of it have not left: their name and address are gone`,
        'Cancel the order (crossdock orders cancel); what a location was asked to send before has its address and goes on',
        forgottenAt,
      ),
    ];
  const missing = order.shipTo === null ? ['address'] : order.shipTo.missing;
  if (missing.length === 0) return [];
  return [
    problem(
      'incomplete-address',
      '',
      `The delivery address of order ${order.name} lacks: ${missing.join(', ')}`,
      'Ask the customer and complete the address at the channel; the order goes on by itself when the change arrives',
      missing.join(', '),
    ),
  ];
}

/** Where the customer fetches the goods must be a location of ours. */
function pickUpProblems(order: Order, connection: string, context: DecisionContext): Problem[] {
  const { delivery } = order;
  if (delivery?.method !== 'pickUp') return [];
  const { mappings, config } = context;
  if (locationsFor(order, connection, mappings, config.locations).length > 0) return [];
  const place = delivery.locationName ?? delivery.location ?? '';
  return [
    problem(
      'unmapped-location',
      place,
      `The customer fetches order ${order.name} at "${place}" of ${connection}, which is no location of ours`,
      `crossdock map set location ${connection} "${place}" OUR-LOCATION`,
    ),
  ];
}

/** One order must not take all there is of an item because somebody's finger slipped. */
function quantityProblems(order: Order, { id, unitsPerItemLimit }: Entity, skus: Record<string, string>) {
  const units = new Map<string, number>();
  for (const line of shippableLines(order)) {
    const item = skus[line.lineId] ?? line.sku ?? line.title;
    units.set(item, (units.get(item) ?? 0) + wantedUnits(order, line));
  }
  return [...units].flatMap(([item, wanted]): Problem[] => {
    if (wanted <= unitsPerItemLimit) return [];
    return [
      problem(
        'implausible-quantity',
        item,
        `Order ${order.name} wants ${wanted} units of "${item}", more than the ${unitsPerItemLimit} that entity ${id} expects of one order`,
        `Correct the quantity at the channel; or skip this case when it is meant; or raise unitsPerItemLimit of entity ${id} in the configuration`,
        String(wanted),
      ),
    ];
  });
}

function customerProblems(order: Order, entity: Entity): Problem[] {
  if (order.customer !== null || !entity.needsCustomer) return [];
  return [
    problem(
      'customer-missing',
      '',
      `Order ${order.name} has no customer, and entity ${entity.id} does not sell to guests`,
      'Name the customer at the channel; or skip this case, and the order goes on as a guest order',
    ),
  ];
}

function currencyProblems(order: Order, entity: Entity): Problem[] {
  const currency = entity.money === 'shop' ? order.shopCurrency : order.presentmentCurrency;
  if (entity.bookedCurrencies.includes(currency)) return [];
  return [
    problem(
      'currency-not-booked',
      currency,
      `Order ${order.name} is in ${currency}, which entity ${entity.id} does not book (it books ${entity.bookedCurrencies.join(', ')})`,
      `Add ${currency} to bookedCurrencies of entity ${entity.id} in the configuration, or cancel the order at the channel`,
    ),
  ];
}

/** Checks an order of an entity against mappings and policies. Several problems of one kind and code are one. */
export function validateOrder(
  order: Order,
  {
    connection,
    forgottenAt,
    substitutes = {},
  }: Pick<OrderState, 'connection' | 'forgottenAt' | 'substitutes'>,
  entity: Entity,
  context: DecisionContext,
): ValidationResult {
  const skus: Record<string, string> = {};
  const problems = [
    ...currencyProblems(order, entity),
    ...customerProblems(order, entity),
    ...order.lines.flatMap((line) => lineProblems(line, order, connection, entity, context, skus)),
    ...quantityProblems(order, entity, skus),
    ...taxProblems(order, connection, entity, context),
    ...gatewayProblems(order, connection, entity, context),
    ...addressProblems(order, forgottenAt),
    ...pickUpProblems(order, connection, context),
    ...totalsProblems(order, context.config.policies.roundingLimitMinor),
  ];
  for (const lineId in substitutes) if (skus[lineId] !== undefined) skus[lineId] = substitutes[lineId] ?? '';
  return { skus, problems: [...new Map(problems.map((found) => [found.key, found])).values()] };
}
