/** What apps do with the locations of companies: create, update, delete; their addresses, taxes and terms of payment. */

import type { OrderBook } from '../book.ts';
import { reversible } from '../graphql/connection.ts';
import type { ListArgs } from '../graphql/filters.ts';
import { idIn } from '../ids.ts';
import { type TermsTemplate, termsTemplate } from '../payments/payment-terms.ts';
import type { Companies, CompanyAddressBook, CompanyLocationBook } from './companies.ts';
import {
  addressErrors,
  type CompanyError,
  companyError,
  invalidInput,
  isTooMany,
  nameErrors,
  notFound,
  tooMany,
} from './company-errors.ts';
import { type CompanyNodes, companyAddressNode } from './company-nodes.ts';
import { companyLists } from './company-search.ts';

type AddressInput = Readonly<Record<string, string | null | undefined>>;

interface ExperienceInput {
  checkoutToDraft?: boolean | null;
  editableShippingAddress?: boolean | null;
  paymentTermsTemplateId?: string | null;
  deposit?: { percentage: number } | null;
}

export interface LocationInput {
  name?: string | null;
  note?: string | null;
  externalId?: string | null;
  phone?: string | null;
  locale?: string | null;
  shippingAddress?: AddressInput | null;
  billingAddress?: AddressInput | null;
  billingSameAsShipping?: boolean | null;
  buyerExperienceConfiguration?: ExperienceInput | null;
  taxExempt?: boolean | null;
  taxExemptions?: readonly string[] | null;
  taxRegistrationId?: string | null;
}

interface TaxArgs {
  companyLocationId: string;
  taxExempt?: boolean | null;
  taxRegistrationId?: string | null;
  exemptionsToAssign?: readonly string[] | null;
  exemptionsToRemove?: readonly string[] | null;
}

interface AddressArgs {
  locationId: string;
  address: AddressInput;
  addressTypes: readonly ('BILLING' | 'SHIPPING')[];
}

export interface LocationsHost {
  companies: Companies;
  nodes: CompanyNodes;
  now(): number;
  orderAt(serial: number): OrderBook;
  emailOf(customerId: string): string | null;
  nameOf(customerId: string): string;
  /** Whether something is left on its accounts of store credit. */
  hasCredit(locationId: string): boolean;
  /** Whether somebody drafts an order for it, or for a contact. */
  hasDrafts(of: { locationId: string } | { contactId: string }): boolean;
}

interface Payload {
  companyLocation: unknown;
  userErrors: CompanyError[];
}

const MISSING = "The company location doesn't exist";

export class CompanyLocations {
  readonly #host: LocationsHost;

