/** One organisation's settings: accounts, tax rates, tracking, contacts, lock dates, and the rules that hang on them. */
import { createHash } from 'node:crypto';
import type { World } from '../../../sandbox/kit/world.ts';
import { type AccountClass, type AccountSpec, CLASS_OF, type TaxRateSpec } from './chart.ts';
import { msDate, msInstant, spokenDate } from './dates.ts';
import { Refusal } from './errors.ts';

export interface Account extends AccountSpec {
  accountId: string;
  class: AccountClass;
}

export interface TrackingCategory {
  trackingCategoryId: string;
  name: string;
  options: { trackingOptionId: string; name: string }[];
}

export interface Contact {
  contactId: string;
  name: string;
  contactNumber: string | null;
}

export interface OrganisationSpec {
  name: string;
  baseCurrency: string;
  accounts: readonly AccountSpec[];
  taxRates: readonly TaxRateSpec[];
  /** Names of tracking categories and their options. */
  tracking: Readonly<Record<string, readonly string[]>>;
  /** Month whose last day ends the financial year, 1 to 12. */
  yearEndMonth: number;
}

/** Active tracking categories that Xero lets an organisation have. */
const MAX_CATEGORIES = 2;

export class Organisation {
  readonly spec: OrganisationSpec;
  readonly accounts: readonly Account[];
  readonly tracking: TrackingCategory[] = [];
  readonly contacts: Contact[] = [];
  /** What is dated on or before it can neither be made nor changed. */
  periodLockDate: string | null = null;
  yearEndLockDate: string | null = null;
  readonly #world: World;
  #ids = 0;

  constructor(world: World, spec: OrganisationSpec) {
    this.#world = world;
    this.spec = spec;
    this.accounts = spec.accounts.map((each) => ({
      ...each,
      accountId: this.id('account'),
      class: CLASS_OF[each.type],
    }));
    for (const [name, options] of Object.entries(spec.tracking)) {
      const category = this.addCategory(name);
      for (const option of options) this.addOption(category, option);
    }
  }

  now(): number {
    return this.#world.clock.now();
  }

  /** A new identifier; the same run gives the same ones. */
  id(kind: string): string {
    this.#ids += 1;
    const hex = createHash('sha256').update(`${this.#world.seed} ${kind} ${this.#ids}`).digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }

  /** The account that Xero itself books on. */
  system(kind: string): Account {
    const found = this.accounts.find((each) => each.system === kind);
    if (!found) throw new Error(`the chart has no system account ${kind}`);
    return found;
  }

  /** An account that a line of a document may name. */
  lineAccount(code: string | undefined): Account {
    const found = this.accounts.find((each) => each.code === code);
    if (!found || found.type === 'BANK' || (found.system && LINES_NEVER_ON.has(found.system)))
      throw new Refusal(`Account code '${code ?? ''}' is not a valid code for this document.`);
    if (found.archived)
      throw new Refusal(
        `Account code '${found.code}' has been archived, or has been deleted. Each line item must reference a valid account.`,
      );
    return found;
  }

  bankAccount(code: string | undefined): Account {
    const found = this.accounts.find((each) => each.code === code && each.type === 'BANK');
    if (!found || found.archived)
      throw new Refusal('The bank account could not be found, or is not a valid bank account');
    return found;
  }

  currencyOf(account: Account): string {
    return account.currency ?? this.spec.baseCurrency;
  }

  taxRate(taxType: string, account: Account): TaxRateSpec {
    const found = this.spec.taxRates.find((each) => each.taxType === taxType && !each.archived);
    if (!found)
      throw new Refusal(
        `The TaxType code '${taxType}' does not exist or cannot be used for this type of transaction.`,
      );
    if (!found.on.includes(account.class))
      throw new Refusal(`The TaxType code '${taxType}' cannot be used with account code '${account.code}'.`);
    return found;
  }

  /** Refuses what is dated in a locked period. */
  checkOpen(date: string): void {
    if (this.periodLockDate !== null && date <= this.periodLockDate)
      throw new Refusal(
        `The document date cannot be before the period lock date, currently set at ${spokenDate(this.periodLockDate)}`,
      );
    if (this.yearEndLockDate !== null && date <= this.yearEndLockDate)
      throw new Refusal(
        `The document date cannot be before the end of year lock date, currently set at ${spokenDate(this.yearEndLockDate)}`,
      );
  }

