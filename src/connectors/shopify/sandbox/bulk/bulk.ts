/**
 * Bulk operations: a query without pages that runs for a while beside everything else, its results a file of JSON lines
 * under an address of the store for seven days. Five at a time for an app at a store. Results are never in memory: each part is
 * written to a file when it is read, and the file goes out as a stream.
 */
import { closeSync, read, writeSync } from 'node:fs';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { DocumentNode, ExecutionResult } from 'graphql';
import type { SandboxReply } from '../../../../sandbox/kit/server.ts';
import type { World } from '../../../../sandbox/kit/world.ts';
import { utc } from '../format.ts';
import { connection, type PageArgs } from '../graphql/connection.ts';
import type { BulkReading, Execution } from '../graphql/execution.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { gid, Ids, idIn } from '../ids.ts';
import { openNameless } from '../record-file.ts';
import type { Json } from '../webhooks/webhook-parts.ts';
import { bulkDocument, linesOf } from './bulk-query.ts';

/** Root objects that are read at a time; between two such readings others have their turn. */
const CHUNK = 250;
const CHUNK_MS = 100;
const AT_A_TIME = 5;
const KEPT_MS = 7 * 24 * 3_600_000;
/** Bytes of a result that go out at once. */
const PART_BYTES = 64 * 1024;
const readAt = promisify(read);

/** Whose operation it is. */
type Caller = Pick<Execution, 'version' | 'scopes'>;

export const BULK_PATH = '/bulk/';

type Status = 'CREATED' | 'RUNNING' | 'COMPLETED' | 'CANCELING' | 'CANCELED' | 'FAILED';

interface Bulk {
  readonly id: string;
  readonly by: Caller;
  readonly query: string;
  readonly document: DocumentNode;
  readonly createdAtMs: number;
  status: Status;
  errorCode: string | null;
  completedAtMs: number | null;
  after: string | null;
  objects: number;
  roots: number;
  /** Its results so far; null: none, or no longer. */
  file: { descriptor: number; bytes: number } | null;
}

export interface BulkOptions {
  connection: string;
  /** From its start to its first results, by business time; 0: all at once. */
  delayMs: number;
  /** Where its results will be. */
  urlOf(path: string): string;
  read(by: Caller, document: DocumentNode, reading: BulkReading): ExecutionResult;
  /** It has ended. */
  ended(key: string, body: () => Json): void;
}

export class BulkOperations {
  readonly #world: World;
  readonly #options: BulkOptions;
  readonly #ids: Ids;
  readonly #all: Bulk[] = [];

  constructor(world: World, options: BulkOptions) {
    this.#world = world;
    this.#options = options;
    this.#ids = new Ids(`${options.connection} bulk operations`);
  }

  root(): Record<string, unknown> {
    return {
      bulkOperation: ({ id }: { id: string }) => this.byId(id),
      bulkOperations: (args: PageArgs & { query?: string | null; sortKey?: string | null }) => {
        if (args.query) throw notSupported('bulkOperations(query)');
        if (args.sortKey && args.sortKey !== 'CREATED_AT') throw notSupported('bulkOperations(sortKey)');
        return connection(this.#all, args, (each) => this.#node(each));
      },
      currentBulkOperation: ({ type }: { type?: string | null }) => {
        const last = type === 'MUTATION' ? undefined : this.#all.at(-1);
        return last ? this.#node(last) : null;
      },
      bulkOperationRunQuery: ({ query }: { query: string; groupObjects?: boolean }, by: Execution) =>
        this.#run(by, query),
      bulkOperationCancel: ({ id }: { id: string }) => this.#cancel(id),
    };
  }

  /** The object of this global id; null: there is none. */
  byId(id: string): unknown {
    const found = this.#find(id);
    return found ? this.#node(found) : null;
  }

  /** Answers a request for results. */
  serve(path: string): SandboxReply {
    this.#forgetOld();
    const id = path.slice(BULK_PATH.length).replace(/\.jsonl$/, '');
    const { file = null, completedAtMs = null } = this.#all.find((each) => each.id === id) ?? {};
    if (!file || completedAtMs === null)
      return { status: 404, body: 'The results of this operation are not here, or no longer.' };
    const body = Readable.from(partsOf(file));
    const headers = { 'content-type': 'application/jsonl', 'content-length': String(file.bytes) };
    return { status: 200, headers, body };
  }

  close(): void {
    for (const each of this.#all) forget(each);
  }

  #find(id: string): Bulk | undefined {
    return this.#all.find((each) => each.id === idIn('BulkOperation', id));
  }

  #run({ version, scopes }: Execution, query: string): unknown {
    const by = { version, scopes };
    this.#forgetOld();
    const refused = (message: string, code: string, field: string[] | null) => ({
      bulkOperation: null,
      userErrors: [{ field, message, code }],
    });
    const running = this.#all.filter(({ completedAtMs }) => completedAtMs === null);
    if (running.length >= AT_A_TIME)
      return refused('Bulk operations limit reached. Please try again later.', 'LIMIT_REACHED', null);
    const document = bulkDocument(version, query);
    if ('message' in document) return refused(document.message, 'INVALID', ['query']);
    this.#tryOut(by, document);
    const bulk: Bulk = {
      id: this.#ids.next(),
      by,
      query,
      document,
      createdAtMs: this.#world.clock.now(),
      status: 'CREATED',
      errorCode: null,
      completedAtMs: null,
      after: null,
      objects: 0,
      roots: 0,
      file: null,
    };
    this.#all.push(bulk);
    const node = this.#node(bulk);
    if (this.#options.delayMs === 0) while (!this.#goOn(bulk));
    else this.#later(bulk, this.#options.delayMs);
    return { bulkOperation: node, userErrors: [] };
  }

  /** What the sandbox does not behave is told at once, and not after the run. */
  #tryOut(by: Caller, document: DocumentNode): void {
    const { errors } = this.#options.read(by, document, reading(1, null));
    const unsupported = errors?.find(({ extensions }) => extensions?.code === 'NOT_SUPPORTED_IN_SANDBOX');
    if (unsupported) throw unsupported;
  }

