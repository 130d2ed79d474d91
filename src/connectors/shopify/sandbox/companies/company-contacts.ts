/** The people who act for companies, and what they may do where. */

import type { CustomerBook, Customers } from '../customers/customers.ts';
import { idIn } from '../ids.ts';
import type { AssignmentBook, Companies, CompanyLocationBook, ContactBook, RoleBook } from './companies.ts';
import {
  type CompanyError,
  companyError,
  invalidInput,
  isTooMany,
  notFound,
  tooMany,
} from './company-errors.ts';
import type { CompanyNodes } from './company-nodes.ts';

export interface ContactInput {
  email?: string | null;
  firstName?: string | null;
  lastName?: string | null;
  phone?: string | null;
  title?: string | null;
  locale?: string | null;
}

export interface PeopleHost {
  companies: Companies;
  customers: Customers;
}

export interface ContactsHost extends PeopleHost {
  nodes: CompanyNodes;
  /** Whether somebody drafts an order for it. */
  hasDrafts(of: { contactId: string }): boolean;
}

interface Payload {
  companyContact: unknown;
  userErrors: CompanyError[];
}

interface RoleArgs {
  companyContactId: string;
  companyContactRoleId: string;
  companyLocationId: string;
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PHONE = /^\+?[\d\s().-]{6,20}$/;
const LOCALE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/;
const HAS_A_ROLE = 'Company contact has already been assigned a role in that company location.';
const CONTACT_MISSING = "The company contact doesn't exist.";

export class CompanyContacts {
  readonly #host: ContactsHost;

