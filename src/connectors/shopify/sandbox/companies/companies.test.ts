import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { SERVED_VERSIONS } from '../graphql/versions.ts';
import { act, anOrderSpec, startStore, type TestStore } from '../testing.ts';

async function open(context: TestContext, ...options: Parameters<typeof startStore>): Promise<TestStore> {
  const test = await startStore(...options);
  context.after(() => test.close());
  return test;
}

const ERRORS = 'userErrors { field message code }';
const CREATE = `mutation ($input: CompanyCreateInput!) { companyCreate(input: $input) { company { id name externalId
  customerSince lifetimeDuration contactsCount { count } locationsCount { count } defaultRole { name }
  contactRoles(first: 5) { nodes { id name } }
  mainContact { id title isMainContact customer { id email displayName } roleAssignments(first: 5) { nodes { role { name }
    companyLocation { name } } } }
  locations(first: 5) { nodes { id name phone currency shippingAddress { address1 companyName formattedAddress }
    billingAddress { id city } taxSettings { taxExempt taxExemptions taxRegistrationId }
    buyerExperienceConfiguration { checkoutToDraft editableShippingAddress paymentTermsTemplate { id name dueInDays }
      deposit { ... on DepositPercentage { percentage } } } } }
  } ${ERRORS} } }`;
const ADDRESS = { address1: 'Kai 3', city: 'Hamburg', zip: '20457', countryCode: 'DE' };
const INPUT = {
  company: { name: 'Kaffeehaus Kaiser', externalId: 'ERP-77' },
  companyContact: { firstName: 'Ida', lastName: 'Kaiser', email: 'ida@kaiser.example', title: 'Buyer' },
  companyLocation: {
    name: 'Hafen',
    shippingAddress: ADDRESS,
    billingSameAsShipping: true,
    taxExemptions: ['EU_REVERSE_CHARGE_EXEMPTION_RULE'],
    taxRegistrationId: 'DE123456789',
    buyerExperienceConfiguration: {
      paymentTermsTemplateId: 'gid://shopify/PaymentTermsTemplate/4',
      deposit: { percentage: 25 },
      checkoutToDraft: true,
    },
  },
};

const codes = (payload: { userErrors: { field: string[] | null; code: string }[] }) =>
  payload.userErrors.map(({ field, code }) => [field?.join('.') ?? null, code]);