  constructor(host: LocationsHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    const { companies, nodes } = this.#host;
    return {
      companyLocation: ({ id }: { id: string }) => this.byId(id),
      companyLocations: reversible((args: ListArgs) =>
        companyLists(this.#host).locations(companies.locations(), args, (each) => nodes.location(each)),
      ),
      companyLocationCreate: (args: { companyId: string; input: LocationInput }) =>
        this.#create(args.companyId, args.input),
      companyLocationUpdate: (args: { companyLocationId: string; input: LocationInput }) =>
        this.#update(args.companyLocationId, args.input),
      companyLocationDelete: ({ companyLocationId: id }: { companyLocationId: string }) => {
        const field = 'companyLocationId';
        const location = this.#find(id);
        if (location && !this.#blockerOf(location)) this.#host.companies.deleteLocation(location);
        else
          return {
            deletedCompanyLocationId: null,
            userErrors: [
              location
                ? companyError('FAILED_TO_DELETE', field, 'Failed to delete the company location.')
                : notFound(field, MISSING),
            ],
          };
        return { deletedCompanyLocationId: id, userErrors: [] };
      },
      companyLocationsDelete: ({ companyLocationIds }: { companyLocationIds: readonly string[] }) =>
        this.#deleteAll(companyLocationIds),
      companyLocationAssignAddress: (args: AddressArgs) => this.#assignAddress(args),
      companyAddressDelete: ({ addressId }: { addressId: string }) => this.#deleteAddress(addressId),
      companyLocationTaxSettingsUpdate: (args: TaxArgs) => this.#setTaxes(args),
      companyLocationAssignTaxExemptions: (args: { companyLocationId: string; taxExemptions: string[] }) =>
        this.#setTaxes({
          companyLocationId: args.companyLocationId,
          exemptionsToAssign: args.taxExemptions,
        }),
      companyLocationRevokeTaxExemptions: (args: { companyLocationId: string; taxExemptions: string[] }) =>
        this.#setTaxes({
          companyLocationId: args.companyLocationId,
          exemptionsToRemove: args.taxExemptions,
        }),
      companyLocationCreateTaxRegistration: (args: { locationId: string; taxId: string }) =>
        this.#setTaxes({ companyLocationId: args.locationId, taxRegistrationId: args.taxId }),
      companyLocationRevokeTaxRegistration: (args: { companyLocationId: string }) =>
        this.#setTaxes({ ...args, taxRegistrationId: null }),
    };
  }

  byId(id: string): unknown {
    const found = this.#find(id);
    return found ? this.#host.nodes.location(found) : null;
  }

  addressById(id: string): unknown {
    const found = this.#ofAddress(id);
    return found ? companyAddressNode(found.address, found.location.company) : null;
  }

  #find(id: string): CompanyLocationBook | undefined {
    return this.#host.companies.location(idIn('CompanyLocation', id) ?? '');
  }

  #create(companyId: string, input: LocationInput): Payload {
    const { companies } = this.#host;
    const refused = (...userErrors: CompanyError[]) => ({ companyLocation: null, userErrors });
    const company = companies.get(idIn('Company', companyId) ?? '');
    if (!company) return refused(notFound('companyId'));
    const { billingSameAsShipping, ...meant } = input;
    if (Object.values(meant).every((value) => value === null || value === undefined))
      return refused(companyError('NO_INPUT', null, 'Company location create input is empty.'));
    const errors = locationErrors(companies, input, ['input']);
    if (errors.length > 0) return refused(...errors);
    const name = input.name?.trim() || input.shippingAddress?.address1 || company.name;
    return this.#payload(companies.addLocation(company, locationOf(this.#host, input, name)));
  }

  #update(id: string, input: LocationInput): Payload {
    const { companies } = this.#host;
    const refused = (...userErrors: CompanyError[]) => ({ companyLocation: null, userErrors });
    const location = this.#find(id);
    if (!location) return refused(notFound('input', MISSING));
    if (Object.keys(input).length === 0)
      return refused(companyError('NO_INPUT', null, 'Company location update input is empty.'));
    const errors = locationErrors(companies, input, ['input'], location);
    if (errors.length > 0) return refused(...errors);
    if (input.name) location.name = input.name.trim();
    if (input.note !== undefined) location.note = input.note;
    if (input.externalId !== undefined) location.externalId = input.externalId;
    if (input.phone !== undefined) location.phone = input.phone || null;
    if (input.locale) location.locale = input.locale;
    Object.assign(location, experienceOf(input.buyerExperienceConfiguration, location));
    return this.#changed(location);
  }

  #deleteAll(ids: readonly string[]): unknown {
    if (isTooMany(ids))
      return { deletedCompanyLocationIds: null, userErrors: [tooMany('companyLocationIds')] };
    const deleted: string[] = [];
    const userErrors: CompanyError[] = [];
    for (const [index, id] of ids.entries()) {
      const field = ['companyLocationIds', String(index)];
      const location = this.#find(id);
      const blocker = location && this.#blockerOf(location);
      if (!location) userErrors.push(notFound(field));
      else if (blocker)
        userErrors.push(
          companyError(
            'INTERNAL_ERROR',
            field,
            `Failed to delete CompanyLocation ${location.id}: CompanyLocation ${blocker}`,
          ),
        );
      else {
        this.#host.companies.deleteLocation(location);
        deleted.push(id);
      }
    }
    return { deletedCompanyLocationIds: deleted, userErrors };
  }

  /** Why a location must stay. */
  #blockerOf({ id, company, orders }: CompanyLocationBook): string | null {
    if (company.locations.length === 1) return 'is the only location for the company';
    if (orders.length > 0) return 'has orders';
    if (this.#host.hasDrafts({ locationId: id })) return 'has draft orders';
    return this.#host.hasCredit(id) ? 'has non-zero store credit balance' : null;
  }

  #assignAddress({ locationId, address, addressTypes }: AddressArgs): unknown {
    const refused = (...userErrors: CompanyError[]) => ({ addresses: null, userErrors });
    const location = this.#find(locationId);
    if (!location) return refused(notFound('locationId', MISSING));
    if (addressTypes.length === 0 || new Set(addressTypes).size < addressTypes.length)
      return refused(invalidInput(null));
    const errors = addressErrors(address, ['address']);
    if (errors.length > 0) return refused(...errors);
    const made = addressTypes.map((type) => {
      const place = type === 'BILLING' ? 'billing' : 'shipping';
      const known = location[place];
      const book = addressOf(this.#host, address, known ?? undefined);
      location[place] = book;
      return companyAddressNode(book, location.company);
    });
    this.#changed(location);
    return { addresses: made, userErrors: [] };
  }

  #deleteAddress(addressId: string): unknown {
    const found = this.#ofAddress(addressId);
    if (!found)
      return {
        deletedAddressId: null,
        userErrors: [notFound('addressId', 'Company address was not found.')],
      };
    found.location[found.place] = null;
    this.#changed(found.location);
    return { deletedAddressId: addressId, userErrors: [] };
  }

  #ofAddress(globalId: string) {
    const id = idIn('CompanyAddress', globalId);
    for (const location of this.#host.companies.locations())
      for (const place of ['billing', 'shipping'] as const) {
        const address = location[place];
        if (address && address.id === id) return { location, place, address };
      }
    return undefined;
  }

  #setTaxes(args: TaxArgs): Payload {
    const location = this.#find(args.companyLocationId);
    if (!location) return { companyLocation: null, userErrors: [notFound('companyLocationId', MISSING)] };
    const { taxExempt, taxRegistrationId, exemptionsToAssign, exemptionsToRemove } = args;
    if (typeof taxExempt === 'boolean') location.taxExempt = taxExempt;
    if (taxRegistrationId !== undefined) location.taxRegistrationId = taxRegistrationId || null;
    const gone = new Set(exemptionsToRemove ?? []);
    const all = [...location.taxExemptions, ...(exemptionsToAssign ?? [])];
    location.taxExemptions = [...new Set(all)].filter((each) => !gone.has(each));
    return this.#changed(location);
  }

  #changed(location: CompanyLocationBook): Payload {
    this.#host.companies.locationChanged(location);
    return this.#payload(location);
  }

  #payload(location: CompanyLocationBook): Payload {
    return { companyLocation: this.#host.nodes.location(location), userErrors: [] };
  }
}

