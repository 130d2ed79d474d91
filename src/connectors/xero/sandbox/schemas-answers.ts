/**
 * JSON Schemas of the answers in use, written here after Xero's reference: each answer of the sandbox is checked by one before it
 * leaves. What Xero adds around its answers (`Id`, `Status`, `ProviderName`, `DateTimeUTC`) is in the envelope.
 */
import { list, object } from './schemas-requests.ts';

const text = { type: 'string' };
const number = { type: 'number' };
const flag = { type: 'boolean' };
const uuid = { type: 'string', format: 'uuid' };
const msDate = { type: 'string', pattern: '^/Date\\(-?\\d+(\\+\\d{4})?\\)/$' };
const isoText = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z?$' };
const currency = { type: 'string', pattern: '^[A-Z]{3}$' };
const problems = list(object({ Message: text }, ['Message']));

/** What each element of an answer may carry of how it went. */
const verdict = {
  StatusAttributeString: { enum: ['OK', 'WARNING', 'ERROR'] },
  HasErrors: flag,
  ValidationErrors: problems,
  Warnings: problems,
};

function answer(name: string, items: object, more: Record<string, unknown> = {}) {
  return object(
    {
      Id: uuid,
      Status: { const: 'OK' },
      ProviderName: text,
      DateTimeUTC: msDate,
      [name]: list(items),
      ...more,
    },
    ['Id', 'Status', name],
  );
}

/** Of lists that Xero answers page by page. */
const integer = { type: 'integer' };
const PAGED = {
  pagination: object({ page: integer, pageSize: integer, pageCount: integer, itemCount: integer }),
};

const contact = object({ ContactID: uuid, ContactNumber: text, Name: text });

const tracking = list(
  object({ Name: text, Option: text, TrackingCategoryID: uuid, TrackingOptionID: uuid }, ['Name', 'Option']),
);

const lineItem = object({
  LineItemID: uuid,
  Description: text,
  Quantity: number,
  UnitAmount: number,
  LineAmount: number,
  TaxType: text,
  TaxAmount: number,
  AccountCode: text,
  AccountID: uuid,
  Tracking: tracking,
});

const paymentOfDocument = object({ PaymentID: uuid, Date: msDate, Amount: number, Reference: text });

const document = {
  Contact: contact,
  Date: msDate,
  DateString: isoText,
  DueDate: msDate,
  DueDateString: isoText,
  Status: { enum: ['AUTHORISED', 'PAID', 'VOIDED'] },
  LineAmountTypes: { enum: ['Exclusive', 'Inclusive', 'NoTax'] },
  LineItems: list(lineItem),
  SubTotal: number,
  TotalTax: number,
  Total: number,
  CurrencyCode: currency,
  CurrencyRate: number,
  Reference: text,
  Payments: list(paymentOfDocument),
  UpdatedDateUTC: msDate,
  UpdatedDateUTCString: isoText,
  ...verdict,
};

const invoice = object({
  Type: { const: 'ACCREC' },
  InvoiceID: uuid,
  InvoiceNumber: text,
  AmountDue: number,
  AmountPaid: number,
  AmountCredited: number,
  CreditNotes: list(object({ CreditNoteID: uuid, CreditNoteNumber: text, AppliedAmount: number })),
  ...document,
});

const allocation = object({
  AllocationID: uuid,
  Amount: number,
  Date: msDate,
  Invoice: object({ InvoiceID: uuid, InvoiceNumber: text }),
  StatusAttributeString: verdict.StatusAttributeString,
  ValidationErrors: problems,
});

const creditNote = object({
  Type: { const: 'ACCRECCREDIT' },
  CreditNoteID: uuid,
  CreditNoteNumber: text,
  RemainingCredit: number,
  Allocations: list(allocation),
  ...document,
});

const namedAccount = object({ AccountID: uuid, Code: text, Name: text });

const reportCells = list(
  object({ Value: text, Attributes: list(object({ Value: text, Id: text }, ['Value', 'Id'])) }, ['Value']),
);

/** An element that was refused is answered as it was sent, with what is wrong. */
const refused = {
  type: 'object',
  properties: { StatusAttributeString: { const: 'ERROR' }, ValidationErrors: { ...problems, minItems: 1 } },
  required: ['StatusAttributeString', 'ValidationErrors'],
};
const orRefused = (schema: object) => ({ anyOf: [schema, refused] });

