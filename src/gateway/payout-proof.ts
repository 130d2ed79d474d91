/**
 * The proof of a payout: its net is the sum of its entries, amount less fee, as the provider has told them; beside each the posting that
 * it stands in; and where the money is by the books. What a payout consists of is in the provider's currency, what is booked in that of
 * the books.
 */
import { payoutProof } from '../domain/books/proof.ts';
import type { PayoutFact } from '../domain/settlement/payout.ts';
import { type PayoutProofEntry, proofOfPayout } from '../domain/settlement/proof.ts';
import { parseStreamKey, streamKey } from '../domain/stream-key.ts';
import type { Engine } from '../engine/engine.ts';
import { type LineRow, readLinesOf, readLinesOfStreams, readTitles } from '../store/read-books.ts';
import { readJournal } from '../store/read-settlement.ts';
import { chartNamed } from './books.ts';
import { ApiProblem } from './problem.ts';
import { hopsOf, proofLine, residualsOf } from './proofs.ts';
import type { Proof } from './schemas/books.ts';
import { keysOf, money, streamRef, type Titles } from './views/books.ts';

/** The proof of a payout by its key: `CONNECTION/ID`. */
export async function provePayout(engine: Engine, key: string): Promise<Proof> {
  const { database } = engine;
  const [facts, rows] = await Promise.all([
    readJournal(database, 'payout', key),
    readLinesOf(database, { kind: 'payout', key }),
  ]);
  if (facts.length === 0 && rows.length === 0)
    throw new ApiProblem(
      404,
      'payout-not-found',
      'There is no such payout',
      `Nothing was told or posted of a payout "${key}".`,
      'Give its key, CONNECTION/ID; a payout is known when its channel has told of it.',
    );
  const told = proofOfPayout(key, facts as unknown as PayoutFact[]);
  const connection = parseStreamKey(key).connection;
  const streamOf = ({ entryId }: PayoutProofEntry) => streamKey(connection, entryId);
  const booked = await readLinesOfStreams(database, 'settlement', told.entries.map(streamOf));
  const linesOf = Map.groupBy(booked, (row) => row.key);
  const orders = told.entries.flatMap(({ order }) => order ?? []);
  const titles = await readTitles(database, [...orders, ...keysOf(rows)]);
  const chart = chartNamed(engine, entityOf(engine, connection, [...rows, ...booked]));
  const currency = told.currency ?? chart.currency;
  const isBooked = engine.config.entities.some(({ id, books }) => id === chart.entity && books !== undefined);
  const { hops, residuals } = payoutProof(key, rows.map(proofLine));
  const chain = told.entries.length === 0 && told.netMinor === null ? [] : chainOf();
  const left = [...residualsOf(residuals, chart), ...notClosed()];
  return {
    of: 'payout',
    id: key,
    title: titleOf(),
    entity: chart.entity,
    currency: chart.currency,
    hops: [...chain, ...hopsOf(hops, chart, titles)],
    residuals: left,
    closes: left.length === 0,
  };

  function titleOf(): string {
    if (told.netMinor === null) return key;
    const { amount } = money(told.netMinor, currency);
    return `${key} of ${told.issuedAt?.slice(0, 10) ?? ''}: ${amount} ${currency}, ${told.status}`;
  }

  /** What the provider has told: entries by kind, their sum, and the net of the payout. */
  function chainOf(): Proof['hops'] {
    const byKind = Map.groupBy(told.entries, ({ kind }) => kind);
    const kinds = told.kinds.map(({ kind, amountMinor, feeMinor }) => ({
      name: `${kind}: amounts less fees`,
      total: money(amountMinor - feeMinor, currency),
      documents: (byKind.get(kind) ?? []).map((entry) =>
        documentOf(entry, linesOf.get(streamOf(entry)) ?? [], {
          titles,
          currency,
          stream: streamOf(entry),
        }),
      ),
    }));
    const plain = (name: string, amountMinor: number) => ({
      name,
      total: money(amountMinor, currency),
      documents: [],
    });
    return [
      ...kinds,
      plain(`all ${told.entries.length} entries`, told.sumMinor),
      ...(told.netMinor === null ? [] : [plain('net, as the provider says', told.netMinor)]),
    ];
  }

  /** What is missing between the provider's figures, and between them and the books. */
  function notClosed(): Proof['residuals'] {
    const since = told.issuedAt?.slice(0, 10) ?? '';
    const residual = (amountMinor: number, words: string) => ({
      account: '',
      name: '',
      amount: money(amountMinor, currency),
      since,
      words,
    });
    const parts: Proof['residuals'] = [];
    if (told.netMinor === null)
      parts.push(residual(told.sumMinor, 'the provider has not told of the payout itself'));
    else if (told.residualMinor !== null && told.residualMinor !== 0)
      parts.push(residual(told.residualMinor, 'the net is not the sum of the entries'));
    if (!isBooked) return parts;
    for (const entry of told.entries)
      if ((entry.amountMinor !== 0 || entry.feeMinor !== 0) && !linesOf.has(streamOf(entry)))
        parts.push(residual(entry.netMinor, `entry ${entry.entryId} (${entry.sourceType}) is not posted`));
    const isOver = told.status === 'paid' || told.status === 'failed' || told.status === 'cancelled';
    if (isOver && told.netMinor !== 0 && rows.length === 0)
      parts.push(residual(told.netMinor ?? 0, 'the payout is not posted'));
    return parts;
  }
}

/** An entry with the order whose money it is, and the posting that it stands in. */
function documentOf(
  { entryId, sourceType, order, at, amountMinor, feeMinor, netMinor }: PayoutProofEntry,
  lines: readonly LineRow[],
  { titles, currency, stream }: { titles: Titles; currency: string; stream: string },
): Proof['hops'][number]['documents'][number] {
  const amount = (minor: number) => money(minor, currency).amount;
  const of = order === null ? '' : ` of ${titles.get(order) ?? order}`;
  const fee = feeMinor === 0 ? '' : `, fee ${amount(feeMinor)}`;
  return {
    date: lines[0]?.posting_date ?? at.slice(0, 10),
    text: `${sourceType} ${entryId}${of}: ${amount(amountMinor)}${fee}`,
    stream: order === null ? streamRef('settlement', stream, titles) : streamRef('order', order, titles),
    posting: lines[0] ? `${stream}: ${[...new Set(lines.map(({ posting }) => posting))].join(', ')}` : null,
    accounts: [...new Set(lines.map(({ account }) => account))],
    amount: money(netMinor, currency),
  };
}

/** In whose books it stands; before anything is posted, the entity of the connection. */
function entityOf(engine: Engine, connection: string, rows: readonly LineRow[]): string {
  const { connections, entities } = engine.config;
  const own = connections.find(({ id }) => id === connection)?.entity;
  return rows[0]?.entity ?? own ?? entities[0]?.id ?? '';
}