describe('a company', () => {
  it('comes with a location, with two roles, and with whoever is named as its main contact', async (context) => {
    const test = await open(context);
    const { company, userErrors } = await act(test, CREATE, { input: INPUT });
    assert.deepEqual(userErrors, []);
    const { locations, mainContact, contactRoles, ...own } = company;
    assert.deepEqual(
      { ...own, id: '' },
      {
        id: '',
        name: 'Kaffeehaus Kaiser',
        externalId: 'ERP-77',
        customerSince: '2026-11-23T06:00:00Z',
        lifetimeDuration: 'less than a minute',
        contactsCount: { count: 1 },
        locationsCount: { count: 1 },
        defaultRole: { name: 'Ordering only' },
      },
    );
    assert.deepEqual(
      contactRoles.nodes.map(({ name }: { name: string }) => name),
      ['Location admin', 'Ordering only'],
    );
    assert.equal(mainContact.isMainContact, true);
    assert.equal(mainContact.customer.displayName, 'Ida Kaiser');
    assert.deepEqual(mainContact.roleAssignments.nodes, [
      { role: { name: 'Ordering only' }, companyLocation: { name: 'Hafen' } },
    ]);
    const [location] = locations.nodes;
    assert.equal(location.billingAddress.city, 'Hamburg');
    assert.deepEqual(location.shippingAddress.formattedAddress, [
      'Kaffeehaus Kaiser',
      'Kai 3',
      '20457 Hamburg',
      'Germany',
    ]);
    assert.deepEqual(location.taxSettings, {
      taxExempt: false,
      taxExemptions: ['EU_REVERSE_CHARGE_EXEMPTION_RULE'],
      taxRegistrationId: 'DE123456789',
    });
    assert.deepEqual(location.buyerExperienceConfiguration, {
      checkoutToDraft: true,
      editableShippingAddress: false,
      paymentTermsTemplate: { id: 'gid://shopify/PaymentTermsTemplate/4', name: 'Net 30', dueInDays: 30 },
      deposit: { percentage: 25 },
    });
    // Without more it has the company's name.
    const bare = await act(test, CREATE, { input: { company: { name: 'Zum Anker' } } });
    assert.deepEqual(
      bare.company.locations.nodes.map(({ name }: { name: string }) => name),
      ['Zum Anker'],
    );
  });

  it('is refused with the vendor’s codes where its input is wrong, and nothing is made', async (context) => {
    const test = await open(context);
    await act(test, CREATE, { input: INPUT });
    const refused = async (input: object) => codes(await act(test, CREATE, { input }));
    assert.deepEqual(await refused({ company: { name: ' ' } }), [['input.company.name', 'BLANK']]);
    assert.deepEqual(await refused({ company: { name: 'x'.repeat(256), note: 'n'.repeat(5_001) } }), [
      ['input.company.name', 'TOO_LONG'],
      ['input.company.notes', 'TOO_LONG'],
    ]);
    assert.deepEqual(await refused({ company: { name: 'A', externalId: 'ERP-77' } }), [
      ['input.company.externalId', 'TAKEN'],
    ]);
    assert.deepEqual(await refused({ company: { name: 'A', externalId: 'ä' } }), [
      ['input.company.externalId', 'INVALID'],
    ]);
    assert.deepEqual(await refused({ company: { name: 'A' }, companyContact: { firstName: 'Bo' } }), [
      ['input.companyContact', 'INVALID'],
    ]);
    assert.deepEqual(
      await refused({
        company: { name: 'A' },
        companyLocation: { shippingAddress: { address1: '<b>x</b>', countryCode: 'DE' } },
      }),
      [['input.companyLocation.shippingAddress.address1', 'INVALID']],
    );
    assert.deepEqual(
      await refused({
        company: { name: 'A' },
        companyLocation: { buyerExperienceConfiguration: { deposit: { percentage: 10 } } },
      }),
      [['input.companyLocation.buyerExperienceConfiguration.deposit', 'INVALID']],
    );
    assert.equal((await act(test, '{ companiesCount { count } }')).count, 1);
  });

  it('is changed, found, and deleted while it has not ordered', async (context) => {
    const test = await open(context);
    const { company } = await act(test, CREATE, { input: INPUT });
    const update = `mutation ($id: ID!, $input: CompanyInput!) { companyUpdate(companyId: $id, input: $input) { company { name note } ${ERRORS} } }`;
    assert.deepEqual(codes(await act(test, update, { id: company.id, input: {} })), [['input', 'INVALID']]);
    assert.deepEqual(
      codes(await act(test, update, { id: company.id, input: { customerSince: '2020-01-01T00:00:00Z' } })),
      [['input.customerSince', 'INVALID_INPUT']],
    );
    const changed = await act(test, update, { id: company.id, input: { name: 'Kaiser & Co', note: 'old' } });
    assert.deepEqual(changed.company, { name: 'Kaiser & Co', note: 'old' });
    await act(test, CREATE, { input: { company: { name: 'Anker' } } });
    const list = `query ($query: String, $sortKey: CompanySortKeys, $after: String) { companies(first: 1, query: $query, sortKey: $sortKey, after: $after) {
      nodes { name } pageInfo { hasNextPage endCursor } } }`;
    const first = await act(test, list, { sortKey: 'NAME' });
    assert.deepEqual([first.nodes, first.pageInfo.hasNextPage], [[{ name: 'Anker' }], true]);
    const second = await act(test, list, { sortKey: 'NAME', after: first.pageInfo.endCursor });
    assert.deepEqual(second.nodes, [{ name: 'Kaiser & Co' }]);
    assert.deepEqual((await act(test, list, { query: 'external_id:ERP-77' })).nodes, second.nodes);

    const location = company.locations.nodes[0].id.split('/').at(-1);
    test.store.placeOrder(
      anOrderSpec({ company: { companyId: company.id.split('/').at(-1), locationId: location } }),
    );
    const remove = `mutation ($id: ID!) { companyDelete(id: $id) { deletedCompanyId ${ERRORS} } }`;
    assert.deepEqual(codes(await act(test, remove, { id: company.id })), [['id', 'FAILED_TO_DELETE']]);
    assert.deepEqual(codes(await act(test, remove, { id: 'gid://shopify/Company/1' })), [
      ['id', 'RESOURCE_NOT_FOUND'],
    ]);
    const all = await act(test, '{ companies(first: 5) { nodes { id } } }');
    const many = `mutation ($ids: [ID!]!) { companiesDelete(companyIds: $ids) { deletedCompanyIds ${ERRORS} } }`;
    const done = await act(test, many, { ids: all.nodes.map(({ id }: { id: string }) => id) });
    assert.equal(done.deletedCompanyIds.length, 1);
    assert.deepEqual(codes(done), [['companyIds.0', 'FAILED_TO_DELETE']]);
  });

  it('is seen only with a scope of customers or companies', async (context) => {
    const test = await open(context, { scopes: ['read_orders'] });
    const { errors } = await test.call('{ companies(first: 1) { nodes { id } } }');
    assert.equal(errors[0]?.extensions?.code, 'ACCESS_DENIED');
  });
});

