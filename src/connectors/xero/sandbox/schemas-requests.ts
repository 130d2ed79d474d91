/**
 * JSON Schemas of the requests in use, written here after Xero's reference. They are stricter than Xero, which passes over what it
 * does not know: a member that is not named here is a mistake of the caller.
 */

const text = (maxLength: number, minLength = 1) => ({ type: 'string', minLength, maxLength });
const number = { type: 'number' };
const date = { type: 'string', format: 'date' };
const uuid = { type: 'string', format: 'uuid' };
const currency = { type: 'string', pattern: '^[A-Z]{3}$' };
const lineAmountTypes = { enum: ['Exclusive', 'Inclusive', 'NoTax'] };

/** An object with these members only; those in `required` must be there. */
export function object(properties: Record<string, unknown>, required: readonly string[] = []) {
  return { type: 'object', properties, required, additionalProperties: false };
}

export const list = (items: object, minItems = 0, maxItems?: number) => ({
  type: 'array',
  items,
  minItems,
  ...(maxItems === undefined ? {} : { maxItems }),
});

/** Elements that one request may carry; Xero recommends no more. */
const MAX_ELEMENTS = 50;
const elements = (name: string, items: object) => object({ [name]: list(items, 1, MAX_ELEMENTS) }, [name]);

const tracking = list(object({ Name: text(100), Option: text(100) }, ['Name', 'Option']), 0, 2);

const contact = {
  ...object({ ContactID: uuid, ContactNumber: text(50), Name: text(255) }),
  minProperties: 1,
};

const lineItem = object(
  {
    Description: text(4000),
    Quantity: number,
    UnitAmount: number,
    LineAmount: number,
    AccountCode: text(10),
    TaxType: text(50),
    TaxAmount: number,
    Tracking: tracking,
  },
  ['Description', 'AccountCode'],
);

const document = {
  Contact: contact,
  Date: date,
  DueDate: date,
  Reference: text(255),
  CurrencyCode: currency,
  CurrencyRate: { type: 'number', exclusiveMinimum: 0 },
  LineAmountTypes: lineAmountTypes,
  Status: { enum: ['AUTHORISED'] },
  LineItems: list(lineItem, 1),
};

const account = object({ Code: text(10) }, ['Code']);

export const REQUESTS = {
  Invoices: elements(
    'Invoices',
    object({ Type: { const: 'ACCREC' }, InvoiceNumber: text(255), ...document }, [
      'Type',
      'Contact',
      'Date',
      'DueDate',
      'InvoiceNumber',
      'Status',
      'LineItems',
    ]),
  ),
  CreditNotes: elements(
    'CreditNotes',
    object({ Type: { const: 'ACCRECCREDIT' }, CreditNoteNumber: text(255), ...document }, [
      'Type',
      'Contact',
      'Date',
      'CreditNoteNumber',
      'Status',
      'LineItems',
    ]),
  ),
  Allocations: elements(
    'Allocations',
    object({ Invoice: object({ InvoiceID: uuid }, ['InvoiceID']), Amount: number, Date: date }, [
      'Invoice',
      'Amount',
      'Date',
    ]),
  ),
  Payments: elements('Payments', {
    ...object(
      {
        Invoice: object({ InvoiceNumber: text(255) }, ['InvoiceNumber']),
        CreditNote: object({ CreditNoteNumber: text(255) }, ['CreditNoteNumber']),
        Account: account,
        Date: date,
        Amount: number,
        CurrencyRate: { type: 'number', exclusiveMinimum: 0 },
        Reference: text(255),
      },
      ['Account', 'Date', 'Amount'],
    ),
    oneOf: [{ required: ['Invoice'] }, { required: ['CreditNote'] }],
  }),
  /** Taxed lines are left out: Xero would work their tax out anew. */
  ManualJournals: elements(
    'ManualJournals',
    object(
      {
        Narration: text(4000),
        Date: date,
        LineAmountTypes: { const: 'NoTax' },
        Status: { const: 'POSTED' },
        JournalLines: list(
          object(
            {
              LineAmount: number,
              AccountCode: text(10),
              Description: text(4000),
              TaxType: { const: 'NONE' },
              Tracking: tracking,
            },
            ['LineAmount', 'AccountCode'],
          ),
          2,
        ),
      },
      ['Narration', 'Date', 'JournalLines'],
    ),
  ),
  BankTransactions: elements(
    'BankTransactions',
    object(
      {
        Type: { enum: ['RECEIVE', 'SPEND'] },
        Contact: contact,
        BankAccount: account,
        Date: date,
        Reference: text(255),
        LineAmountTypes: lineAmountTypes,
        LineItems: list(lineItem, 1),
      },
      ['Type', 'Contact', 'BankAccount', 'LineItems'],
    ),
  ),
  BankTransfers: elements(
    'BankTransfers',
    object(
      { FromBankAccount: account, ToBankAccount: account, Amount: number, Date: date, Reference: text(255) },
      ['FromBankAccount', 'ToBankAccount', 'Amount'],
    ),
  ),
  TrackingCategory: object({ Name: text(100) }, ['Name']),
  TrackingOption: object({ Name: text(100) }, ['Name']),
} as const;

export type RequestName = keyof typeof REQUESTS;
