/**
 * The canonical model as JSON Schema (draft 2020-12), one document a schema; a schema names the parts that are schemas of
 * their own by their ids. A change that breaks a reader is a new version beside the old one.
 */
import { z } from 'zod';
import { MoneySchema, TwoMoney } from './common.ts';
import {
  BankLine,
  BankStatement,
  Dispute,
  Payout,
  Posting,
  PostingLine,
  Settlement,
  SettlementEntry,
} from './money-documents.ts';
import {
  Company,
  Delivery,
  DiscountAllocation,
  ExtraCharge,
  Fulfilment,
  FulfilmentLine,
  Hold,
  LineItem,
  Order,
  Payment,
  PaymentTerms,
  Price,
  Refund,
  RefundLine,
  ShippingLine,
  TaxLine,
  Tracking,
} from './order.ts';
import { AddressRef, Customer, Person } from './person.ts';
import { Product } from './product.ts';
import { ExchangeLine, Return, ReturnDisposition, ReturnLine } from './return.ts';
import { StockMovement, StockPosition } from './stock.ts';

/** Every schema by its name and version, with what it is. */
export const CANONICAL_SCHEMAS = {
  'order/1': [Order, 'A snapshot of what a channel says about one order'],
  'line-item/1': [LineItem, 'One line of an order, with the channel’s own amounts for all its units'],
  'price/1': [Price, 'Price of one unit before discounts, as decimal text in both moneys'],
  'tax-line/1': [TaxLine, 'One tax on a line, on shipping or on a charge'],
  'discount-allocation/1': [DiscountAllocation, 'What one discount takes off a line or off shipping'],
  'shipping-line/1': [ShippingLine, 'Delivery, as it is charged'],
  'extra-charge/1': [ExtraCharge, 'What an order charges besides goods and shipping'],
  'customer/1': [Customer, 'Who bought, without who that is'],
  'address/1': [AddressRef, 'Where it goes, as far as tax and routing need to know'],
  'person/1': [Person, 'A person or a place of delivery; stands apart and can be redacted'],
  'payment/1': [Payment, 'One transaction of an order’s payment'],
  'refund/1': [Refund, 'What was given back: units, shipping and money'],
  'refund-line/1': [RefundLine, 'Units of a line that a refund is for'],
  'return/1': [Return, 'Goods that come back'],
  'return-line/1': [ReturnLine, 'Units of a line that come back, and what becomes of them'],
  'return-disposition/1': [ReturnDisposition, 'What has become of units that came back'],
  'exchange-line/1': [ExchangeLine, 'Goods that go out in exchange for what comes back'],
  'payment-terms/1': [PaymentTerms, 'When the money of an order is due'],
  'company/1': [Company, 'The company that bought'],
  'delivery/1': [Delivery, 'How the goods reach the customer'],
  'fulfilment/1': [Fulfilment, 'A parcel, as the channel knows it'],
  'fulfilment-line/1': [FulfilmentLine, 'Units of a line'],
  'tracking/1': [Tracking, 'How a parcel can be followed'],
  'hold/1': [Hold, 'Why the channel wants an order to wait'],
  'product/1': [Product, 'What is sold, by its SKU'],
  'two-money/1': [TwoMoney, 'One amount in minor units of the order’s two currencies'],
  'money/1': [MoneySchema, 'An amount in minor units of a currency'],
  'stock-movement/1': [StockMovement, 'One change of a position, by one business act'],
  'stock-position/1': [StockPosition, 'What lies at a location, and what of it is promised'],
  'settlement/1': [Settlement, 'A payout of a payment provider, with what it consists of'],
  'settlement-entry/1': [SettlementEntry, 'One movement of an account at a payment provider'],
  'payout/1': [Payout, 'What a payment provider sends to the bank, or takes from it'],
  'dispute/1': [Dispute, 'A charge that a shopper’s bank questions or takes back'],
  'bank-statement/1': [BankStatement, 'What a bank shows of an account over some days'],
  'bank-line/1': [BankLine, 'One line of a bank’s statement'],
  'posting/1': [Posting, 'A balanced entry of the books'],
  'posting-line/1': [PostingLine, 'One account’s part of a posting'],
} as const satisfies Record<string, readonly [z.ZodType, string]>;

export type CanonicalSchemaName = keyof typeof CANONICAL_SCHEMAS;

/** The id by which schemas name each other. */
export function schemaId(name: string): string {
  return `urn:crossdock:schema:${name}`;
}

/** JSON Schema of each canonical schema, by its name. Readers must take members that they do not know. */
export function canonicalJsonSchemas(): Record<CanonicalSchemaName, object> {
  const registry = z.registry<{ id: string; title: string; description: string }>();
  for (const [name, [schema, description]] of Object.entries(CANONICAL_SCHEMAS))
    registry.add(schema as z.ZodType, { id: name, title: name, description });
  const { schemas } = z.toJSONSchema(registry, {
    uri: schemaId,
    metadata: registry,
    io: 'input',
    override: ({ jsonSchema }) => {
      delete jsonSchema.id;
      // The format says the rest; what it does not say is that instants are in UTC.
      if (jsonSchema.format === 'date-time') jsonSchema.pattern = 'Z$';
      if (jsonSchema.format === 'date') delete jsonSchema.pattern;
    },
  });
  return schemas as Record<CanonicalSchemaName, object>;
}

/** The text of a published schema, and the file that it stands in. */
export function publishedSchemas(): { file: string; text: string }[] {
  return Object.entries(canonicalJsonSchemas()).map(([name, schema]) => ({
    file: `${name.replace('/', '.')}.json`,
    text: `${JSON.stringify(schema, null, 2)}\n`,
  }));
}
