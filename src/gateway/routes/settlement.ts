/** /v1/bank, /v1/payouts: what the bank shows, what payment providers have paid out, and that both come to the same. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { BankStatement, Payout, SettlementEntry } from '../../domain/canonical/index.ts';
import type { BankAccount } from '../../domain/config.ts';
import { formatMinor } from '../../domain/money.ts';
import type { BankState } from '../../domain/settlement/bank.ts';
import { type OpeningState, openingProblems } from '../../domain/settlement/opening.ts';
import { OPENING_ROLES, type OpeningItem } from '../../domain/settlement/opening-balances.ts';
import type { PayoutFact } from '../../domain/settlement/payout.ts';
import { proofOfPayout } from '../../domain/settlement/proof.ts';
import { parseStreamKey, streamKey } from '../../domain/stream-key.ts';
import type { Engine } from '../../engine/engine.ts';
import { tellStream } from '../../engine/operator.ts';
import { findOrders } from '../../store/read-orders.ts';
import { readJournal, readStream } from '../../store/read-settlement.ts';
import { channelsOf } from '../orders.ts';
import { ApiProblem } from '../problem.ts';
import { Accepted, type Money } from '../schemas/common.ts';
import { BankAccountList, PayoutDetail, SettlementImported } from '../schemas/settlement.ts';
import { type ApiParts, answers, checkFilter, jsonBody } from './app.ts';

const Account = z.object({ entity: z.string().min(1).max(200), account: z.string().min(1).max(200) });
const by = z.string().min(1).max(200).default('API').openapi({ description: 'Who decides' });

const accounts = createRoute({
  method: 'get',
  path: '/v1/bank',
  tags: ['Settlement'],
  summary: 'Accounts at banks: what is expected there, and what is not explained',
  responses: answers('Accounts', BankAccountList),
});

const statements = createRoute({
  method: 'post',
  path: '/v1/bank/{entity}/{account}/statements',
  tags: ['Settlement'],
  summary: 'Import a statement of a bank account',
  description:
    'A statement or a line that comes twice counts once. What lines say is kept only where they name a payment provider. `crossdock bank import` makes statements of CSV and camt.053 files.',
  request: { params: Account, body: jsonBody(BankStatement) },
  responses: answers('It is written down', Accepted),
});

const matches = createRoute({
  method: 'post',
  path: '/v1/bank/{entity}/{account}/matches',
  tags: ['Settlement'],
  summary: 'Say which payouts a line of a statement is',
  request: {
    params: Account,
    body: jsonBody(
      z.object({ lineId: z.string().min(1).max(512), payouts: z.array(z.string()).min(1).max(50), by }),
    ),
  },
  responses: answers('It is written down', Accepted),
});

const payout = createRoute({
  method: 'get',
  path: '/v1/payouts/{key}',
  tags: ['Settlement'],
  summary: 'A payout: each of its entries with its order, and whether it adds up and has reached the bank',
  request: {
    params: z.object({
      key: z.string().min(3).max(600).openapi({ description: 'CONNECTION/ID, URL-encoded' }),
    }),
  },
  responses: answers('The payout', PayoutDetail),
});

const settlements = createRoute({
  method: 'post',
  path: '/v1/settlements',
  tags: ['Settlement'],
  summary: 'Import what a payment provider has settled',
  description:
    'Entries and payouts of a gateway whose provider no connector reads. Ids must be unique for the connection (`crossdock settlement import` puts the gateway before them). What comes twice counts once. `channelOrderId` may be an order’s name.',
  request: {
    body: jsonBody(
      z.object({
        connection: z.string().min(1).max(200),
        entries: z.array(SettlementEntry).max(1_000),
        payouts: z.array(Payout).max(1_000),
      }),
    ),
  },
  responses: answers('What was imported', SettlementImported),
});

const opening = createRoute({
  method: 'post',
  path: '/v1/books/{entity}/opening',
  tags: ['Books'],
  summary: 'Open the books: what was open on the day before they begin',
  description:
    'Item by item, in the currency of the books, debit positive; the items of each account must come to its balance in the general ledger. Later refunds and payouts clear the items of their orders. Books are opened once. `item` may be an order’s name where `channel` is given.',
  request: {
    params: Account.pick({ entity: true }),
    body: jsonBody(
      z.object({
        on: z.iso.date().openapi({ description: 'The first day of the books' }),
        items: z
          .array(
            z.object({
              role: z.enum(OPENING_ROLES),
              item: z.string().min(1).max(600),
              channel: z.string().optional(),
              gateway: z.string().optional(),
              amountMinor: z.number().int(),
              text: z.string().max(500).default(''),
            }),
          )
          .min(1)
          .max(100_000),
        ledger: z.array(z.object({ account: z.string(), balanceMinor: z.number().int() })).max(1_000),
        by,
      }),
    ),
  },
  responses: answers('The books are open', Accepted),
});

export function settlementRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  app.openapi(accounts, async (c) => {
    const all = engine.config.entities.flatMap((entity) =>
      entity.bankAccounts.map((account) => ({ key: streamKey(entity.id, account.id), account })),
    );
    const items = await Promise.all(all.map(({ key, account }) => accountItem(engine, key, account)));
    return c.json({ items }, 200);
  });

  app.openapi(statements, async (c) => {
    const { key, account } = accountNamed(engine, c.req.valid('param'));
    const statement = c.req.valid('json');
    if (statement.currency !== account.currency)
      throw new ApiProblem(
        422,
        'other-currency',
        'The statement is of another account',
        `${key} is in ${account.currency}, the statement in ${statement.currency}.`,
        'Import it for the account that it is of.',
      );
    // What others write to the retailer names persons: it does not go into the journal.
    const lines = statement.lines.map((line) => ({
      ...line,
      text: line.text !== null && namesProvider(line.text, account) ? line.text : null,
    }));
    await tellStream(engine, 'bank', key, { type: 'bank.statement', statement: { ...statement, lines } });
    const count = lines.filter(({ text }) => text !== null).length;
    const message = `statement ${statement.statementId} is imported: ${lines.length} lines, ${count} of payment providers`;
    return c.json({ accepted: true, key, message } as const, 200);
  });

  app.openapi(matches, async (c) => {
    const { key, account } = accountNamed(engine, c.req.valid('param'));
    const { lineId, payouts, by: person } = c.req.valid('json');
    const state = (await readStream<BankState>(engine.database, 'bank', key))?.state;
    const line = state?.lines[lineId];
    const meant = payouts.flatMap((each) => state?.expected[each] ?? []);
    const refused = (detail: string, next: string) =>
      new ApiProblem(409, 'no-match', 'They are not the same', detail, next);
    if (!line)
      throw refused(
        `${key} has no line ${lineId} that waits for its payout.`,
        'Look at: crossdock bank list',
      );
    if (meant.length !== payouts.length)
      throw refused(
        `Not all of ${payouts.join(', ')} are expected at ${key}.`,
        'Look at: crossdock bank list',
      );
    const sum = meant.reduce((all, { amountMinor }) => all + amountMinor, 0);
    const money = (minor: number) => `${formatMinor(minor, account.currency)} ${account.currency}`;
    if (sum !== line.amountMinor)
      throw refused(
        `The line is ${money(line.amountMinor)}, the payouts come to ${money(sum)}.`,
        'Name all payouts that it is; what the bank has kept is booked by finance.',
      );
    await tellStream(engine, 'bank', key, { type: 'bank.match', lineId, payouts, by: person });
    return c.json({ accepted: true, key, message: `${lineId} is ${payouts.join(' and ')}` } as const, 200);
  });

  app.openapi(settlements, async (c) => {
    const { connection, entries, payouts } = c.req.valid('json');
    checkFilter('connection', connection, channelsOf(engine));
    const unknownOrders: string[] = [];
    for (const entry of entries) {
      const { order, isKnown } = await orderMeant(engine, connection, entry.channelOrderId);
      if (!isKnown) unknownOrders.push(order ?? '');
      const key = streamKey(connection, entry.entryId);
      const message = { type: 'settlement.entry', entry: { ...entry, channelOrderId: order } } as const;
      await tellStream(engine, 'settlement', key, message);
    }
    for (const each of payouts)
      await tellStream(engine, 'payout', streamKey(connection, each.payoutId), {
        type: 'payout.snapshot',
        payout: each,
      });
    return c.json({ entries: entries.length, payouts: payouts.length, unknownOrders }, 200);
  });

  app.openapi(opening, async (c) => {
    const { entity: id } = c.req.valid('param');
    const { by: person, ...given } = c.req.valid('json');
    const entity = engine.config.entities.find((each) => each.id === id);
    if (!entity)
      throw new ApiProblem(
        404,
        'entity-not-found',
        'There is no such entity',
        `The configuration has no entity "${id}".`,
        `Give one of ${engine.config.entities.map((each) => each.id).join(', ')}.`,
      );
    const items: OpeningItem[] = [];
    for (const { channel, gateway, ...each } of given.items) {
      const meant = channel === undefined ? null : await orderMeant(engine, channel, each.item);
      const item = meant === null ? each.item : streamKey(channel ?? '', meant.order ?? each.item);
      items.push({
        ...each,
        item,
        ...(channel !== undefined && { channel }),
        ...(gateway !== undefined && { gateway }),
      });
    }
    const balances = { ...given, items };
    const problems = openingProblems(entity, balances);
    if (problems.length > 0)
      throw new ApiProblem(
        422,
        'opening-refused',
        'The books cannot be opened so',
        problems.slice(0, 20).join('; '),
        'Correct the items or the balances of the general ledger, and send all of it again.',
      );
    const key = streamKey(entity.id, 'opening');
    if ((await readStream<OpeningState>(engine.database, 'opening', key))?.state?.opened)
      throw new ApiProblem(
        409,
        'books-open',
        'The books are open already',
        `The opening balances of ${entity.id} were imported before.`,
        'What was forgotten is posted by hand in the finance system.',
      );
    await tellStream(engine, 'opening', key, { type: 'books.open', opening: balances, by: person });
    return c.json(
      { accepted: true, key, message: `the books of ${entity.id} open with ${items.length} items` } as const,
      200,
    );
  });

  app.openapi(payout, async (c) => {
    const { key } = c.req.valid('param');
    const facts = key.includes('/') ? await readJournal(engine.database, 'payout', key) : [];
    if (facts.length === 0)
      throw new ApiProblem(
        404,
        'payout-not-found',
        'There is no such payout',
        `Nothing is known of a payout "${key}".`,
        'Give CONNECTION/ID, as cases name it.',
      );
    return c.json(payoutDetail(key, facts as unknown as PayoutFact[]), 200);
  });
}

/** The channel's id of the order that a file names, by id or by name; what nobody knows stays as it is. */
async function orderMeant(
  engine: Engine,
  connection: string,
  named: string | null,
): Promise<{ order: string | null; isKnown: boolean }> {
  if (named === null) return { order: null, isKnown: true };
  const found = await findOrders(engine.database, named, [connection], { wholeName: true, limit: 10 });
  const own = found.filter(({ key }) => key.startsWith(`${connection}/`));
  const [first] = own;
  if (!first || own.length > 1) return { order: named, isKnown: false };
  return { order: parseStreamKey(first.key).id, isKnown: true };
}