  constructor(host: ContactsHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    const { companies } = this.#host;
    return {
      companyContact: ({ id }: { id: string }) => this.byId(id),
      companyContactRole: ({ id }: { id: string }) => this.roleById(id),
      companyContactCreate: (args: { companyId: string; input: ContactInput }) =>
        this.#create(args.companyId, args.input),
      companyContactUpdate: (args: { companyContactId: string; input: ContactInput }) =>
        this.#update(args.companyContactId, args.input),
      companyContactDelete: ({ companyContactId: id }: { companyContactId: string }) => {
        const error = this.#delete(id, ['companyContactId']);
        return { deletedCompanyContactId: error ? null : id, userErrors: error ? [error] : [] };
      },
      companyContactRemoveFromCompany: ({ companyContactId: id }: { companyContactId: string }) => {
        const error = this.#delete(id, ['companyContactId']);
        return { removedCompanyContactId: error ? null : id, userErrors: error ? [error] : [] };
      },
      companyContactsDelete: ({ companyContactIds: ids }: { companyContactIds: readonly string[] }) => {
        if (isTooMany(ids))
          return { deletedCompanyContactIds: null, userErrors: [tooMany('companyContactIds')] };
        const userErrors = ids.map((id, index) => this.#delete(id, ['companyContactIds', String(index)]));
        return {
          deletedCompanyContactIds: ids.filter((_, index) => !userErrors[index]),
          userErrors: userErrors.filter((each) => each !== undefined),
        };
      },
      companyAssignCustomerAsContact: (args: { companyId: string; customerId: string }) =>
        this.#assignCustomer(args.companyId, args.customerId),
      companyAssignMainContact: (args: { companyId: string; companyContactId: string }) => {
        const company = companies.get(idIn('Company', args.companyId) ?? '');
        const contact = this.#find(args.companyContactId);
        const refused = (error: CompanyError) => ({ company: null, userErrors: [error] });
        if (!company) return refused(notFound('companyId', 'Company does not exist.'));
        if (!contact) return refused(notFound('companyContactId', CONTACT_MISSING));
        if (contact.company !== company)
          return refused(
            companyError(
              'INVALID_INPUT',
              'companyContactId',
              'The company contact does not belong to the company.',
            ),
          );
        company.mainContact = contact;
        companies.changed(company);
        return { company: this.#host.nodes.company(company), userErrors: [] };
      },
      companyRevokeMainContact: ({ companyId }: { companyId: string }) => {
        const company = companies.get(idIn('Company', companyId) ?? '');
        if (!company)
          return { company: null, userErrors: [notFound('companyId', 'Company does not exist.')] };
        company.mainContact = null;
        companies.changed(company);
        return { company: this.#host.nodes.company(company), userErrors: [] };
      },
      ...this.#roles(),
    };
  }

  byId(id: string): unknown {
    const found = this.#find(id);
    return found ? this.#host.nodes.contact(found) : null;
  }

  roleById(id: string): unknown {
    const found = this.#host.companies.role(idIn('CompanyContactRole', id) ?? '');
    return found ? this.#host.nodes.role(found) : null;
  }

  assignmentById(id: string): unknown {
    const found = this.#host.companies.assignment(idIn('CompanyContactRoleAssignment', id) ?? '');
    return found ? this.#host.nodes.assignment(found) : null;
  }

  #find(id: string): ContactBook | undefined {
    return this.#host.companies.contact(idIn('CompanyContact', id) ?? '');
  }

  #create(companyId: string, input: ContactInput): Payload {
    const { companies } = this.#host;
    const refused = (...userErrors: CompanyError[]) => ({ companyContact: null, userErrors });
    const company = companies.get(idIn('Company', companyId) ?? '');
    if (!company) return refused(notFound('companyId', 'Company does not exist.'));
    if (Object.keys(input).length === 0)
      return refused(companyError('NO_INPUT', null, 'Company contact create input is empty.'));
    const errors = contactErrors(this.#host, input, ['input']);
    if (errors.length > 0) return refused(...errors);
    const { title = null, locale = null } = input;
    const customerId = customerOf(this.#host, input).id;
    const contact = companies.addContact(company, { customerId, title, locale });
    return { companyContact: this.#host.nodes.contact(contact), userErrors: [] };
  }

  /** Who somebody is stands with the customer. */
  #update(id: string, input: ContactInput): Payload {
    const { companies, customers } = this.#host;
    const refused = (...userErrors: CompanyError[]) => ({ companyContact: null, userErrors });
    const contact = this.#find(id);
    if (!contact) return refused(notFound('companyContactId', CONTACT_MISSING));
    if (Object.keys(input).length === 0)
      return refused(companyError('NO_INPUT', null, 'Company contact update input is empty.'));
    const customer = customers.get(contact.customerId);
    const errors = contactErrors(this.#host, input, ['input'], customer);
    if (errors.length > 0) return refused(...errors);
    if (input.title !== undefined) contact.title = input.title;
    if (input.locale) contact.locale = input.locale;
    const names = ['firstName', 'lastName', 'email', 'phone'] as const;
    if (customer && names.some((name) => input[name] !== undefined)) {
      const person = structuredClone(customers.person(customer));
      for (const name of names) if (input[name] !== undefined) person[name] = input[name]?.trim() || null;
      customers.write(customer, person);
      customers.changed(customer);
    }
    companies.contactChanged(contact);
    return { companyContact: this.#host.nodes.contact(contact), userErrors: [] };
  }

  #delete(id: string, field: string[]): CompanyError | undefined {
    const contact = this.#find(id);
    if (!contact) return notFound(field, CONTACT_MISSING);
    if (contact.orders.length > 0 || this.#host.hasDrafts({ contactId: contact.id }))
      return companyError(
        'FAILED_TO_DELETE',
        field,
        'Cannot delete a company contact with existing orders or draft orders.',
      );
    this.#host.companies.deleteContact(contact);
    return undefined;
  }

  #assignCustomer(companyId: string, customerId: string): Payload {
    const { companies, customers, nodes } = this.#host;
    const refused = (error: CompanyError) => ({ companyContact: null, userErrors: [error] });
    const company = companies.get(idIn('Company', companyId) ?? '');
    if (!company) return refused(notFound('companyId', 'Company does not exist.'));
    const customer = customers.get(idIn('Customer', customerId) ?? '');
    if (!customer) return refused(notFound('customerId', 'Customer does not exist.'));
    if (!customers.person(customer).email)
      return refused(companyError('INVALID_INPUT', 'companyId', 'Customer must have an email address.'));
    if (companies.contactsOf(customer.id).length > 0)
      return refused(
        companyError('INVALID_INPUT', 'companyId', 'Customer is already associated with a company contact.'),
      );
    const contact = companies.addContact(company, { customerId: customer.id, title: null });
    return { companyContact: nodes.contact(contact), userErrors: [] };
  }

  #roles(): Record<string, unknown> {
    const { nodes } = this.#host;
    return {
      companyContactAssignRole: (args: RoleArgs) => {
        const contact = this.#find(args.companyContactId);
        const made = contact
          ? this.#assign(contact, args.companyContactRoleId, args.companyLocationId, {
              role: [['companyContactRoleId'], "The company contact role doesn't exist."],
              location: [['companyLocationId'], "The company location doesn't exist."],
              taken: null,
            })
          : [notFound('companyContactId', CONTACT_MISSING)];
        return Array.isArray(made)
          ? { companyContactRoleAssignment: null, userErrors: made }
          : { companyContactRoleAssignment: nodes.assignment(made), userErrors: [] };
      },
      companyContactAssignRoles: (args: {
        companyContactId: string;
        rolesToAssign: readonly Omit<RoleArgs, 'companyContactId'>[];
      }) => {
        const contact = this.#find(args.companyContactId);
        if (!contact) return { roleAssignments: null, userErrors: [notFound('companyContactId')] };
        return this.#assignAll(args.rolesToAssign, (each, at) =>
          this.#assign(contact, each.companyContactRoleId, each.companyLocationId, {
            role: [[...at, 'companyContactRoleId']],
            location: [[...at, 'companyLocationId']],
            taken: at,
          }),
        );
      },
      companyLocationAssignRoles: (args: {
        companyLocationId: string;
        rolesToAssign: readonly Omit<RoleArgs, 'companyLocationId'>[];
      }) => {
        if (!this.#location(args.companyLocationId))
          return {
            roleAssignments: null,
            userErrors: [notFound('companyLocationId', 'Location does not exist.')],
          };
        return this.#assignAll(args.rolesToAssign, (each, at) => {
          const contact = this.#find(each.companyContactId);
          if (!contact) return [notFound(at, 'Company contact does not exist.')];
          return this.#assign(contact, each.companyContactRoleId, args.companyLocationId, {
            role: [at, 'Company role does not exist.'],
            location: [at, 'Location does not exist.'],
            taken: at,
          });
        });
      },
      companyContactRevokeRole: (args: {
        companyContactId: string;
        companyContactRoleAssignmentId: string;
      }) => {
        const found = this.#assignment(args.companyContactRoleAssignmentId);
        if (!found || found.contact !== this.#find(args.companyContactId))
          return {
            revokedCompanyContactRoleAssignmentId: null,
            userErrors: [notFound('companyContactRoleAssignmentId', "The role assignment doesn't exist.")],
          };
        this.#host.companies.revoke(found);
        return {
          revokedCompanyContactRoleAssignmentId: args.companyContactRoleAssignmentId,
          userErrors: [],
        };
      },
      companyContactRevokeRoles: (args: {
        companyContactId: string;
        roleAssignmentIds?: readonly string[] | null;
        revokeAll?: boolean | null;
      }) => {
        const contact = this.#find(args.companyContactId);
        if (!contact)
          return {
            revokedRoleAssignmentIds: null,
            userErrors: [notFound('companyContactId', CONTACT_MISSING)],
          };
        const all = contact.company.assignments.filter((each) => each.contact === contact);
        const ids = args.revokeAll
          ? all.map(({ id }) => `gid://shopify/CompanyContactRoleAssignment/${id}`)
          : (args.roleAssignmentIds ?? []);
        // Both would be said twice; neither says nothing.
        if (Boolean(args.revokeAll) === Boolean(args.roleAssignmentIds?.length))
          return { revokedRoleAssignmentIds: null, userErrors: [invalidInput(null)] };
        return this.#revokeAll(ids, 'roleAssignmentIds', (each) => each.contact === contact);
      },
      companyLocationRevokeRoles: (args: { companyLocationId: string; rolesToRevoke: readonly string[] }) => {
        const location = this.#location(args.companyLocationId);
        if (!location)
          return {
            revokedRoleAssignmentIds: null,
            userErrors: [notFound('companyLocationId', 'Location does not exist.')],
          };
        return this.#revokeAll(args.rolesToRevoke, 'rolesToRevoke', (each) => each.location === location);
      },
    };
  }

  /** Gives a role of the contact's company at one of its locations; one of each is enough. */
  #assign(
    contact: ContactBook,
    roleId: string,
    locationId: string,
    say: {
      role: [field: readonly string[], message?: string];
      location: [field: readonly string[], message?: string];
      taken: readonly string[] | null;
    },
  ): AssignmentBook | CompanyError[] {
    const { company } = contact;
    const role: RoleBook | undefined = company.roles.find(
      ({ id }) => id === idIn('CompanyContactRole', roleId),
    );
    const found = this.#location(locationId);
    const location = found?.company === company ? found : undefined;
    if (!role || !location)
      return [...(role ? [] : [notFound(...say.role)]), ...(location ? [] : [notFound(...say.location)])];
    if (company.assignments.some((each) => each.contact === contact && each.location === location))
      return [companyError('LIMIT_REACHED', say.taken, HAS_A_ROLE)];
    return this.#host.companies.assign(contact, role, location);
  }

  #assignAll<Given>(
    given: readonly Given[],
    assign: (each: Given, at: string[]) => AssignmentBook | CompanyError[],
  ): unknown {
    if (isTooMany(given)) return { roleAssignments: null, userErrors: [tooMany('rolesToAssign')] };
    const made = given.map((each, index) => assign(each, ['rolesToAssign', String(index)]));
    return {
      roleAssignments: made.flatMap((each) =>
        Array.isArray(each) ? [] : [this.#host.nodes.assignment(each)],
      ),
      userErrors: made.flatMap((each) => (Array.isArray(each) ? each : [])),
    };
  }

  #revokeAll(ids: readonly string[], field: string, isOwn: (each: AssignmentBook) => boolean): unknown {
    if (isTooMany(ids)) return { revokedRoleAssignmentIds: null, userErrors: [tooMany(field)] };
    const revoked: string[] = [];
    const userErrors: CompanyError[] = [];
    for (const [index, id] of ids.entries()) {
      const found = this.#assignment(id);
      if (found && isOwn(found)) {
        this.#host.companies.revoke(found);
        revoked.push(id);
      } else userErrors.push(notFound([field, String(index)]));
    }
    return { revokedRoleAssignmentIds: revoked, userErrors };
  }

  #location(id: string): CompanyLocationBook | undefined {
    return this.#host.companies.location(idIn('CompanyLocation', id) ?? '');
  }

  #assignment(id: string): AssignmentBook | undefined {
    return this.#host.companies.assignment(idIn('CompanyContactRoleAssignment', id) ?? '');
  }
}