export const ANSWERS = {
  Invoices: answer('Invoices', orRefused(invoice), PAGED),
  CreditNotes: answer('CreditNotes', orRefused(creditNote), PAGED),
  Allocations: answer('Allocations', orRefused(allocation)),
  Payments: answer(
    'Payments',
    orRefused(
      object({
        PaymentID: uuid,
        Date: msDate,
        Amount: number,
        BankAmount: number,
        CurrencyRate: number,
        Reference: text,
        PaymentType: { enum: ['ACCRECPAYMENT', 'ARCREDITPAYMENT'] },
        Status: { const: 'AUTHORISED' },
        IsReconciled: flag,
        HasAccount: flag,
        HasValidationErrors: flag,
        Account: namedAccount,
        Invoice: invoice,
        CreditNote: creditNote,
        UpdatedDateUTC: msDate,
        UpdatedDateUTCString: isoText,
        StatusAttributeString: verdict.StatusAttributeString,
        ValidationErrors: problems,
      }),
    ),
    PAGED,
  ),
  ManualJournals: answer(
    'ManualJournals',
    orRefused(
      object({
        ManualJournalID: uuid,
        Narration: text,
        Date: msDate,
        LineAmountTypes: { const: 'NoTax' },
        Status: { const: 'POSTED' },
        ShowOnCashBasisReports: flag,
        HasAttachments: flag,
        JournalLines: list(
          object({
            AccountCode: text,
            AccountID: uuid,
            Description: text,
            LineAmount: number,
            TaxType: text,
            TaxAmount: number,
            IsBlank: flag,
            Tracking: tracking,
          }),
        ),
        UpdatedDateUTC: msDate,
        StatusAttributeString: verdict.StatusAttributeString,
        ValidationErrors: problems,
      }),
    ),
    PAGED,
  ),
  BankTransactions: answer(
    'BankTransactions',
    orRefused(
      object({
        BankTransactionID: uuid,
        Type: { enum: ['RECEIVE', 'SPEND'] },
        Contact: contact,
        BankAccount: namedAccount,
        Date: msDate,
        DateString: isoText,
        Reference: text,
        Status: { const: 'AUTHORISED' },
        IsReconciled: flag,
        LineAmountTypes: { enum: ['Exclusive', 'Inclusive', 'NoTax'] },
        LineItems: list(lineItem),
        SubTotal: number,
        TotalTax: number,
        Total: number,
        CurrencyCode: currency,
        CurrencyRate: number,
        UpdatedDateUTC: msDate,
        StatusAttributeString: verdict.StatusAttributeString,
        ValidationErrors: problems,
      }),
    ),
    PAGED,
  ),
  BankTransfers: answer(
    'BankTransfers',
    object({
      BankTransferID: uuid,
      FromBankAccount: namedAccount,
      ToBankAccount: namedAccount,
      Amount: number,
      Date: msDate,
      DateString: isoText,
      Reference: text,
      Status: { const: 'AUTHORISED' },
      HasAttachments: flag,
      CreatedDateUTC: msDate,
    }),
  ),
  Accounts: answer(
    'Accounts',
    object({
      AccountID: uuid,
      Code: text,
      Name: text,
      Status: { enum: ['ACTIVE', 'ARCHIVED'] },
      Type: text,
      TaxType: text,
      Class: { enum: ['ASSET', 'EQUITY', 'EXPENSE', 'LIABILITY', 'REVENUE'] },
      EnablePaymentsToAccount: flag,
      ShowInExpenseClaims: flag,
      SystemAccount: text,
      BankAccountType: text,
      BankAccountNumber: text,
      CurrencyCode: currency,
      UpdatedDateUTC: msDate,
    }),
  ),
  TaxRates: answer(
    'TaxRates',
    object({
      Name: text,
      TaxType: text,
      Status: { enum: ['ACTIVE', 'ARCHIVED'] },
      CanApplyToAssets: flag,
      CanApplyToEquity: flag,
      CanApplyToExpenses: flag,
      CanApplyToLiabilities: flag,
      CanApplyToRevenue: flag,
      DisplayTaxRate: number,
      EffectiveRate: number,
      TaxComponents: list(object({ Name: text, Rate: number, IsCompound: flag, IsNonRecoverable: flag })),
    }),
  ),
  TrackingCategories: answer(
    'TrackingCategories',
    object({
      TrackingCategoryID: uuid,
      Name: text,
      Status: { const: 'ACTIVE' },
      Options: list(object({ TrackingOptionID: uuid, Name: text, Status: { const: 'ACTIVE' } })),
    }),
  ),
  Options: answer('Options', object({ TrackingOptionID: uuid, Name: text, Status: { const: 'ACTIVE' } })),
  Organisations: answer(
    'Organisations',
    object({
      OrganisationID: uuid,
      Name: text,
      LegalName: text,
      PaysTax: flag,
      BaseCurrency: currency,
      OrganisationStatus: text,
      FinancialYearEndDay: { type: 'integer' },
      FinancialYearEndMonth: { type: 'integer' },
      PeriodLockDate: msDate,
      EndOfYearLockDate: msDate,
    }),
  ),
  Reports: answer(
    'Reports',
    object({
      ReportID: text,
      ReportName: text,
      ReportType: text,
      ReportTitles: list(text),
      ReportDate: text,
      UpdatedDateUTC: msDate,
      Fields: list({}),
      Rows: list(
        object({
          RowType: { enum: ['Header', 'Section', 'Row', 'SummaryRow'] },
          Title: text,
          Cells: reportCells,
          Rows: list(object({ RowType: { enum: ['Row', 'SummaryRow'] }, Cells: reportCells })),
        }),
      ),
    }),
  ),
} as const;

export type AnswerName = keyof typeof ANSWERS;