function payoutDetail(key: string, facts: readonly PayoutFact[]): PayoutDetail {
  const { currency, netMinor, sumMinor, residualMinor, kinds, entries, ...rest } = proofOfPayout(key, facts);
  const money = (minor: number): Money => moneyOf(minor, currency ?? 'EUR');
  const known = (minor: number | null) => (minor === null || currency === null ? null : money(minor));
  return {
    ...rest,
    net: known(netMinor),
    sum: known(sumMinor),
    residual: known(residualMinor),
    kinds: kinds.map(({ kind, count, amountMinor, feeMinor }) => ({
      kind,
      count,
      amount: money(amountMinor),
      fee: money(feeMinor),
    })),
    entries: entries.map(({ amountMinor, feeMinor, netMinor: net, ...entry }) => ({
      ...entry,
      amount: money(amountMinor),
      fee: money(feeMinor),
      net: money(net),
    })),
  };
}

async function accountItem(engine: Engine, key: string, { name, iban, currency }: BankAccount) {
  const state = (await readStream<BankState>(engine.database, 'bank', key))?.state;
  const money = (minor: number) => moneyOf(minor, currency);
  return {
    key,
    name,
    iban: iban ?? null,
    currency,
    closing: state?.closing
      ? { until: state.closing.until, balance: money(state.closing.amountMinor) }
      : null,
    expected: Object.values(state?.expected ?? {})
      .map((each) => ({ payout: each.payout, on: each.on, amount: money(each.amountMinor) }))
      .sort((a, b) => (a.on < b.on ? -1 : 1)),
    lines: Object.values(state?.lines ?? {}).map(({ amountMinor, ...line }) => ({
      ...line,
      amount: money(amountMinor),
    })),
  };
}

function moneyOf(minor: number, currency: string): Money {
  return { amount: formatMinor(minor, currency), currency };
}

function accountNamed(
  engine: Engine,
  { entity, account }: { entity: string; account: string },
): { key: string; account: BankAccount } {
  const found = engine.config.entities
    .find(({ id }) => id === entity)
    ?.bankAccounts.find(({ id }) => id === account);
  if (found) return { key: streamKey(entity, account), account: found };
  const known = engine.config.entities.flatMap(({ id, bankAccounts }) =>
    bankAccounts.map((each) => streamKey(id, each.id)),
  );
  throw new ApiProblem(
    404,
    'bank-account-not-found',
    'There is no such bank account',
    `The configuration has no bank account "${account}" of entity "${entity}".`,
    known.length === 0
      ? 'Add it to the entity as bankAccounts.'
      : `Give one of ${known.join(', ')}, or add it to the entity as bankAccounts.`,
  );
}

function namesProvider(text: string, { providers }: BankAccount): boolean {
  const words = text.toLowerCase();
  return providers.some((provider) => words.includes(provider.toLowerCase()));
}
