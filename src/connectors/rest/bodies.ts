/** Canonical commands as request bodies of the API: minor units become decimal text, ids of persons become parties. */
import type { z } from 'zod';
import type { Person } from '../../domain/canonical/index.ts';
import type { CommandBodies, SalesOrderDocument, SalesOrderTax } from '../../domain/commands.ts';
import { formatMinor } from '../../domain/money.ts';
import type { Party, RefundCreate, ReleaseCreate, SalesOrderCreate, SalesOrderRevision } from './api.ts';

type Persons = ReadonlyMap<string, Person>;

/** The content of a sales order, without its reference. */
export function salesOrderBody(
  document: SalesOrderDocument,
  persons: Persons,
): z.input<typeof SalesOrderRevision> {
  const { currency } = document;
  const amount = (minor: number) => formatMinor(minor, currency);
  const taxes = (all: readonly SalesOrderTax[]) =>
    all.map(({ code, rate, amountMinor, channelLiable }) => ({
      code,
      rate,
      amount: amount(amountMinor),
      channelLiable,
    }));
  return {
    orderName: document.orderName,
    entity: document.entity,
    brand: document.brand,
    currency,
    taxesIncluded: document.taxesIncluded,
    placedAt: document.placedAt,
    paymentMethod: document.paymentMethod,
    ...(document.tenders
      ? {
          tenders: document.tenders.map(({ paymentMethod, amountMinor }) => ({
            paymentMethod,
            amount: amount(amountMinor),
          })),
        }
      : {}),
    customer: partyOf(document.customerId, persons),
    shipTo: partyOf(document.shipToId, persons),
    lines: document.lines.map((line) => ({
      lineId: line.lineId,
      item: line.item,
      title: line.title,
      quantity: line.quantity,
      amount: amount(line.amountMinor),
      discount: amount(line.discountMinor),
      taxes: taxes(line.taxes),
      ...(line.giftCard ? { giftCard: true } : {}),
    })),
    charges: document.charges.map((charge) => ({
      kind: charge.kind,
      title: charge.title,
      amount: amount(charge.amountMinor),
      taxes: taxes(charge.taxes),
    })),
    total: amount(document.totalMinor),
  };
}

export function newSalesOrderBody(
  document: SalesOrderDocument,
  persons: Persons,
): z.input<typeof SalesOrderCreate> {
  return { reference: document.reference, ...salesOrderBody(document, persons) };
}

export function refundBody(refund: CommandBodies['erp.recordRefund']): z.input<typeof RefundCreate> {
  const amount = (minor: number) => formatMinor(minor, refund.currency);
  return {
    refundId: refund.refundId,
    currency: refund.currency,
    cash: amount(refund.cashMinor),
    credits: refund.credits.map(({ lineId, quantity, amountMinor, taxMinor }) => ({
      lineId,
      quantity,
      amount: amount(amountMinor),
      tax: amount(taxMinor),
    })),
    shipping: amount(refund.shippingMinor),
    removed: amount(refund.removedMinor),
    adjustment: amount(refund.adjustmentMinor),
    refundedAt: refund.refundedAt,
  };
}

export function releaseBody(
  release: CommandBodies['fulfilment.release'],
  persons: Persons,
): z.input<typeof ReleaseCreate> {
  const { releaseId, reference, orderName, location, shipToId, lines } = release;
  return { releaseId, reference, orderName, location, shipTo: partyOf(shipToId, persons), lines };
}

/** A person who was redacted, or is not known here, is only an id. */
function partyOf(personId: string | null, persons: Persons): z.input<typeof Party> | null {
  if (personId === null) return null;
  const person = persons.get(personId);
  if (!person) return { id: personId };
  const { schema: _schema, personId: id, ...content } = person;
  return { id, ...content };
}
