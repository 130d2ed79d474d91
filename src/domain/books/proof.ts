/**
 * Proofs: the chain of an order's or a payout's money, hop by hop, each amount with the posting that it stands in, and what is left
 * at the end. All amounts are minor units of the currency of the books. Every posting balances, so the hops of a proof always meet;
 * what it proves is that nothing is left on the accounts between them.
 */
import { sumMinor } from '../money.ts';
import type { AccountRole } from './posting.ts';

/** A line of the sub-ledger with the posting and the fact that it stands in. */
export interface ProofLine {
  kind: string;
  key: string;
  /** Number of the fact. */
  seq: number;
  /** Key of the business act. */
  posting: string;
  act: string;
  text: string;
  postingDate: string;
  role: AccountRole;
  account: string;
  bookMinor: number;
  /** The stream that it opens or clears an item of; null: its own. */
  item: string | null;
}

/** One amount of a hop: what one posting says. */
export interface ProofDocument {
  stream: { kind: string; key: string };
  seq: number;
  posting: string;
  act: string;
  text: string;
  date: string;
  accounts: string[];
  amountMinor: number;
}

export interface ProofHop {
  name: string;
  documents: ProofDocument[];
  totalMinor: number;
}

/** What is left on an account that should be clear. */
export interface ProofResidual {
  role: AccountRole;
  account: string;
  /** Debit positive. */
  amountMinor: number;
  /** Since when there is something on it. */
  since: string;
  words: string;
}

export interface ProofChain {
  hops: ProofHop[];
  residuals: ProofResidual[];
  /** Nothing is left. */
  closes: boolean;
}

/** A hop: lines of these roles, by whom, with the sign that makes the usual case positive. */
interface HopRule {
  name: string;
  roles: readonly AccountRole[];
  by?: 'itself' | 'others';
  sign: 1 | -1;
}

const ORDER_HOPS: readonly HopRule[] = [
  {
    name: 'sold, less what was credited (without tax)',
    roles: ['revenue', 'shippingRevenue', 'returns', 'tips', 'duties', 'fees', 'goodwill'],
    sign: -1,
  },
  { name: 'tax', roles: ['tax', 'taxInSuspense', 'channelTax'], sign: -1 },
  {
    name: 'rounding, exchange and what was written off',
    roles: [
      'cashRounding',
      'taxRounding',
      'rounding',
      'exchangeDifference',
      'writeOff',
      'disputeLoss',
      'paymentFees',
      'taxOnFees',
    ],
    by: 'itself',
    sign: -1,
  },
  { name: 'gift cards: sold, less redeemed', roles: ['giftCards'], sign: -1 },
  {
    name: 'collected, less given back',
    roles: ['clearing', 'bank', 'disputeReceivable'],
    by: 'itself',
    sign: 1,
  },
  { name: 'owed by the customer', roles: ['receivables'], sign: 1 },
  { name: 'owed to the customer', roles: ['deposits', 'refundLiability'], sign: -1 },
  { name: 'paid out', roles: ['clearing', 'disputeReceivable'], by: 'others', sign: -1 },
  {
    name: 'cost of what was sold',
    roles: ['costOfGoods', 'writeDown', 'damagedStock'],
    sign: 1,
  },
];

const PAYOUT_HOPS: readonly HopRule[] = [
  { name: 'taken from clearing', roles: ['clearing', 'receivables', 'deposits'], sign: -1 },
  { name: 'fees', roles: ['paymentFees', 'taxOnFees'], sign: -1 },
  {
    name: 'disputes, reserves, advances, billing',
    roles: ['disputeReceivable', 'disputeLoss', 'reserve', 'advance', 'billing'],
    sign: -1,
  },
  { name: 'exchange and rounding', roles: ['exchangeDifference', 'rounding', 'writeOff'], sign: -1 },
  { name: 'not explained', roles: ['suspense'], sign: -1 },
  { name: 'on its way to the bank', roles: ['bankInTransit'], sign: 1 },
  { name: 'at the bank', roles: ['bank'], sign: 1 },
];

/** What must be clear when an order or a payout is finished, and what it means when it is not. */
const RESIDUALS: Partial<Record<AccountRole, string>> = {
  receivables: 'the customer has not paid it',
  deposits: 'paid, and neither shipped nor given back',
  refundLiability: 'credited, and not given back yet',
  clearing: 'the payment provider has not paid it out',
  goodsInTransit: 'shipped, and not delivered yet',
  taxInSuspense: 'falls due, or back, when the customer is repaid',
  disputeReceivable: 'the dispute is not decided',
  bankInTransit: 'the bank has not shown it',
  suspense: 'nobody has said what it is',
};

/** The proof of an order: `key` is its stream's; lines of others are those that name it as their item. */
export function orderProof(key: string, lines: readonly ProofLine[]): ProofChain {
  return chainOf(key, lines, ORDER_HOPS, [
    'receivables',
    'deposits',
    'refundLiability',
    'clearing',
    'goodsInTransit',
    'taxInSuspense',
    'disputeReceivable',
  ]);
}

export function payoutProof(key: string, lines: readonly ProofLine[]): ProofChain {
  return chainOf(key, lines, PAYOUT_HOPS, ['bankInTransit', 'suspense']);
}

function chainOf(
  key: string,
  lines: readonly ProofLine[],
  rules: readonly HopRule[],
  clear: readonly AccountRole[],
): ProofChain {
  const hops = rules.map((rule) => hopOf(key, lines, rule)).filter(({ documents }) => documents.length > 0);
  const residuals = clear.flatMap((role) => residualsOf(key, role, lines));
  return { hops, residuals, closes: residuals.length === 0 };
}

function hopOf(key: string, lines: readonly ProofLine[], { name, roles, by, sign }: HopRule): ProofHop {
  const own = lines.filter(
    (line) => roles.includes(line.role) && (by === undefined || (line.key === key) === (by === 'itself')),
  );
  const documents = [...Map.groupBy(own, (line) => `${line.kind} ${line.key} ${line.posting}`).values()].map(
    (of) => documentOf(of, sign),
  );
  return { name, documents, totalMinor: sumMinor(documents.map(({ amountMinor }) => amountMinor)) };
}

function documentOf(lines: readonly ProofLine[], sign: 1 | -1): ProofDocument {
  const { kind, key, seq, posting, act, text, postingDate } = lines[0] as ProofLine;
  const amountMinor = sumMinor(lines.map(({ bookMinor }) => bookMinor)) * sign || 0;
  const accounts = [...new Set(lines.map(({ account }) => account))];
  return { stream: { kind, key }, seq, posting, act, text, date: postingDate, accounts, amountMinor };
}

function residualsOf(key: string, role: AccountRole, lines: readonly ProofLine[]): ProofResidual[] {
  // What clears another stream's item leaves nothing here.
  const own = lines.filter((line) => line.role === role && (line.item ?? line.key) === key);
  return [...Map.groupBy(own, ({ account }) => account)].flatMap(([account, of]) => {
    const amountMinor = sumMinor(of.map(({ bookMinor }) => bookMinor));
    if (amountMinor === 0) return [];
    const since = of.reduce(
      (first, { postingDate }) => (postingDate < first ? postingDate : first),
      of[0]?.postingDate ?? '',
    );
    return [{ role, account, amountMinor, since, words: RESIDUALS[role] ?? 'not clear' }];
  });
}
