/** What apps do with companies: find, create, update, delete. */

import type { OrderBook } from '../book.ts';
import { reversible } from '../graphql/connection.ts';
import type { ListArgs } from '../graphql/filters.ts';
import { idIn } from '../ids.ts';
import type { Companies, CompanyBook, CompanyLocationBook } from './companies.ts';
import { type ContactInput, contactErrors, customerOf, type PeopleHost } from './company-contacts.ts';
import {
  type CompanyError,
  companyError,
  isTooMany,
  nameErrors,
  notFound,
  tooMany,
} from './company-errors.ts';
import { type LocationInput, locationErrors, locationOf } from './company-locations.ts';
import type { CompanyNodes } from './company-nodes.ts';
import { companyLists } from './company-search.ts';

export interface CompanyWritesHost extends PeopleHost {
  /** Whether somebody drafts an order for a location. */
  hasDrafts(of: { locationId: string }): boolean;
  companies: Companies;
  nodes: CompanyNodes;
  now(): number;
  orderAt(serial: number): OrderBook;
  emailOf(customerId: string): string | null;
  nameOf(customerId: string): string;
}

interface CompanyInput {
  name?: string | null;
  note?: string | null;
  externalId?: string | null;
  customerSince?: string | null;
}

interface CreateInput {
  company: CompanyInput;
  companyLocation?: LocationInput | null;
  companyContact?: ContactInput | null;
}

interface Payload {
  company: unknown;
  userErrors: CompanyError[];
}

export class CompanyWrites {
  readonly #host: CompanyWritesHost;

  constructor(host: CompanyWritesHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    const { companies } = this.#host;
    return {
      company: ({ id }: { id: string }) => this.byId(id),
      companies: reversible((args: ListArgs) =>
        companyLists(this.#host).companies(companies.all(), args, (each) => this.#host.nodes.company(each)),
      ),
      companiesCount: ({ limit }: { limit?: number | null }) => {
        const whole = companies.all().length;
        const most = limit ?? whole;
        return { count: Math.min(whole, most), precision: whole > most ? 'AT_LEAST' : 'EXACT' };
      },
      companyCreate: ({ input }: { input: CreateInput }) => this.#create(input),
      companyUpdate: (args: { companyId: string; input: CompanyInput }) =>
        this.#update(args.companyId, args.input),
      companyDelete: ({ id }: { id: string }) => {
        const error = this.#delete(id, ['id'], 'Company does not exist.');
        return { deletedCompanyId: error ? null : id, userErrors: error ? [error] : [] };
      },
      companiesDelete: ({ companyIds }: { companyIds: readonly string[] }) => this.#deleteAll(companyIds),
    };
  }

  byId(id: string): unknown {
    const found = this.#find(id);
    return found ? this.#host.nodes.company(found) : null;
  }

  #find(id: string): CompanyBook | undefined {
    return this.#host.companies.get(idIn('Company', id) ?? '');
  }

  /** A company comes with a location, and with whoever is named as its main contact. */
  #create({ company: given, companyLocation, companyContact }: CreateInput): Payload {
    const { companies } = this.#host;
    const errors = nameErrors({ ...given, name: given.name ?? '' }, ['input', 'company'], {
      isNew: true,
      taken: (externalId) => this.#hasExternalId(externalId),
    });
    if (companyLocation)
      errors.push(...locationErrors(companies, companyLocation, ['input', 'companyLocation']));
    if (companyContact)
      errors.push(...contactErrors(this.#host, companyContact, ['input', 'companyContact']));
    if (errors.length > 0) return { company: null, userErrors: errors };
    const since = given.customerSince ? { customerSinceMs: Date.parse(given.customerSince) } : {};
    const company = companies.create({
      name: given.name?.trim() ?? '',
      note: given.note ?? null,
      externalId: given.externalId ?? null,
      ...since,
    });
    const location = companies.addLocation(
      company,
      locationOf(this.#host, companyLocation ?? {}, companyLocation?.name?.trim() || company.name),
    );
    if (companyContact) {
      const customerId = customerOf(this.#host, companyContact).id;
      const { title = null, locale = null } = companyContact;
      company.mainContact = companies.addContact(company, { customerId, title, locale });
      // The vendor lets who comes with a company order for it.
      const role = company.roles.at(-1);
      if (role) companies.assign(company.mainContact, role, location);
    }
    return { company: this.#host.nodes.company(company), userErrors: [] };
  }

  #update(id: string, input: CompanyInput): Payload {
    const refused = (...userErrors: CompanyError[]) => ({ company: null, userErrors });
    const company = this.#find(id);
    if (!company) return refused(notFound('companyId'));
    if (Object.keys(input).length === 0)
      return refused(companyError('INVALID', 'input', 'At least one attribute to change must be present'));
    if (input.customerSince !== undefined)
      return refused(
        companyError('INVALID_INPUT', ['input', 'customerSince'], 'This field may only be set on creation.'),
      );
    const errors = nameErrors(input, ['input'], {
      isNew: false,
      taken: (externalId) => this.#hasExternalId(externalId, company),
    });
    if (errors.length > 0) return refused(...errors);
    if (input.name) company.name = input.name.trim();
    if (input.note !== undefined) company.note = input.note;
    if (input.externalId !== undefined) company.externalId = input.externalId;
    this.#host.companies.changed(company);
    return { company: this.#host.nodes.company(company), userErrors: [] };
  }

  /** Who has ordered stays. */
  #delete(id: string, field: string[], unknown?: string): CompanyError | undefined {
    const company = this.#find(id);
    if (!company) return notFound(field, unknown);
    const isUsed = ({ id: locationId, orders }: CompanyLocationBook) =>
      orders.length > 0 || this.#host.hasDrafts({ locationId });
    if (company.locations.some(isUsed))
      return companyError('FAILED_TO_DELETE', field, 'Failed to delete the company.');
    this.#host.companies.delete(company);
    return undefined;
  }

  #deleteAll(ids: readonly string[]): unknown {
    if (isTooMany(ids)) return { deletedCompanyIds: null, userErrors: [tooMany('companyIds')] };
    const deleted: string[] = [];
    const userErrors: CompanyError[] = [];
    for (const [index, id] of ids.entries()) {
      const error = this.#delete(id, ['companyIds', String(index)]);
      if (error) userErrors.push(error);
      else deleted.push(id);
    }
    return { deletedCompanyIds: deleted, userErrors };
  }

  #hasExternalId(externalId: string, own?: CompanyBook): boolean {
    return this.#host.companies.all().some((each) => each !== own && each.externalId === externalId);
  }
}
