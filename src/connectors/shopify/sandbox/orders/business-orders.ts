/**
 * Orders of companies as they are placed: the company is known, its location's taxes, terms of payment and catalogue prices
 * count, and who orders acts for it.
 */
import type { OrderSpec } from '../../../../sandbox/kit/types.ts';
import type { OrderBook } from '../book.ts';
import type { Catalogs } from '../companies/catalogs.ts';
import type { Companies, CompanyLocationBook } from '../companies/companies.ts';
import type { Item } from '../inventory/stock.ts';
import { TERMS_TEMPLATES } from '../payments/payment-terms.ts';

export interface BusinessHost {
  companies: Companies;
  catalogs: Catalogs;
  currency: string;
  now(): number;
  item(sku: string | null): Item | undefined;
}

/** What an order's book keeps of a company's order, as the store has agreed it with the company. */
export function agreedWith(host: BusinessHost, spec: OrderSpec): OrderSpec {
  if (!spec.company) return spec;
  const location = locationOf(host, spec, spec.company);
  return { ...priced(host, location, untaxed(location, spec)), ...termsOf(location, spec) };
}

/** Notes an order with the location that has bought and with who has placed it. */
export function placedBy(companies: Companies, order: OrderBook, serial: number): void {
  const location = companies.location(order.company?.locationId ?? '');
  if (!location) return;
  location.orders.push(serial);
  companies.contact(order.company?.contactId ?? '')?.orders.push(serial);
}

/** An order is deleted: nobody has bought it. */
export function unplacedBy(
  companies: Companies,
  order: OrderBook,
  orderAt: (serial: number) => OrderBook,
): void {
  const holders = [
    companies.location(order.company?.locationId ?? ''),
    companies.contact(order.company?.contactId ?? ''),
  ];
  for (const holder of holders)
    if (holder) holder.orders = holder.orders.filter((serial) => orderAt(serial).id !== order.id);
}

/** The contact of a customer at a location's company, a new one if need be; null: a guest orders. */
export function contactOf(companies: Companies, location: CompanyLocationBook, customerId: string | null) {
  if (customerId === null) return null;
  const { company } = location;
  const known = company.contacts.find((each) => each.customerId === customerId);
  if (known) return known;
  const contact = companies.addContact(company, { customerId, title: null });
  const ordering = company.roles.at(-1);
  if (ordering) companies.assign(contact, ordering, location);
  company.mainContact ??= contact;
  return contact;
}

/** The location that buys. One that nobody has made comes into being with its company, as an unknown product does. */
function locationOf(
  { companies, catalogs, currency, now }: BusinessHost,
  { shopper, terms }: OrderSpec,
  { companyId, locationId, name = `Company ${companyId}`, catalogue }: NonNullable<OrderSpec['company']>,
): CompanyLocationBook {
  const known = companies.location(locationId);
  if (known) return known;
  const company =
    companies.get(companyId) ?? companies.create({ id: companyId, name, note: null, externalId: null });
  const address = {
    address1: shopper.address1,
    address2: null,
    city: shopper.city,
    zip: shopper.postalCode,
    zoneCode: shopper.provinceCode,
    countryCode: shopper.countryCode,
    recipient: null,
    firstName: shopper.firstName,
    lastName: shopper.lastName,
    phone: shopper.phone,
    createdAtMs: now(),
    updatedAtMs: now(),
  };
  const location = companies.addLocation(company, {
    id: locationId,
    name,
    terms: TERMS_TEMPLATES.find((each) => each.name === terms?.name) ?? null,
    shipping: { id: companies.nextId(), ...address },
    billing: { id: companies.nextId(), ...address },
  });
  if (!catalogue) return location;
  const { title, percentOff } = catalogue;
  const shared = [...catalogs.all.values()].find((each) => each.title === title);
  const catalog =
    shared ??
    catalogs.add({
      title,
      status: 'ACTIVE',
      locations: new Set(),
      publication: null,
      priceList: catalogs.addPriceList({
        name: title,
        currency,
        adjustment: { type: 'PERCENTAGE_DECREASE', value: Number(percentOff) },
        compareAtMode: 'ADJUSTED',
      }),
    });
  catalog.locations.add(location);
  return location;
}

function priced({ catalogs, item }: BusinessHost, location: CompanyLocationBook, spec: OrderSpec): OrderSpec {
  const lines = spec.lines.map((line) => {
    const found = item(line.sku);
    const price = found ? catalogs.priceFor(location, found) : null;
    return price === null ? line : { ...line, unitPrice: price };
  });
  return { ...spec, lines };
}

function untaxed({ taxExempt }: CompanyLocationBook, spec: OrderSpec): OrderSpec {
  if (!taxExempt) return spec;
  return {
    ...spec,
    taxExempt: true,
    lines: spec.lines.map((line) => ({ ...line, tax: [] })),
    shipping: spec.shipping && { ...spec.shipping, tax: [] },
    ...(spec.fee ? { fee: { ...spec.fee, tax: [] } } : {}),
  };
}

/** Who pays later does so on the location's terms, where the order names none. */
function termsOf(
  { terms, depositPercent }: CompanyLocationBook,
  spec: OrderSpec,
): Pick<OrderSpec, 'terms' | 'depositPercent'> {
  if (spec.terms || terms === null || spec.payment !== 'pending') return {};
  return {
    terms: { name: terms.name, type: terms.type, dueInDays: terms.dueInDays ?? 0 },
    ...(depositPercent === null ? {} : { depositPercent: String(depositPercent) }),
  };
}