/** What is wrong with a location; `own` is the one that it is to be. */
export function locationErrors(
  companies: Companies,
  input: LocationInput,
  at: readonly string[],
  own?: CompanyLocationBook,
): CompanyError[] {
  const taken = (externalId: string) =>
    companies.locations().some((each) => each !== own && each.externalId === externalId);
  const errors = nameErrors(input, at, { isNew: own === undefined, taken });
  for (const place of ['shippingAddress', 'billingAddress'] as const) {
    const given = input[place];
    if (given) errors.push(...addressErrors(given, [...at, place]));
  }
  if (input.billingSameAsShipping && input.billingAddress)
    errors.push(invalidInput([...at, 'billingAddress']));
  if (input.billingSameAsShipping && !input.shippingAddress && own === undefined)
    errors.push(invalidInput([...at, 'shippingAddress']));
  if (input.taxExempt === null) errors.push(invalidInput([...at, 'taxExempt']));
  const experience = input.buyerExperienceConfiguration;
  if (experience) errors.push(...experienceErrors(experience, [...at, 'buyerExperienceConfiguration'], own));
  return errors;
}

function experienceErrors(
  input: ExperienceInput,
  at: readonly string[],
  own: CompanyLocationBook | undefined,
): CompanyError[] {
  if (Object.keys(input).length === 0) return [invalidInput(at)];
  const { paymentTermsTemplateId: termsId, deposit } = input;
  const terms = termsId === undefined ? (own?.terms ?? null) : termsOf(termsId);
  if (termsId && !terms)
    return [notFound([...at, 'paymentTermsTemplateId'], 'Payment terms template does not exist.')];
  if (!deposit) return [];
  if (!terms)
    return [companyError('INVALID', [...at, 'deposit'], 'Deposit requires a payment terms template.')];
  if (deposit.percentage <= 0 || deposit.percentage > 100)
    return [
      companyError('INVALID', [...at, 'deposit', 'percentage'], 'Percentage must be between 0 and 100.'),
    ];
  return [];
}