  #later(bulk: Bulk, afterMs: number): void {
    this.#world.schedule(this.#world.clock.now() + afterMs, `bulk operation ${bulk.id}`, () => {
      if (!this.#goOn(bulk)) this.#later(bulk, CHUNK_MS);
    });
  }

  /** Reads one chunk; true: it has ended. */
  #goOn(bulk: Bulk): boolean {
    if (bulk.status === 'CANCELING') return this.#end(bulk, 'CANCELED');
    bulk.status = 'RUNNING';
    const part = reading(CHUNK, bulk.after);
    const { data, errors } = this.#options.read(bulk.by, bulk.document, part);
    if (errors?.length || !data) {
      const denied = errors?.some(({ extensions }) => extensions?.code === 'ACCESS_DENIED');
      bulk.errorCode = denied ? 'ACCESS_DENIED' : 'INTERNAL_SERVER_ERROR';
      return this.#end(bulk, 'FAILED');
    }
    const [[key, found] = ['', null]] = Object.entries(data);
    const lines = [...linesOf(found, key, part.connections)];
    bulk.objects += lines.length;
    write(bulk, lines);
    const { nodes, edges } = (found ?? {}) as { nodes?: unknown[]; edges?: unknown[] };
    bulk.roots += (nodes ?? edges ?? []).length;
    bulk.after = part.next;
    return part.next === null ? this.#end(bulk, 'COMPLETED') : false;
  }

  #end(bulk: Bulk, status: Status): true {
    bulk.status = status;
    bulk.completedAtMs = this.#world.clock.now();
    this.#world.changed();
    this.#options.ended(`bulk ${bulk.id}`, () => ({
      admin_graphql_api_id: gid('BulkOperation', bulk.id),
      completed_at: utc(bulk.completedAtMs as number),
      created_at: utc(bulk.createdAtMs),
      error_code: bulk.errorCode?.toLowerCase() ?? null,
      status: status.toLowerCase(),
      type: 'query',
    }));
    return true;
  }

  #cancel(id: string): unknown {
    const found = this.#find(id);
    const refused = (message: string) => ({
      bulkOperation: found ? this.#node(found) : null,
      userErrors: [{ field: ['id'], message }],
    });
    if (!found) return refused('Bulk operation does not exist');
    if (found.completedAtMs !== null)
      return refused(`A bulk operation cannot be canceled when it is ${found.status.toLowerCase()}`);
    found.status = 'CANCELING';
    return { bulkOperation: this.#node(found), userErrors: [] };
  }

  #forgetOld(): void {
    const before = this.#world.clock.now() - KEPT_MS;
    for (const each of this.#all)
      if (each.completedAtMs !== null && each.completedAtMs < before) forget(each);
  }

  #node(each: Bulk): Record<string, unknown> {
    const url =
      each.file && each.completedAtMs !== null ? this.#options.urlOf(`${BULK_PATH}${each.id}.jsonl`) : null;
    const whole = each.status === 'COMPLETED';
    return {
      __typename: 'BulkOperation',
      id: gid('BulkOperation', each.id),
      status: each.status,
      type: 'QUERY',
      query: each.query,
      errorCode: each.errorCode,
      createdAt: utc(each.createdAtMs),
      completedAt: each.completedAtMs === null ? null : utc(each.completedAtMs),
      objectCount: String(each.objects),
      rootObjectCount: String(each.roots),
      fileSize: url === null || each.file === null ? null : String(each.file.bytes),
      url: whole ? url : null,
      partialDataUrl: whole ? null : url,
    };
  }
}

function write(bulk: Bulk, lines: readonly string[]): void {
  if (lines.length === 0) return;
  bulk.file ??= { descriptor: openNameless(), bytes: 0 };
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  for (let from = 0; from < bytes.length; )
    from += writeSync(bulk.file.descriptor, bytes, from, bytes.length - from, bulk.file.bytes + from);
  bulk.file.bytes += bytes.length;
}

/** A file in parts. A stream of the file system would close the descriptor when its reader goes away. */
async function* partsOf({
  descriptor,
  bytes,
}: {
  descriptor: number;
  bytes: number;
}): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes; ) {
    const part = Buffer.alloc(Math.min(PART_BYTES, bytes - at));
    const { bytesRead } = await readAt(descriptor, part, 0, part.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield part.subarray(0, bytesRead);
  }
}

function forget(bulk: Bulk): void {
  if (bulk.file) closeSync(bulk.file.descriptor);
  bulk.file = null;
}

function reading(size: number, after: string | null): BulkReading {
  return { size, after, connections: new Set(), next: null };
}
