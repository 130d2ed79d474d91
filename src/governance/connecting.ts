/**
 * Connecting an account: a few words become a connection, which is tried out before it is written into the configuration. Until
 * then nothing is written at all, so that whatever goes wrong in the middle leaves everything as it was.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { writeWhole } from '../base/files.ts';
import { UsageError } from '../base/usage-error.ts';
import type { Connector, Session, Vault } from '../connectors/contract.ts';
import { financeNeeds } from '../domain/books/finance-needs.ts';
import type { RetailerConfig } from '../domain/config.ts';
import { type OpenConnection, openConnections } from '../engine/connections.ts';
import { webhookUrlOf } from '../engine/workplaces.ts';
import { type ConfigDraft, type Json, readDraft, writeDraft } from './config-file.ts';
import { checkConfiguration } from './configuration.ts';

/** Where the configuration stands, and what may be connected. */
export interface Place {
  /** The configuration file. */
  file: string;
  /** Secrets that were typed are kept in files of this directory, for their owner only. */
  secretsDir: string;
  connectors: readonly Connector[];
}

/** What a person says. For a connection that is known, what is left out stays as it is. */
export interface Wish {
  connector: string;
  id?: string | undefined;
  account?: string | undefined;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  /** Where the secret stands ("env:NAME", "file:PATH"); left out: it is kept in a file of its own. */
  secretReference?: string | undefined;
  access?: string | undefined;
  apiVersion?: string | undefined;
  baseUrl?: string | undefined;
  brand?: string | undefined;
  entity?: string | undefined;
  /** An instant, or null: everything is live. */
  goLiveAt?: string | null | undefined;
  shadow?: boolean | undefined;
  webhooksUrl?: string | undefined;
}

/** A connection that is ready to be tried out, and what is written when it works. */
export interface Prepared {
  id: string;
  isNew: boolean;
  open: OpenConnection;
  config: RetailerConfig;
  /** Writes the configuration, and the secret where it is kept here. */
  write(): void;
}

/** What has come of it. */
export interface Report {
  id: string;
  message: string;
  mended: readonly string[];
  warnings: readonly string[];
  goLiveAt: string | null;
}

/** Makes the connection that is meant, in memory. Throws a `UsageError` with what a person can mend. */
export function prepare({ file, secretsDir, connectors }: Place, wish: Wish): Prepared {
  const connector = connectors.find(({ manifest }) => manifest.name === wish.connector);
  const draft = readDraft(file);
  if (connector?.consent && !connector.accounts) return letIn(connector, draft, wish, connectors);
  const described = connectionMeant(connector, draft, wish);
  const { id, known } = described;
  const settings = { ...(known?.settings as Json | undefined), ...described.settings };
  const given = new Map<string, string>();
  const secretFile = join(secretsDir, `${id}.client-secret`);
  if (wish.clientSecret !== undefined) {
    const reference = wish.secretReference ?? `file:${secretFile}`;
    settings.clientSecret = reference;
    if (wish.secretReference === undefined) given.set(reference, wish.clientSecret);
  } else if (!known) throw new UsageError('Without the client secret of the app there is no access.');
  const connection: Json = {
    ...(known ?? {
      id,
      connector: wish.connector,
      roles: ['channel'],
      goLiveAt: null,
      sameCodes: described.sameCodes,
    }),
    brand: wish.brand ?? known?.brand ?? onlyOne('brand', draft.config.brands),
    entity: wish.entity ?? known?.entity ?? onlyOne('entity', draft.config.entities),
    ...(wish.goLiveAt === undefined ? {} : { goLiveAt: wish.goLiveAt }),
    ...(wish.shadow === undefined ? {} : { shadow: wish.shadow }),
    settings,
  };
  const { connections } = draft.config;
  if (known) connections[connections.indexOf(known)] = connection;
  else connections.push(connection);
  if (wish.webhooksUrl) draft.config.webhooksUrl = wish.webhooksUrl;
  const config = checked(draft, connectors, given);
  const open = openConnections(config, connectors).get(id) as OpenConnection;
  if (wish.secretReference !== undefined) checkReference(wish, open.settings);
  return {
    id,
    isNew: known === undefined,
    open,
    config,
    write() {
      for (const [reference, secret] of given) {
        const path = reference.slice('file:'.length);
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        writeWhole(path, `${secret}\n`, 0o600);
      }
      writeDraft(draft);
    },
  };
}

/** A connection that is written by hand, and lacks only the consent of a person at the vendor. */
function letIn(
  { manifest }: Connector,
  draft: ConfigDraft,
  { id }: Wish,
  connectors: readonly Connector[],
): Prepared {
  const config = checked(draft, connectors);
  const open = id === undefined ? undefined : openConnections(config, connectors).get(id);
  if (id === undefined || open?.connector.manifest.name !== manifest.name)
    throw new UsageError(
      `Write the connection to ${manifest.title} into the configuration first, then name it: --id ID`,
    );
  return { id, isNew: false, open, config, write() {} };
}

