/** What banks write is read to the cent, or refused with the row that is wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatMinor } from '../../domain/money.ts';
import { readBankCsv } from './bank-csv.ts';
import { readCamt053 } from './camt053.ts';
import { readSettlementCsv } from './settlement-csv.ts';
import { dayOf, minorOf } from './table.ts';

const entry = (amount: string, direction: string, day: string, text: string, more = '') =>
  `<Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${direction}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>${day}</Dt></BookgDt>${more}<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RmtInf><Ustrd>${text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`;
const balance = (code: string, amount: string, day: string) =>
  `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>${day}</Dt></Dt></Bal>`;
const statement = (entries: string, closing: string) => `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr><Stmt>
<Id>2026-11-27/1</Id><FrToDt><FrDtTm>2026-11-27T00:00:00</FrDtTm><ToDtTm>2026-11-27T23:59:59</ToDtTm></FrToDt>
<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>
${balance('OPBD', '1000.00', '2026-11-27')}${balance('CLBD', closing, '2026-11-27')}${entries}</Stmt></BkToCstmrStmt></Document>`;

test('camt.053: booked entries with their sign, words and the bank’s reference; pending ones do not count', async () => {
  const entries = [
    entry('58.59', 'CRDT', '2026-11-27', 'SHOPIFY PAYMENTS &amp; CO 12345', '<AcctSvcrRef>B-1</AcctSvcrRef>'),
    entry('20.00', 'DBIT', '2026-11-27', 'Rent'),
    entry('20.00', 'DBIT', '2026-11-27', 'Rent'),
    entry('5.00', 'CRDT', '2026-11-27', 'later').replace('BOOK', '<Cd>PDNG</Cd>'),
  ].join('');
  const [read, ...others] = await readCamt053(statement(entries, '1018.59'));
  assert.deepEqual(others, []);
  assert.equal(read?.account, 'DE89370400440532013000');
  const { lines, ...head } = read.statement;
  assert.deepEqual(head, {
    schema: 'bank-statement/1',
    statementId: '2026-11-27/1',
    currency: 'EUR',
    from: '2026-11-27',
    until: '2026-11-27',
    openingMinor: 100_000,
    closingMinor: 101_859,
  });
  assert.deepEqual(
    lines.map(({ amountMinor, text }) => [amountMinor, text]),
    [
      [5859, 'SHOPIFY PAYMENTS & CO 12345'],
      [-2000, 'Rent'],
      [-2000, 'Rent'],
    ],
  );
  assert.equal(lines[0]?.lineId, 'B-1');
  assert.equal(new Set(lines.map(({ lineId }) => lineId)).size, 3);
});

test('camt.053 that does not close, is no XML, or defines entities is refused', async () => {
  await assert.rejects(
    readCamt053(statement(entry('1.00', 'CRDT', '2026-11-27', 'x'), '1002.00')),
    /do not come to the closing balance/,
  );
  await assert.rejects(readCamt053('<Document><open></Document>'), /no XML/);
  await assert.rejects(readCamt053('<!DOCTYPE a [<!ENTITY x "y">]><a/>'), /DOCTYPE/);
  await assert.rejects(readCamt053('<Document><Pain/></Document>'), /no camt\.053/);
  await assert.rejects(
    readCamt053(statement(entry('1.005', 'CRDT', '2026-11-27', 'x'), '1001.00')),
    /more than 2 decimals/,
  );
});

test('CSV: German and English files, newest first or last, with a balance that must follow', async () => {
  const german = `Kontoauszug;;;\nBuchungstag;Verwendungszweck;Betrag;Saldo\n28.11.2026;SHOPIFY 99;58,59;1.058,59\n27.11.2026;Miete;-1.000,00;1.000,00\n`;
  const read = await readBankCsv(german, 'EUR');
  assert.deepEqual(
    [
      read.openingMinor,
      read.closingMinor,
      read.from,
      read.until,
      read.lines.map(({ amountMinor }) => amountMinor),
    ],
    [200_000, 105_859, '2026-11-27', '2026-11-28', [-100_000, 5859]],
  );
  const english = 'Date,Amount,Description\n2026-11-27,"1,234.50",SHOPIFY\n2026-11-27,"1,234.50",SHOPIFY\n';
  const twice = await readBankCsv(english, 'GBP');
  assert.deepEqual(
    twice.lines.map(({ amountMinor }) => amountMinor),
    [123_450, 123_450],
  );
  const overlapping = await readBankCsv(`${english}2026-11-28,1.00,STRIPE\n`, 'GBP');
  assert.deepEqual(
    overlapping.lines.slice(0, 2).map(({ lineId }) => lineId),
    twice.lines.map(({ lineId }) => lineId),
  );
  await assert.rejects(readBankCsv(german.replace('1.058,59', '1.058,60'), 'EUR'), /Row 3: its balance/);
  await assert.rejects(readBankCsv('Date,Text\n2026-11-27,x\n', 'EUR'), /no column for "amount"/);
  await assert.rejects(
    readBankCsv('Date,Amount,Text\n2026-13-27,1,x\n'.replace('2026-13-27', '99.99.2026'), 'EUR'),
    /Row 2.*no day/,
  );
});

test('settlement files: Stripe by payout, PayPal with withdrawals from its balance; a fee has whichever sign', async () => {
  const stripe = `balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category,payment_metadata[order_id],automatic_payout_id,automatic_payout_effective_at_utc
txn_1,2026-11-20 10:00:00,eur,100.00,2.90,97.10,charge,1001,po_1,2026-11-24 00:00:00
txn_2,2026-11-21 10:00:00,eur,-20.00,0.00,-20.00,refund,1001,po_1,2026-11-24 00:00:00
txn_3,2026-11-21 11:00:00,eur,-1.00,0.00,-1.00,moon_fee,,po_1,2026-11-24 00:00:00
`;
  const read = await readSettlementCsv(stripe, 'stripe');
  assert.deepEqual(
    read.entries.map(({ entryId, kind, amountMinor, feeMinor, payoutId, channelOrderId }) => [
      entryId,
      kind,
      amountMinor,
      feeMinor,
      payoutId,
      channelOrderId,
    ]),
    [
      ['stripe-txn_1', 'capture', 10000, 290, 'stripe-po_1', '1001'],
      ['stripe-txn_2', 'refund', -2000, 0, 'stripe-po_1', '1001'],
      ['stripe-txn_3', 'unknown', -100, 0, 'stripe-po_1', null],
    ],
  );
  assert.deepEqual(
    read.payouts.map(({ payoutId, netMinor, reference, fromBalance }) => [
      payoutId,
      netMinor,
      reference,
      fromBalance,
    ]),
    [['stripe-po_1', 7610, 'po_1', undefined]],
  );
  const paypal = `Date,Time,TimeZone,Type,Status,Currency,Gross,Fee,Net,Transaction ID,Invoice Number
20/11/2026,08:30:00,UTC,Express Checkout Payment,Completed,EUR,"1.200,00","-30,35","1.169,65",8AB,#1002
21/11/2026,08:30:00,UTC,General Withdrawal,Completed,EUR,"-1.000,00","0,00","-1.000,00",8AC,
21/11/2026,08:31:00,UTC,Express Checkout Payment,Pending,EUR,"5,00","0,00","5,00",8AD,#1003
`;
  const activity = await readSettlementCsv(paypal, 'paypal');
  assert.deepEqual(
    activity.entries.map(({ entryId, amountMinor, feeMinor, at }) => [entryId, amountMinor, feeMinor, at]),
    [['paypal-8AB', 120_000, 3035, '2026-11-20T08:30:00.000Z']],
  );
  assert.deepEqual(
    activity.payouts.map(({ payoutId, netMinor, fromBalance }) => [payoutId, netMinor, fromBalance]),
    [['paypal-8AC', 100_000, true]],
  );
});

test('amounts in every writing come to the same minor units', () => {
  const german = (minor: number) =>
    new Intl.NumberFormat('de-DE', { minimumFractionDigits: 2 }).format(Number(formatMinor(minor, 'EUR')));
  fc.assert(
    fc.property(fc.integer({ min: -99_999_999, max: 99_999_999 }), (minor) => {
      const english = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2 }).format(minor / 100);
      for (const text of [formatMinor(minor, 'EUR'), german(minor), english, `€ ${english}`])
        assert.equal(minorOf(text, 'EUR', 1) + 0, minor + 0, text);
    }),
  );
  assert.equal(minorOf('12,30-', 'EUR', 1), -1230);
  assert.equal(minorOf('1,500', 'JPY', 1), 1500);
  assert.equal(dayOf('11/28/2026', 1), '2026-11-28');
});
