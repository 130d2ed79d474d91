/** What a file brought, as messages: its rows are told to their items, a report to the series, its exact bytes are kept. Pure. */
import { z } from 'zod';
import type { ObservedMessage } from '../../domain/messages.ts';
import { streamKey } from '../../domain/stream-key.ts';
import type { Address, Delivery, Intake, Normalised } from '../contract.ts';
import { PART_TOPIC, REPORT_TOPIC, ROW_TOPIC } from './feed.ts';
import { isRefusal, KINDS, readRow } from './layout.ts';
import { Summary } from './summary.ts';

const RowBody = z.object({
  header: z.object({
    kind: z.enum(KINDS),
    sender: z.string(),
    location: z.string(),
    sequence: z.number().int(),
    createdAt: z.string(),
  }),
  row: z.number().int(),
  fields: z.record(z.string(), z.string()),
  lost: z.string().nullable().default(null),
});

export function filesIntake(connection: string): Intake {
  return {
    // Files come by the feed alone.
    verify: () => ({ ok: false, problem: 'unsigned' }),
    address: (delivery) => address(connection, delivery),
    normalise,
  };
}

function address(connection: string, { topic, body }: Delivery): Address {
  if (topic.startsWith(PART_TOPIC))
    return { stream: 'ignored', reason: 'it is a file as it came: its rows are messages of their own' };
  if (topic === REPORT_TOPIC) {
    const summary = Summary.safeParse(parsed(body));
    if (!summary.success) return { stream: 'unaddressable', reason: 'it is no report on a file' };
    const { header, status } = summary.data;
    return {
      stream: 'exchange',
      key: streamKey(connection, header ? `${header.sender}/${header.location}` : 'unreadable'),
      heardAt: status === 'rejected' ? null : (header?.createdAt ?? null),
    };
  }
  if (topic !== ROW_TOPIC) return { stream: 'unaddressable', reason: 'it is no part of a file' };
  const row = RowBody.safeParse(parsed(body));
  const item = row.success ? (row.data.fields.item ?? '') : '';
  return item === ''
    ? { stream: 'unaddressable', reason: 'it is no row of a file with an item' }
    : { stream: 'stock', key: streamKey(connection, item) };
}

function normalise({ topic, body }: Delivery): Normalised {
  if (topic === REPORT_TOPIC) {
    const summary = Summary.safeParse(parsed(body));
    if (summary.success) return alone(reportMessage(summary.data));
  }
  const row = RowBody.safeParse(parsed(body));
  if (!row.success) return unreadable('it is no row of a file');
  const { header, row: number, fields, lost } = row.data;
  const read = readRow(header, number, fields, lost);
  return isRefusal(read) ? unreadable(read.words) : alone(read);
}

function reportMessage(summary: Summary): ObservedMessage {
  const { name, header, status, code, words, rows, accepted, rejected, missing, healed, refused } = summary;
  return {
    type: 'exchange.file',
    name,
    hash: summary.hash,
    putAt: summary.putAt,
    contract: header?.kind ?? null,
    sequence: header?.sequence ?? null,
    createdAt: header?.createdAt ?? null,
    status,
    code,
    words,
    rows,
    accepted,
    rejected,
    missing,
    healed,
    refused,
  };
}

const alone = (message: ObservedMessage): Normalised => ({ message, persons: [] });

function unreadable(message: string): Normalised {
  const suggestedFix = 'Read the raw message, and compare it with docs/reference/stock-files.md';
  return alone({ type: 'order.unreadable', reason: 'schema-drift', message, suggestedFix });
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body), (_key, value: unknown) =>
      // PostgreSQL refuses NUL and lone surrogates.
      typeof value === 'string' ? value.replaceAll('\u0000', '\ufffd').toWellFormed() : value,
    );
  } catch {
    return undefined;
  }
}