describe('a company location', () => {
  it('is added, changed and deleted, but never the last one', async (context) => {
    const test = await open(context);
    const { company } = await act(test, CREATE, { input: INPUT });
    const create = `mutation ($id: ID!, $input: CompanyLocationInput!) { companyLocationCreate(companyId: $id, input: $input) {
      companyLocation { id name } ${ERRORS} } }`;
    assert.deepEqual(codes(await act(test, create, { id: company.id, input: {} })), [[null, 'NO_INPUT']]);
    const made = await act(test, create, { id: company.id, input: { shippingAddress: ADDRESS } });
    assert.equal(made.companyLocation.name, 'Kai 3');
    const { id } = made.companyLocation;
    const update = `mutation ($id: ID!, $input: CompanyLocationUpdateInput!) { companyLocationUpdate(companyLocationId: $id, input: $input) {
      companyLocation { name buyerExperienceConfiguration { deposit { __typename } paymentTermsTemplate { name } } } ${ERRORS} } }`;
    assert.deepEqual(codes(await act(test, update, { id, input: { name: '' } })), [['input.name', 'BLANK']]);
    const terms = { paymentTermsTemplateId: 'gid://shopify/PaymentTermsTemplate/2' };
    const changed = await act(test, update, { id, input: { buyerExperienceConfiguration: terms } });
    assert.equal(changed.companyLocation.buyerExperienceConfiguration.paymentTermsTemplate.name, 'Net 7');
    const tax = `mutation ($id: ID!, $on: [TaxExemption!], $off: [TaxExemption!]) { companyLocationTaxSettingsUpdate(companyLocationId: $id,
      taxExempt: true, exemptionsToAssign: $on, exemptionsToRemove: $off) { companyLocation { taxSettings { taxExempt taxExemptions } } ${ERRORS} } }`;
    await act(test, tax, { id, on: ['US_CA_RESELLER_EXEMPTION', 'CA_DIPLOMAT_EXEMPTION'] });
    const taxed = await act(test, tax, { id, off: ['CA_DIPLOMAT_EXEMPTION'] });
    assert.deepEqual(taxed.companyLocation.taxSettings, {
      taxExempt: true,
      taxExemptions: ['US_CA_RESELLER_EXEMPTION'],
    });
    const assign = `mutation ($id: ID!, $address: CompanyAddressInput!) { companyLocationAssignAddress(locationId: $id, address: $address,
      addressTypes: [SHIPPING, BILLING]) { addresses { id city } ${ERRORS} } }`;
    const { addresses } = await act(test, assign, { id, address: { ...ADDRESS, city: 'Kiel' } });
    assert.deepEqual(
      addresses.map(({ city }: { city: string }) => city),
      ['Kiel', 'Kiel'],
    );
    const gone = `mutation ($id: ID!) { companyAddressDelete(addressId: $id) { deletedAddressId ${ERRORS} } }`;
    assert.equal((await act(test, gone, { id: addresses[1].id })).deletedAddressId, addresses[1].id);
    assert.deepEqual(codes(await act(test, gone, { id: addresses[1].id })), [
      ['addressId', 'RESOURCE_NOT_FOUND'],
    ]);
    const remove = `mutation ($id: ID!) { companyLocationDelete(companyLocationId: $id) { deletedCompanyLocationId ${ERRORS} } }`;
    assert.equal((await act(test, remove, { id })).deletedCompanyLocationId, id);
    assert.deepEqual(codes(await act(test, remove, { id: company.locations.nodes[0].id })), [
      ['companyLocationId', 'FAILED_TO_DELETE'],
    ]);
  });
});