/** What is wrong with a person; `own` is the customer that it is already. */
export function contactErrors(
  { companies, customers }: PeopleHost,
  input: ContactInput,
  at: readonly string[],
  own?: CustomerBook,
): CompanyError[] {
  const errors: CompanyError[] = [];
  const say = (code: CompanyError['code'], name: string, message: string) =>
    errors.push(companyError(code, [...at, name], message));
  const { email, phone, locale } = input;
  if (!email && !own)
    return [companyError('INVALID', at, 'Either the attribute email or customer_id must be provided')];
  const other = (has: (customer: CustomerBook) => boolean) =>
    customers.all().find((each) => each !== own && has(each));
  if (email) {
    const holder = other((each) => same(customers.person(each).email, email));
    if (!EMAIL.test(email)) say('INVALID', 'email', own ? 'Email address is invalid' : 'Email is invalid');
    // Somebody who shops for himself may come to act for a company; who acts for one already may not.
    else if (holder && (own || companies.contactsOf(holder.id).length > 0))
      say('TAKEN', 'email', 'Email address has already been taken.');
  }
  if (phone) {
    const holder = other((each) => same(customers.person(each).phone, phone));
    if (!PHONE.test(phone)) say('INVALID', 'phone', 'Phone is invalid');
    else if (holder && !same(customers.person(holder).email, email))
      say('TAKEN', 'phone', 'Phone number has already been taken.');
  }
  if (locale && !LOCALE.test(locale)) say('INVALID', 'locale', 'Invalid locale format.');
  return errors;
}

/** The customer of a contact: the one of this address, or a new one. */
export function customerOf({ customers }: PeopleHost, input: ContactInput): CustomerBook {
  const email = input.email?.trim() ?? '';
  const known = customers.all().find((each) => same(customers.person(each).email, email));
  if (known) return known;
  const text = (value: string | null | undefined) => value?.trim() || null;
  const person = { firstName: text(input.firstName), lastName: text(input.lastName) };
  return customers.create({ ...person, email, phone: text(input.phone), addresses: [] }, {});
}

function same(one: string | null | undefined, other: string | null | undefined): boolean {
  return Boolean(one) && one?.toLowerCase() === other?.toLowerCase();
}