function connectionMeant(
  connector: Connector | undefined,
  draft: ConfigDraft,
  wish: Wish,
): { id: string; known: Json | undefined; settings: Json; sameCodes: readonly string[] } {
  const accounts = connector?.accounts;
  if (!accounts)
    throw new UsageError(`Accounts of "${wish.connector}" are written into the configuration by hand.`);
  const { access, clientId, account } = wish;
  if (access !== undefined && !accounts.access.some(({ kind }) => kind === access))
    throw new UsageError(
      `The access "${access}" is none: expected ${accounts.access.map(({ kind }) => kind).join(' or ')}`,
    );
  const find = (id: string) => draft.config.connections.find((each) => each.id === id);
  const byId = wish.id === undefined ? undefined : find(wish.id);
  const before = byId?.settings as Json | undefined;
  const words = {
    account: account ?? (typeof before?.shopDomain === 'string' ? before.shopDomain : undefined),
    clientId: clientId ?? (typeof before?.clientId === 'string' ? before.clientId : undefined),
  };
  if (words.account === undefined) throw new UsageError('Say which store: --shop example.myshopify.com');
  const told = accounts.connection({ ...wish, account: words.account, clientId: words.clientId ?? '' });
  if (told.status === 'refused') throw new UsageError(told.message);
  const id = wish.id ?? told.id;
  const known = find(id);
  if (known && known.connector !== wish.connector)
    throw new UsageError(
      `The connection "${id}" is of the connector "${String(known.connector)}": give another id`,
    );
  const settings = known?.settings as Json | undefined;
  if (known && settings?.shopDomain !== told.settings.shopDomain && account !== undefined)
    throw new UsageError(
      `The connection "${id}" is the store ${String(settings?.shopDomain)} already, not ${String(told.settings.shopDomain)}: give another id`,
    );
  // Else a secret that somebody has typed once could be sent to wherever somebody else says.
  if (known && wish.baseUrl !== undefined && settings?.baseUrl !== wish.baseUrl && !wish.clientSecret)
    throw new UsageError('Another address of the store’s API wants the client secret again.');
  if (!known && !clientId)
    throw new UsageError('Say which app: its client id, in the developer dashboard (--client-id ID)');
  const { shopDomain, clientId: told_, ...rest } = told.settings;
  return {
    id,
    known,
    settings: known
      ? { ...(clientId ? { clientId } : {}), ...rest }
      : { shopDomain, clientId: told_, ...rest },
    sameCodes: told.sameCodes,
  };
}

/** A configuration that has been changed in memory; its problems are told as what a person can mend. */
export function checked(
  draft: ConfigDraft,
  connectors: readonly Connector[],
  given?: ReadonlyMap<string, string>,
): RetailerConfig {
  try {
    return checkConfiguration(draft.file, draft.whole, connectors, given).config;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Whoever names a secret of this machine must know it: a reference to another one is refused. */
function checkReference({ clientSecret = '', secretReference }: Wish, settings: unknown): void {
  const read = String((settings as { clientSecret?: unknown }).clientSecret);
  const digest = (text: string) => createHash('sha256').update(text.trim()).digest();
  if (!timingSafeEqual(digest(read), digest(clientSecret)))
    throw new UsageError(
      `The hub reads another secret at ${secretReference} than you do: make them the same.`,
    );
}

function onlyOne(noun: string, list: unknown): string {
  const ids = Array.isArray(list) ? list.map((each: { id?: unknown }) => String(each.id)) : [];
  const [only] = ids;
  if (only === undefined || ids.length > 1)
    throw new UsageError(`Say which ${noun}: --${noun} ID (there are: ${ids.join(', ') || 'none'})`);
  return only;
}

/** Opens a connection that is not in force yet, for a test. `credential`: what a consent has given. */
export function openToTry({ id, open, config }: Prepared, clock: Clock, vault: Vault): Session {
  const { webhooksUrl } = config;
  return open.connector.open({
    connection: id,
    settings: open.settings,
    clock,
    webhookUrl: webhooksUrl ? webhookUrlOf(webhooksUrl, id) : null,
    vault,
    log: () => {},
  });
}

/** Asks whether it works, and makes its subscriptions. Null message of refusal: it works. */
export async function tryOut(
  session: Session,
  { id, config, open }: Prepared,
  signal: AbortSignal,
): Promise<{ ok: true; report: Report } | { ok: false; message: string }> {
  const { ok, message } = await session.check(
    signal,
    financeNeeds(config, id, () => null),
  );
  if (!ok) return { ok, message };
  const { goLiveAt } = open.config;
  const report = { id, message, mended: [], warnings: [], goLiveAt };
  // Only accounts of apps subscribe to webhooks.
  if (!open.connector.accounts) return { ok: true, report };
  if (config.webhooksUrl === undefined)
    return {
      ok: true,
      report: {
        ...report,
        warnings: [
          'No public address for webhooks is known (webhooksUrl), so no subscriptions are made: changes come by the poll alone, every few minutes. Give it with --webhooks-url URL',
        ],
      },
    };
  const cared = await session.maintain?.(signal);
  if (cared === undefined) return { ok: true, report };
  if (cared.status === 'done')
    return { ok: true, report: { ...report, mended: cared.mended, warnings: cared.warnings } };
  const warning = `The subscriptions could not be made, the hub tries again: ${cared.message}`;
  return { ok: true, report: { ...report, warnings: [warning] } };
}