const termsOf = (id: string | null): TermsTemplate | null =>
  id === null ? null : (termsTemplate(id) ?? null);

type Experience = Pick<
  CompanyLocationBook,
  'terms' | 'depositPercent' | 'checkoutToDraft' | 'editableShippingAddress'
>;

/** How a location buys after an input; what that does not name stays. */
function experienceOf(input: ExperienceInput | null | undefined, before: Experience): Experience {
  const { terms, depositPercent, checkoutToDraft, editableShippingAddress } = before;
  if (!input) return { terms, depositPercent, checkoutToDraft, editableShippingAddress };
  const newTerms = input.paymentTermsTemplateId === undefined ? terms : termsOf(input.paymentTermsTemplateId);
  const deposit = input.deposit === undefined ? depositPercent : (input.deposit?.percentage ?? null);
  return {
    terms: newTerms,
    depositPercent: newTerms === null ? null : deposit,
    checkoutToDraft: input.checkoutToDraft ?? checkoutToDraft,
    editableShippingAddress: input.editableShippingAddress ?? editableShippingAddress,
  };
}

const PLAIN: Experience = {
  terms: null,
  depositPercent: null,
  checkoutToDraft: false,
  editableShippingAddress: false,
};

interface Maker {
  companies: Companies;
  now(): number;
}

/** The parts of a new location. */
export function locationOf(
  host: Maker,
  input: LocationInput,
  name: string,
): Partial<CompanyLocationBook> & Pick<CompanyLocationBook, 'name'> {
  const shipping = input.shippingAddress ? addressOf(host, input.shippingAddress) : null;
  const same = input.billingSameAsShipping && shipping;
  const billing = input.billingAddress ? addressOf(host, input.billingAddress) : null;
  return {
    name,
    note: input.note ?? null,
    externalId: input.externalId ?? null,
    phone: input.phone || null,
    locale: input.locale || 'en',
    shipping,
    billing: same ? { ...same, id: host.companies.nextId() } : billing,
    taxExempt: input.taxExempt ?? false,
    taxExemptions: [...new Set(input.taxExemptions ?? [])],
    taxRegistrationId: input.taxRegistrationId || null,
    ...experienceOf(input.buyerExperienceConfiguration, PLAIN),
  };
}

/** An address as it was given; one that it replaces keeps its id. */
function addressOf(host: Maker, input: AddressInput, known?: CompanyAddressBook): CompanyAddressBook {
  const text = (name: string) => input[name]?.trim() || null;
  const now = host.now();
  return {
    id: known?.id ?? host.companies.nextId(),
    address1: text('address1'),
    address2: text('address2'),
    city: text('city'),
    zip: text('zip'),
    zoneCode: text('zoneCode'),
    countryCode: text('countryCode') ?? '',
    recipient: text('recipient'),
    firstName: text('firstName'),
    lastName: text('lastName'),
    phone: text('phone'),
    createdAtMs: known?.createdAtMs ?? now,
    updatedAtMs: now,
  };
}