describe('a contact of a company', () => {
  it('is a customer who acts for it, once, in one role a location', async (context) => {
    const test = await open(context);
    const { company } = await act(test, CREATE, { input: INPUT });
    const [location] = company.locations.nodes;
    const [admin, ordering] = company.contactRoles.nodes;
    const create = `mutation ($id: ID!, $input: CompanyContactInput!) { companyContactCreate(companyId: $id, input: $input) {
      companyContact { id title customer { id } } ${ERRORS} } }`;
    assert.deepEqual(
      codes(await act(test, create, { id: company.id, input: { email: 'IDA@kaiser.example' } })),
      [['input.email', 'TAKEN']],
    );
    const made = await act(test, create, {
      id: company.id,
      input: { email: 'bo@kaiser.example', title: 'Chef' },
    });
    const contactId = made.companyContact.id;
    const assign = `mutation ($contact: ID!, $role: ID!, $location: ID!) { companyContactAssignRole(companyContactId: $contact,
      companyContactRoleId: $role, companyLocationId: $location) { companyContactRoleAssignment { id role { name } } ${ERRORS} } }`;
    const ids = { contact: contactId, role: admin.id, location: location.id };
    assert.deepEqual(
      codes(await act(test, assign, { ...ids, location: 'gid://shopify/CompanyLocation/1' })),
      [['companyLocationId', 'RESOURCE_NOT_FOUND']],
    );
    const assigned = await act(test, assign, ids);
    assert.equal(assigned.companyContactRoleAssignment.role.name, 'Location admin');
    assert.deepEqual(codes(await act(test, assign, { ...ids, role: ordering.id })), [
      [null, 'LIMIT_REACHED'],
    ]);
    const revoke = `mutation ($contact: ID!) { companyContactRevokeRoles(companyContactId: $contact, revokeAll: true) {
      revokedRoleAssignmentIds ${ERRORS} } }`;
    assert.deepEqual((await act(test, revoke, { contact: contactId })).revokedRoleAssignmentIds, [
      assigned.companyContactRoleAssignment.id,
    ]);
    const main = `mutation ($id: ID!, $contact: ID!) { companyAssignMainContact(companyId: $id, companyContactId: $contact) {
      company { mainContact { id } } ${ERRORS} } }`;
    assert.equal(
      (await act(test, main, { id: company.id, contact: contactId })).company.mainContact.id,
      contactId,
    );
    const update = `mutation ($id: ID!, $input: CompanyContactInput!) { companyContactUpdate(companyContactId: $id, input: $input) {
      companyContact { title customer { firstName email } } ${ERRORS} } }`;
    const changed = await act(test, update, { id: contactId, input: { firstName: 'Bo', title: null } });
    assert.deepEqual(changed.companyContact, {
      title: null,
      customer: { firstName: 'Bo', email: 'bo@kaiser.example' },
    });
    const customerCreate = await act(
      test,
      'mutation { customerCreate(input: { email: "una@example.com" }) { customer { id } } }',
    );
    const attach = `mutation ($id: ID!, $customer: ID!) { companyAssignCustomerAsContact(companyId: $id, customerId: $customer) {
      companyContact { isMainContact customer { email companyContactProfiles { company { name } } } } ${ERRORS} } }`;
    const una = { id: company.id, customer: customerCreate.customer.id };
    assert.deepEqual((await act(test, attach, una)).companyContact, {
      isMainContact: false,
      customer: {
        email: 'una@example.com',
        companyContactProfiles: [{ company: { name: 'Kaffeehaus Kaiser' } }],
      },
    });
    assert.deepEqual(codes(await act(test, attach, una)), [['companyId', 'INVALID_INPUT']]);
    const remove = `mutation ($id: ID!) { companyContactDelete(companyContactId: $id) { deletedCompanyContactId ${ERRORS} } }`;
    assert.equal((await act(test, remove, { id: contactId })).deletedCompanyContactId, contactId);
  });
});

