/** Companies, their locations and people as the topics `companies/*`, `company_*` carry them. */
import type {
  AssignmentBook,
  CompanyAddressBook,
  CompanyBook,
  CompanyLocationBook,
  CompanyNews,
  ContactBook,
} from '../companies/companies.ts';
import { countryName } from '../format.ts';
import { gid } from '../ids.ts';
import type { Json, Writer } from './webhook-parts.ts';

export function companyNewsBody(news: CompanyNews, writer: Writer): Json {
  if ('company' in news) return companyBody(news.company, writer);
  if ('location' in news) return locationBody(news.location, writer);
  if ('contact' in news) return contactBody(news.contact, writer);
  return assignmentBody(news.assignment, writer);
}

/** What a piece of news is about. */
export function companyNewsId(news: CompanyNews): string {
  if ('company' in news) return news.company.id;
  if ('location' in news) return news.location.id;
  return 'contact' in news ? news.contact.id : news.assignment.id;
}

function companyBody(company: CompanyBook, { time }: Writer): Json {
  const { mainContact } = company;
  return {
    name: company.name,
    note: company.note,
    external_id: company.externalId,
    main_contact_admin_graphql_api_id: mainContact && gid('CompanyContact', mainContact.id),
    created_at: time.write(company.createdAtMs),
    updated_at: time.write(company.updatedAtMs),
    customer_since: time.write(company.customerSinceMs),
    admin_graphql_api_id: gid('Company', company.id),
  };
}

function locationBody(location: CompanyLocationBook, writer: Writer): Json {
  const { company, taxExempt, taxExemptions, taxRegistrationId, shipping, billing } = location;
  const { time } = writer;
  const address = (each: CompanyAddressBook | null) => each && addressBody(each, company, writer);
  return {
    name: location.name,
    external_id: location.externalId,
    phone: location.phone,
    locale: location.locale,
    created_at: time.write(location.createdAtMs),
    updated_at: time.write(location.updatedAtMs),
    note: location.note,
    buyer_experience_configuration: experienceBody(location),
    admin_graphql_api_id: gid('CompanyLocation', location.id),
    tax_exemptions: taxExemptions,
    tax_settings: {
      tax_registration_id: taxRegistrationId,
      tax_exempt: taxExempt,
      tax_exemptions: taxExemptions,
    },
    company: companyBody(company, writer),
    billing_address: address(billing),
    shipping_address: address(shipping),
    tax_registration: taxRegistrationId === null ? null : { tax_id: taxRegistrationId },
  };
}

/** The vendor's examples know null and `pay_now_only`. */
function experienceBody({ terms, checkoutToDraft }: CompanyLocationBook): Json | null {
  return terms === null && !checkoutToDraft ? null : { pay_now_only: false };
}

function addressBody(address: CompanyAddressBook, company: CompanyBook, { time }: Writer): Json {
  return {
    address1: address.address1,
    city: address.city,
    province: address.zoneCode,
    country: countryName(address.countryCode),
    zip: address.zip,
    recipient: address.recipient,
    first_name: address.firstName,
    last_name: address.lastName,
    address2: address.address2,
    phone: address.phone,
    zone_code: address.zoneCode,
    country_code: address.countryCode,
    created_at: time.write(address.createdAtMs),
    updated_at: time.write(address.updatedAtMs),
    admin_graphql_api_id: gid('CompanyAddress', address.id),
    company_admin_graphql_api_id: gid('Company', company.id),
  };
}

function contactBody(contact: ContactBook, writer: Writer): Json {
  const { time } = writer;
  return {
    customer_admin_graphql_api_id: gid('Customer', contact.customerId),
    title: contact.title,
    locale: contact.locale,
    created_at: time.write(contact.createdAtMs),
    updated_at: time.write(contact.updatedAtMs),
    admin_graphql_api_id: gid('CompanyContact', contact.id),
    company: companyBody(contact.company, writer),
  };
}

function assignmentBody({ contact, location, role }: AssignmentBook, writer: Writer): Json {
  return {
    company_contact: contactBody(contact, writer),
    company_location: locationBody(location, writer),
    company_contact_role: { name: role.name },
  };
}
