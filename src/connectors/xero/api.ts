/** Shapes of Xero's Accounting API: what is sent, and of the answers what is read. Names are Xero's own. */
import { z } from 'zod';

export interface LineItem {
  Description: string;
  Quantity: number;
  UnitAmount: number;
  LineAmount: number;
  AccountCode: string;
  TaxType: string;
  TaxAmount: number;
  Tracking?: Tracking[];
}

export interface Tracking {
  Name: string;
  Option: string;
}

export interface Contact {
  ContactNumber?: string;
  Name: string;
}

export interface DocumentBody {
  Type: 'ACCREC' | 'ACCRECCREDIT';
  InvoiceNumber?: string;
  CreditNoteNumber?: string;
  Contact: Contact;
  Date: string;
  DueDate: string;
  Reference: string;
  CurrencyCode: string;
  CurrencyRate?: number;
  LineAmountTypes: 'Exclusive';
  Status: 'AUTHORISED';
  LineItems: LineItem[];
}

export interface PaymentBody {
  Invoice?: { InvoiceNumber: string };
  CreditNote?: { CreditNoteNumber: string };
  Account: { Code: string };
  Date: string;
  Amount: number;
  CurrencyRate?: number;
  Reference: string;
}

export interface JournalBody {
  Narration: string;
  Date: string;
  LineAmountTypes: 'NoTax';
  Status: 'POSTED';
  JournalLines: {
    LineAmount: number;
    AccountCode: string;
    Description: string;
    TaxType: 'NONE';
    Tracking?: Tracking[];
  }[];
}

export interface BankTransactionBody {
  Type: 'RECEIVE' | 'SPEND';
  Contact: Contact;
  BankAccount: { Code: string };
  Date: string;
  Reference: string;
  LineAmountTypes: 'Exclusive';
  LineItems: LineItem[];
}

export interface TransferBody {
  FromBankAccount: { Code: string };
  ToBankAccount: { Code: string };
  Amount: number;
  Date: string;
  Reference: string;
}

const Problem = z.object({ Message: z.string() });

/** How it went with one element of a request, where the answer tells element by element. */
export const Verdict = z.object({
  StatusAttributeString: z.string().optional(),
  HasErrors: z.boolean().optional(),
  HasValidationErrors: z.boolean().optional(),
  ValidationErrors: z.array(Problem).optional(),
  Warnings: z.array(Problem).optional(),
});

/** A request that was refused as a whole. */
export const ApiException = z.object({
  ErrorNumber: z.number().optional(),
  Type: z.string().nullish(),
  Message: z.string().optional(),
  Title: z.string().optional(),
  Detail: z.string().optional(),
  Elements: z.array(z.object({ ValidationErrors: z.array(Problem).optional() })).optional(),
});

export const Invoice = z.object({
  InvoiceID: z.uuid(),
  InvoiceNumber: z.string(),
  Status: z.string(),
  Total: z.number(),
  AmountDue: z.number(),
  CurrencyCode: z.string(),
});

export const CreditNote = z.object({
  CreditNoteID: z.uuid(),
  CreditNoteNumber: z.string(),
  Status: z.string(),
  Total: z.number(),
  CurrencyCode: z.string(),
  Allocations: z
    .array(z.object({ Amount: z.number(), Invoice: z.object({ InvoiceID: z.uuid() }) }))
    .optional(),
});

export const Payment = z.object({
  PaymentID: z.uuid(),
  Amount: z.number(),
  Status: z.string(),
  Reference: z.string().optional(),
});

export const ManualJournal = z.object({
  ManualJournalID: z.uuid(),
  Narration: z.string(),
  Status: z.string(),
});

export const BankTransaction = z.object({
  BankTransactionID: z.uuid(),
  Status: z.string(),
  Total: z.number(),
  CurrencyCode: z.string().optional(),
  Reference: z.string().optional(),
});

export const BankTransfer = z.object({
  BankTransferID: z.uuid(),
  Amount: z.number(),
  Status: z.string().optional(),
  Reference: z.string().optional(),
});

export const Allocations = z.object({ Allocations: z.array(z.unknown()).min(1) });

export const Accounts = z.object({
  Accounts: z.array(
    z.object({
      AccountID: z.uuid(),
      Code: z.string().optional(),
      Name: z.string().optional(),
      Type: z.string(),
      SystemAccount: z.string().optional(),
      EnablePaymentsToAccount: z.boolean().optional(),
      CurrencyCode: z.string().optional(),
      Status: z.string().optional(),
    }),
  ),
});

export const Organisations = z.object({
  Organisations: z
    .array(
      z.object({
        Name: z.string(),
        BaseCurrency: z.string(),
        PeriodLockDate: z.string().optional(),
        EndOfYearLockDate: z.string().optional(),
      }),
    )
    .min(1),
});

export const TaxRates = z.object({
  TaxRates: z.array(z.object({ TaxType: z.string(), Status: z.string().optional() })),
});

const TrackingOption = z.object({
  TrackingOptionID: z.uuid(),
  Name: z.string(),
  Status: z.string().optional(),
});
export const TrackingCategories = z.object({
  TrackingCategories: z.array(
    z.object({
      TrackingCategoryID: z.uuid(),
      Name: z.string(),
      Status: z.string().optional(),
      Options: z.array(TrackingOption).optional(),
    }),
  ),
});
export const TrackingOptions = z.object({ Options: z.array(TrackingOption).min(1) });

const Cells = z.array(
  z.object({
    Value: z.string().optional(),
    Attributes: z.array(z.object({ Id: z.string(), Value: z.string() })).optional(),
  }),
);
export const TrialBalance = z.object({
  Reports: z
    .array(
      z.object({
        ReportType: z.string().optional(),
        Rows: z.array(
          z.object({
            RowType: z.string(),
            Cells: Cells.optional(),
            Rows: z.array(z.object({ RowType: z.string(), Cells: Cells.optional() })).optional(),
          }),
        ),
      }),
    )
    .min(1),
});