describe('an order of a company', () => {
  it('names company, location and contact, and has the location’s terms and deposit, in all versions', async (context) => {
    const test = await open(context);
    const { company } = await act(test, CREATE, { input: INPUT });
    const [location] = company.locations.nodes;
    const digits = (id: string) => id.split('/').at(-1) as string;
    const orderId = test.store.placeOrder(
      anOrderSpec({
        company: { companyId: digits(company.id), locationId: digits(location.id) },
        shopper: { ...anOrderSpec().shopper, email: 'ida@kaiser.example' },
        poNumber: 'PO-1',
        payment: 'pending',
        gateway: 'bank_deposit',
      }),
    );
    const query = `query ($id: ID!) { order(id: $id) { poNumber totalReceivedSet { shopMoney { amount } } totalPriceSet { shopMoney { amount } }
      paymentTerms { paymentTermsName dueInDays } customer { email }
      purchasingEntity { ... on PurchasingCompany { company { name ordersCount { count } totalSpent { amount } } location { id name orders(first: 2) { nodes { id } } }
        contact { title customer { email } } } } } }`;
    for (const version of SERVED_VERSIONS) {
      const { data, errors } = await test.call(
        query,
        { id: `gid://shopify/Order/${orderId}` },
        undefined,
        version,
      );
      assert.deepEqual(errors, []);
      assert.deepEqual(data.order, {
        poNumber: 'PO-1',
        totalPriceSet: { shopMoney: { amount: '59.85' } },
        totalReceivedSet: { shopMoney: { amount: '14.96' } },
        paymentTerms: { paymentTermsName: 'Net 30', dueInDays: 30 },
        customer: { email: 'ida@kaiser.example' },
        purchasingEntity: {
          company: {
            name: 'Kaffeehaus Kaiser',
            ordersCount: { count: 1 },
            totalSpent: { amount: '14.96' },
          },
          location: {
            id: location.id,
            name: 'Hafen',
            orders: { nodes: [{ id: `gid://shopify/Order/${orderId}` }] },
          },
          contact: { title: 'Buyer', customer: { email: 'ida@kaiser.example' } },
        },
      });
    }
    const told = (await test.webhooks()).find(({ topic }) => topic === 'orders/create');
    assert.ok(
      told?.bytes
        .toString()
        .includes(`"company":{"id":${digits(company.id)},"location_id":${digits(location.id)}}`),
    );
  });

  it('bears no tax where the location is exempt', async (context) => {
    const test = await open(context);
    const input = { ...INPUT, companyLocation: { name: 'Hafen', taxExempt: true } };
    const { company } = await act(test, CREATE, { input });
    const [location] = company.locations.nodes;
    const digits = (id: string) => id.split('/').at(-1) as string;
    const id = test.store.placeOrder(
      anOrderSpec({ company: { companyId: digits(company.id), locationId: digits(location.id) } }),
    );
    const { taxExempt, totalTaxSet } = await act(
      test,
      `{ order(id: "gid://shopify/Order/${id}") { taxExempt totalTaxSet { shopMoney { amount } } } }`,
    );
    assert.deepEqual([taxExempt, totalTaxSet.shopMoney.amount], [true, '0.0']);
  });

  it('makes a company that nobody knows, with its terms and its catalogue', async (context) => {
    const test = await open(context, { products: [{ sku: 'NL-1', title: 'Lantern', price: '10.00' }] });
    const spec = anOrderSpec({
      company: {
        companyId: '800001',
        locationId: '8000011',
        name: 'Zum Anker',
        catalogue: { title: 'Trade', percentOff: '15' },
      },
      terms: { name: 'Net 30', type: 'NET', dueInDays: 30 },
      payment: 'pending',
    });
    const id = test.store.placeOrder(spec);
    test.store.placeOrder(spec);
    const { purchasingEntity, lineItems } = await act(
      test,
      `{ order(id: "gid://shopify/Order/${id}") { lineItems(first: 5) { nodes { sku originalUnitPriceSet { shopMoney { amount } } } }
        purchasingEntity { ... on PurchasingCompany { company { name ordersCount { count } } location { catalogs(first: 5) { nodes { title } }
          buyerExperienceConfiguration { paymentTermsTemplate { name } } } } } } }`,
    );
    assert.deepEqual(purchasingEntity, {
      company: { name: 'Zum Anker', ordersCount: { count: 2 } },
      location: {
        catalogs: { nodes: [{ title: 'Trade' }] },
        buyerExperienceConfiguration: { paymentTermsTemplate: { name: 'Net 30' } },
      },
    });
    assert.deepEqual(lineItems.nodes, [
      { sku: 'NL-1', originalUnitPriceSet: { shopMoney: { amount: '8.5' } } },
      { sku: 'NL-2', originalUnitPriceSet: { shopMoney: { amount: '24.95' } } },
    ]);
  });
});

