/**
 * The retailer's bank: what payment providers have paid out arrives on the account of their entity, beside what else goes through an
 * account. Its statements are camt.053 of one calendar month each, as a bank sends them.
 */
import { toText } from '../kit/money.ts';
import type { Books } from '../kit/types.ts';
import { SHOPS } from './names.ts';

/** By entity, in the shape of the hub's configuration. The numbers are the examples of the IBAN registry. */
export const BANK_ACCOUNTS: Readonly<
  Record<'hv-de' | 'hv-uk', { id: string; name: string; iban: string; currency: 'EUR' | 'GBP' }>
> = {
  'hv-de': { id: 'MAIN', name: 'Geschäftskonto', iban: 'DE89370400440532013000', currency: 'EUR' },
  'hv-uk': { id: 'MAIN', name: 'Business current account', iban: 'GB29NWBK60161331926819', currency: 'GBP' },
};

const OPENING_MINOR = 2_500_000;
const RENT_MINOR = 480_000;
const DAY_MS = 86_400_000;

interface Line {
  day: string;
  minor: number;
  text: string;
}

export interface BankFile {
  name: string;
  xml: string;
}

/** The statements of all accounts for what the providers' books show as paid, month by month. */
export function bankStatements(books: readonly Books[]): BankFile[] {
  return Object.entries(BANK_ACCOUNTS).flatMap(([entity, account]) => {
    const lines = books
      .flatMap((each) =>
        each.kind === 'channel' && SHOPS[each.connection as keyof typeof SHOPS]?.entity === entity
          ? payoutLines(each)
          : [],
      )
      .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
    const months = [...new Set(lines.map(({ day }) => day.slice(0, 7)))];
    let openingMinor = OPENING_MINOR;
    return months.map((month) => {
      const rent = { day: `${month}-02`, minor: -RENT_MINOR, text: 'Standing order, rent of the city store' };
      const ofMonth = [rent, ...lines.filter(({ day }) => day.startsWith(month))];
      const closingMinor = openingMinor + ofMonth.reduce((sum, { minor }) => sum + minor, 0);
      const xml = statement({ month, account, openingMinor, closingMinor, lines: ofMonth });
      openingMinor = closingMinor;
      return { name: `${entity}-${month}.xml`, xml };
    });
  });
}

/** A bank books what a provider has sent on the next day on which it works. */
function payoutLines({ payments }: Extract<Books, { kind: 'channel' }>): Line[] {
  return (payments?.payouts ?? [])
    .filter(({ status }) => status === 'PAID')
    .map(({ payoutId, date, netMinor }) => ({
      day: nextWorkday(date),
      minor: netMinor,
      text: `SHOPIFY PAYMENTS PAYOUT ${payoutId}`,
    }));
}

function nextWorkday(day: string): string {
  let at = Date.parse(day) + DAY_MS;
  while ([0, 6].includes(new Date(at).getUTCDay())) at += DAY_MS;
  return new Date(at).toISOString().slice(0, 10);
}

function statement(of: {
  month: string;
  account: { iban: string; currency: string };
  openingMinor: number;
  closingMinor: number;
  lines: readonly Line[];
}): string {
  const { month, account, openingMinor, closingMinor, lines } = of;
  const { currency, iban } = account;
  const [year = 0, ofYear = 0] = month.split('-').map(Number);
  const [first, last] = [`${month}-01`, new Date(Date.UTC(year, ofYear, 0)).toISOString().slice(0, 10)];
  const amount = (minor: number) =>
    `<Amt Ccy="${currency}">${toText(BigInt(Math.abs(minor)), currency)}</Amt><CdtDbtInd>${minor < 0 ? 'DBIT' : 'CRDT'}</CdtDbtInd>`;
  const balance = (code: string, minor: number, day: string) =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>${amount(minor)}<Dt><Dt>${day}</Dt></Dt></Bal>`;
  const entries = lines.map(
    ({ minor, day, text }, place) =>
      `<Ntry>${amount(minor)}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>${day}</Dt></BookgDt><AcctSvcrRef>${month}-${place + 1}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>${text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>${iban}-${month}</MsgId><CreDtTm>${last}T23:59:59</CreDtTm></GrpHdr><Stmt>
<Id>${iban}-${month}</Id><FrToDt><FrDtTm>${first}T00:00:00</FrDtTm><ToDtTm>${last}T23:59:59</ToDtTm></FrToDt>
<Acct><Id><IBAN>${iban}</IBAN></Id><Ccy>${currency}</Ccy></Acct>
${balance('OPBD', openingMinor, first)}${balance('CLBD', closingMinor, last)}
${entries.join('\n')}
</Stmt></BkToCstmrStmt></Document>
`;
}