  /** The contact that is named; a name or number that is not known becomes one. */
  contact(given: { ContactID?: string; ContactNumber?: string; Name?: string }): Contact {
    const { ContactID, ContactNumber, Name } = given;
    const found = this.contacts.find((each) =>
      ContactID !== undefined
        ? each.contactId === ContactID
        : ContactNumber !== undefined
          ? each.contactNumber === ContactNumber
          : each.name.toLowerCase() === Name?.toLowerCase(),
    );
    if (found) return found;
    if (Name === undefined) throw new Refusal('The contact could not be found');
    if (/[<>]/.test(Name)) throw new Refusal('Contact Name cannot contain angle brackets');
    if (this.contacts.some((each) => each.name.toLowerCase() === Name.toLowerCase()))
      throw new Refusal(
        `The contact name ${Name} is already assigned to another contact. The contact name must be unique across all active contacts.`,
      );
    const made = { contactId: this.id('contact'), name: Name, contactNumber: ContactNumber ?? null };
    this.contacts.push(made);
    return made;
  }

  /** The options that a line names; at most two, each of a category of its own. */
  options(
    named: readonly { Name?: string; Option?: string }[] | undefined,
  ): { category: TrackingCategory; option: TrackingCategory['options'][number] }[] {
    return (named ?? []).map(({ Name, Option }) => {
      const category = this.tracking.find((each) => each.name === Name);
      const option = category?.options.find((each) => each.name === Option);
      if (!category || !option)
        throw new Refusal(`The tracking option '${Option}' of the category '${Name}' could not be found`);
      return { category, option };
    });
  }

  addCategory(name: string): TrackingCategory {
    if (this.tracking.some((each) => each.name === name))
      throw new Refusal('Tracking Category name must be unique');
    if (this.tracking.length >= MAX_CATEGORIES)
      throw new Refusal('You can only have a maximum of 2 active tracking categories');
    const made = { trackingCategoryId: this.id('tracking'), name, options: [] };
    this.tracking.push(made);
    return made;
  }

  addOption(category: TrackingCategory, name: string): TrackingCategory['options'][number] {
    if (category.options.some((each) => each.name === name))
      throw new Refusal('Tracking Option name must be unique within a category');
    const made = { trackingOptionId: this.id('option'), name };
    category.options.push(made);
    return made;
  }

  accountJson(account: Account) {
    return {
      AccountID: account.accountId,
      Code: account.code,
      Name: account.name,
      Status: account.archived ? 'ARCHIVED' : 'ACTIVE',
      Type: account.type,
      TaxType: 'NONE',
      Class: account.class,
      EnablePaymentsToAccount: account.takesPayments ?? false,
      ShowInExpenseClaims: false,
      ...(account.system ? { SystemAccount: account.system } : {}),
      ...(account.type === 'BANK'
        ? { BankAccountType: 'BANK', CurrencyCode: this.currencyOf(account), BankAccountNumber: '' }
        : {}),
      UpdatedDateUTC: msInstant(0),
    };
  }

  json() {
    const { name, baseCurrency, yearEndMonth } = this.spec;
    return {
      OrganisationID: NO_ID,
      Name: name,
      LegalName: name,
      PaysTax: true,
      BaseCurrency: baseCurrency,
      OrganisationStatus: 'ACTIVE',
      FinancialYearEndDay: new Date(Date.UTC(2001, yearEndMonth, 0)).getUTCDate(),
      FinancialYearEndMonth: yearEndMonth,
      ...(this.periodLockDate ? { PeriodLockDate: msDate(this.periodLockDate) } : {}),
      ...(this.yearEndLockDate ? { EndOfYearLockDate: msDate(this.yearEndLockDate) } : {}),
    };
  }
}

/** Xero's own: documents and payments move them, lines never name them. */
const LINES_NEVER_ON: ReadonlySet<string> = new Set(['DEBTORS', 'CREDITORS', 'RETAINEDEARNINGS']);
const NO_ID = 'b2c885a9-4bb9-4a00-9b6e-6c2bf60b1a2b';

export function categoryJson({ trackingCategoryId, name, options }: TrackingCategory) {
  return {
    TrackingCategoryID: trackingCategoryId,
    Name: name,
    Status: 'ACTIVE',
    Options: options.map(optionJson),
  };
}

export function optionJson({ trackingOptionId, name }: TrackingCategory['options'][number]) {
  return { TrackingOptionID: trackingOptionId, Name: name, Status: 'ACTIVE' };
}

export function taxRateJson({ taxType, name, rate, on, archived }: TaxRateSpec) {
  return {
    Name: name,
    TaxType: taxType,
    Status: archived ? 'ARCHIVED' : 'ACTIVE',
    CanApplyToAssets: on.includes('ASSET'),
    CanApplyToEquity: on.includes('EQUITY'),
    CanApplyToExpenses: on.includes('EXPENSE'),
    CanApplyToLiabilities: on.includes('LIABILITY'),
    CanApplyToRevenue: on.includes('REVENUE'),
    DisplayTaxRate: rate,
    EffectiveRate: rate,
    TaxComponents: [{ Name: name, Rate: rate, IsCompound: false, IsNonRecoverable: false }],
  };
}