describe('webhooks of companies', () => {
  it('tell of companies, locations, contacts and roles those who have subscribed', async (context) => {
    const test = await open(context);
    for (const topic of [
      'COMPANIES_CREATE',
      'COMPANIES_UPDATE',
      'COMPANY_LOCATIONS_CREATE',
      'COMPANY_CONTACTS_CREATE',
      'COMPANY_CONTACT_ROLES_ASSIGN',
    ])
      await act(
        test,
        `mutation ($uri: String!) { webhookSubscriptionCreate(topic: ${topic}, webhookSubscription: { uri: $uri }) { userErrors { message } } }`,
        { uri: `${test.target}/hooks` },
      );
    const { company } = await act(test, CREATE, { input: INPUT });
    const told = await test.webhooks();
    assert.deepEqual(
      told.map(({ topic }) => topic),
      [
        'companies/create',
        'company_locations/create',
        'company_contacts/create',
        'company_contact_roles/assign',
      ],
    );
    const [first, location, , role] = told.map(({ body }) => body);
    assert.deepEqual(
      [first?.admin_graphql_api_id, first?.external_id, first?.name],
      [company.id, 'ERP-77', 'Kaffeehaus Kaiser'],
    );
    assert.deepEqual(location?.tax_registration, { tax_id: 'DE123456789' });
    assert.deepEqual(role?.company_contact_role, { name: 'Ordering only' });
  });
});
