/** How companies and what belongs to them are searched and sorted. */

import type { OrderBook } from '../book.ts';
import { amountSpent } from '../customers/customer-nodes.ts';
import type { Page } from '../graphql/connection.ts';
import { type Fields, type ListArgs, listed } from '../graphql/filters.ts';
import type { AssignmentBook, CompanyBook, CompanyLocationBook, ContactBook, RoleBook } from './companies.ts';
import { ordersOf } from './companies.ts';

interface Host {
  orderAt(serial: number): OrderBook;
  emailOf(customerId: string): string | null;
  nameOf(customerId: string): string;
}

type NodeOf<Item> = (item: Item) => unknown;
type Sorts<Item> = Readonly<Record<string, (item: Item) => string | number>>;

interface Dated {
  id: string;
  createdAtMs: number;
}

const dated = { ID: ({ id }: Dated) => id, CREATED_AT: ({ createdAtMs }: Dated) => createdAtMs };
const updated = { UPDATED_AT: ({ updatedAtMs }: { updatedAtMs: number }) => updatedAtMs };

const LOCATION_FIELDS: Fields<CompanyLocationBook> = {
  default: { text: ({ name, externalId, company }) => [name, externalId ?? '', company.name] },
  id: { id: ({ id }) => id },
  company_id: { id: ({ company }) => company.id },
  name: { text: ({ name }) => name },
  external_id: { text: ({ externalId }) => externalId },
  created_at: { time: ({ createdAtMs }) => createdAtMs },
  updated_at: { time: ({ updatedAtMs }) => updatedAtMs },
};

const LOCATION_SORTS: Sorts<CompanyLocationBook> = {
  ...dated,
  ...updated,
  NAME: ({ name }) => name.toLowerCase(),
  COMPANY_ID: ({ company }) => company.id,
  COMPANY_AND_LOCATION_NAME: ({ name, company }) => `${company.name}\n${name}`.toLowerCase(),
};

const ASSIGNMENT_FIELDS: Fields<AssignmentBook> = {
  id: { id: ({ id }) => id },
  company_contact_id: { id: ({ contact }) => contact.id },
  company_contact_role_id: { id: ({ role }) => role.id },
  company_location_id: { id: ({ location }) => location.id },
  company_id: { id: ({ location }) => location.company.id },
  location_name: { text: ({ location }) => location.name },
  role_name: { text: ({ role }) => role.name },
  created_at: { time: ({ createdAtMs }) => createdAtMs },
};

/** Lists of a store. */
export function companyLists(host: Host) {
  const orders = (company: CompanyBook) => ordersOf(company).map((serial) => host.orderAt(serial));
  const contactFields: Fields<ContactBook> = {
    default: { text: ({ customerId }) => [host.nameOf(customerId), host.emailOf(customerId) ?? ''] },
    id: { id: ({ id }) => id },
    company_id: { id: ({ company }) => company.id },
    email: { text: ({ customerId }) => host.emailOf(customerId) },
    name: { text: ({ customerId }) => host.nameOf(customerId) },
    title: { text: ({ title }) => title },
    created_at: { time: ({ createdAtMs }) => createdAtMs },
    updated_at: { time: ({ updatedAtMs }) => updatedAtMs },
  };
  const contactName = ({ customerId }: ContactBook) => host.nameOf(customerId).toLowerCase();
  const contactEmail = ({ customerId }: ContactBook) => host.emailOf(customerId) ?? '';
  return {
    companies: (items: readonly CompanyBook[], args: ListArgs, node: NodeOf<CompanyBook>): Page =>
      listed(
        items,
        args,
        {
          fields: {
            default: { text: ({ name, externalId }) => [name, externalId ?? ''] },
            id: { id: ({ id }) => id },
            name: { text: ({ name }) => name },
            external_id: { text: ({ externalId }) => externalId },
            created_at: { time: ({ createdAtMs }) => createdAtMs },
            updated_at: { time: ({ updatedAtMs }) => updatedAtMs },
            since_date: { time: ({ customerSinceMs }) => customerSinceMs },
          },
          sorts: {
            ...dated,
            ...updated,
            NAME: ({ name }) => name.toLowerCase(),
            SINCE_DATE: ({ customerSinceMs }) => customerSinceMs,
            ORDER_COUNT: (company) => ordersOf(company).length,
            TOTAL_SPENT: (company) => Number(amountSpent(orders(company))),
          },
        },
        node,
      ),
    locations: (
      items: readonly CompanyLocationBook[],
      args: ListArgs,
      node: NodeOf<CompanyLocationBook>,
    ): Page => listed(items, args, { fields: LOCATION_FIELDS, sorts: LOCATION_SORTS }, node),
    contacts: (items: readonly ContactBook[], args: ListArgs, node: NodeOf<ContactBook>): Page =>
      listed(
        items,
        args,
        {
          fields: contactFields,
          sorts: {
            ...dated,
            ...updated,
            COMPANY_ID: ({ company }) => company.id,
            NAME: contactName,
            EMAIL: contactEmail,
            NAME_EMAIL: (each) => `${contactName(each)}\n${contactEmail(each)}`,
            TITLE: ({ title }) => title ?? '',
          },
        },
        node,
      ),
    roles: (items: readonly RoleBook[], args: ListArgs, node: NodeOf<RoleBook>): Page =>
      listed(items, args, { fields: {}, sorts: { ID: ({ id }) => id } }, node),
    assignments: (items: readonly AssignmentBook[], args: ListArgs, node: NodeOf<AssignmentBook>): Page =>
      listed(
        items,
        args,
        {
          fields: ASSIGNMENT_FIELDS,
          sorts: {
            ...dated,
            UPDATED_AT: ({ createdAtMs }) => createdAtMs,
            LOCATION_NAME: ({ location }) => location.name.toLowerCase(),
          },
        },
        node,
      ),
  };
}
