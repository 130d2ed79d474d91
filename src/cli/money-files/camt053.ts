/**
 * Bank statements by camt.053 (ISO 20022, any version of it): one file holds one or more statements. Only booked entries count, those
 * that are pending come again. What the bank says of an entry is put together as one text.
 */
import type { Element } from '@xmldom/xmldom';
import { UsageError } from '../../base/usage-error.ts';
import { BankStatement } from '../../domain/canonical/index.ts';
import { parseMinor } from '../../domain/money.ts';
import { lineIds } from './line-ids.ts';

/** A statement with the account that it names. */
export interface NamedStatement {
  account: string;
  statement: BankStatement;
}

/** Largest file: a document of it takes some ten times as much memory. */
const MAX_CHARS = 24 * 1024 * 1024;
const TEXT_LIMIT = 1_900;

/** Throws a UsageError that names what is wrong, and where. */
export async function readCamt053(xml: string): Promise<NamedStatement[]> {
  if (xml.length > MAX_CHARS)
    throw new UsageError('The file is larger than 24 MB: have the bank send it by day.');
  // A statement needs no definitions of its own, and entities that grow are an attack.
  if (/<!DOCTYPE|<!ENTITY/i.test(xml))
    throw new UsageError('The file has a DOCTYPE, which no bank statement has.');
  const { DOMParser } = await import('@xmldom/xmldom');
  const problems: string[] = [];
  const parser = new DOMParser({
    onError: (level, message) => void (level !== 'warning' && problems.push(message)),
  });
  let root: Element | null = null;
  try {
    root = parser.parseFromString(xml, 'text/xml').documentElement;
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  if (root === null || problems.length > 0)
    throw new UsageError(`The file is no XML: ${problems[0]?.slice(0, 200) ?? 'it is empty'}`);
  const document = root;
  const statements = all(document, 'BkToCstmrStmt', 'Stmt');
  if (statements.length === 0)
    throw new UsageError(
      `The file is no camt.053: it has no BkToCstmrStmt/Stmt (it begins with ${document.localName ?? document.tagName}).`,
    );
  return statements.map(statementOf);
}

function statementOf(stmt: Element): NamedStatement {
  const id = textOf(stmt, 'Id') ?? '';
  const account = textOf(stmt, 'Acct', 'Id', 'IBAN') ?? textOf(stmt, 'Acct', 'Id', 'Othr', 'Id');
  if (account === undefined) throw new UsageError(`Statement ${id} names no account (Acct/Id/IBAN).`);
  const balances = all(stmt, 'Bal');
  const currency =
    textOf(stmt, 'Acct', 'Ccy') ?? first(balances[0] ?? stmt, 'Amt')?.getAttribute('Ccy') ?? undefined;
  if (currency === undefined) throw new UsageError(`Statement ${id} names no currency.`);
  const balance = (...codes: string[]) =>
    balances.find((each) => codes.includes(textOf(each, 'Tp', 'CdOrPrtry', 'Cd') ?? ''));
  const opening = balance('OPBD', 'PRCD');
  const closing = balance('CLBD');
  const entries = all(stmt, 'Ntry').filter(isBooked);
  const booked = entries.map((entry) => ({
    given: textOf(entry, 'AcctSvcrRef') ?? null,
    bookedOn: dayOf(entry, id),
    amountMinor: amountOf(entry, currency, id),
    text: wordsOf(entry),
  }));
  const until =
    textOf(stmt, 'FrToDt', 'ToDtTm')?.slice(0, 10) ??
    (closing && textOf(closing, 'Dt', 'Dt')) ??
    booked
      .map(({ bookedOn }) => bookedOn)
      .sort()
      .at(-1);
  if (until === undefined) throw new UsageError(`Statement ${id} names no day.`);
  const parsed = BankStatement.safeParse({
    schema: 'bank-statement/1',
    statementId: id,
    currency,
    from: textOf(stmt, 'FrToDt', 'FrDtTm')?.slice(0, 10) ?? null,
    until,
    openingMinor: opening ? amountOf(opening, currency, id) : null,
    closingMinor: closing ? amountOf(closing, currency, id) : null,
    lines: lineIds(booked),
  });
  if (parsed.success) return { account, statement: parsed.data };
  throw new UsageError(`Statement ${id}: ${parsed.error.issues[0]?.message ?? 'it cannot be read'}.`);
}

/** Status is a text in the older versions, and has a code in the newer ones. */
function isBooked(entry: Element): boolean {
  return (textOf(entry, 'Sts', 'Cd') ?? textOf(entry, 'Sts') ?? 'BOOK') === 'BOOK';
}

function dayOf(entry: Element, id: string): string {
  const day =
    textOf(entry, 'BookgDt', 'Dt') ?? textOf(entry, 'BookgDt', 'DtTm') ?? textOf(entry, 'ValDt', 'Dt');
  if (day === undefined) throw new UsageError(`An entry of statement ${id} has no booking date.`);
  return day.slice(0, 10);
}

function amountOf(of: Element, currency: string, id: string): number {
  const amount = first(of, 'Amt');
  const given = amount?.getAttribute('Ccy');
  if (given !== currency)
    throw new UsageError(
      `Statement ${id} is in ${currency}, and has an amount in ${given ?? 'no currency'}.`,
    );
  const direction = textOf(of, 'CdtDbtInd');
  if (direction !== 'CRDT' && direction !== 'DBIT')
    throw new UsageError(`An amount of statement ${id} says neither CRDT nor DBIT.`);
  try {
    const minor = parseMinor(amount?.textContent?.trim() ?? '', currency);
    return direction === 'CRDT' ? minor : -minor;
  } catch (error) {
    throw new UsageError(`Statement ${id}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Where the words of an entry stand. */
const WORDS = [
  ['NtryDtls', 'TxDtls', 'RmtInf', 'Ustrd'],
  ['NtryDtls', 'TxDtls', 'RmtInf', 'Strd', 'CdtrRefInf', 'Ref'],
  ['NtryDtls', 'TxDtls', 'Refs', 'EndToEndId'],
  ['NtryDtls', 'TxDtls', 'RltdPties', 'Dbtr', 'Nm'],
  ['NtryDtls', 'TxDtls', 'RltdPties', 'Dbtr', 'Pty', 'Nm'],
  ['NtryDtls', 'TxDtls', 'RltdPties', 'Cdtr', 'Nm'],
  ['NtryDtls', 'TxDtls', 'RltdPties', 'Cdtr', 'Pty', 'Nm'],
  ['AddtlNtryInf'],
] as const;

function wordsOf(entry: Element): string {
  const words = WORDS.flatMap((path) => all(entry, ...path).map((each) => each.textContent?.trim() ?? ''));
  return [...new Set(words.filter((each) => each !== '' && each !== 'NOTPROVIDED'))]
    .join(' ')
    .slice(0, TEXT_LIMIT);
}

/** All elements at a path of names, whatever their namespace is called. */
function all(of: Element, ...path: readonly string[]): Element[] {
  return path.reduce<Element[]>(
    (found, name) =>
      found.flatMap((each) => [...each.childNodes].filter((node) => isElement(node, name)) as Element[]),
    [of],
  );
}

function isElement(node: { nodeType: number }, name: string): boolean {
  return node.nodeType === 1 && (node as Element).localName === name;
}

function first(of: Element, ...path: readonly string[]): Element | undefined {
  return all(of, ...path)[0];
}

function textOf(of: Element, ...path: readonly string[]): string | undefined {
  const text = first(of, ...path)?.textContent?.trim();
  return text === undefined || text === '' ? undefined : text;
}
