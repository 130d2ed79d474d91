/** Connecting a system that is no account of an app: as with accounts, nothing is written before it was tried out. */
import { timingSafeEqual } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeWhole } from '../base/files.ts';
import { UsageError } from '../base/usage-error.ts';
import { type OpenConnection, openConnections } from '../engine/connections.ts';
import { type Json, readDraft, writeDraft } from './config-file.ts';
import { checked, type Place, type Prepared } from './connecting.ts';

export interface SystemWish {
  connector: string;
  id?: string | undefined;
  /** As the connector takes them. */
  words: unknown;
  secret?: string | undefined;
  /** Where the secret stands ("env:NAME", "file:PATH"); left out: it is kept in a file of its own. */
  secretReference?: string | undefined;
}

/** Makes the connection that is meant, in memory. Throws a `UsageError` with what a person can mend. */
export function prepareSystem(
  { file, secretsDir, connectors }: Place,
  wish: SystemWish,
): Prepared & { warnings: string[] } {
  const connector = connectors.find(({ manifest }) => manifest.name === wish.connector);
  if (!connector?.systems)
    throw new UsageError(`Connections of "${wish.connector}" are written into the configuration by hand.`);
  const told = connector.systems.connection(wish.words);
  if (told.status === 'refused') throw new UsageError(told.message);
  refuseReferences(told.settings);
  const draft = readDraft(file);
  const id = wish.id ?? told.id;
  const known = draft.config.connections.find((each) => each.id === id);
  if (known && known.connector !== wish.connector)
    throw new UsageError(
      `The connection "${id}" is of the connector "${String(known.connector)}": give another id`,
    );
  const settings: Json = { ...(known?.settings as Json | undefined), ...structuredClone(told.settings) };
  const given = new Map<string, string>();
  if (told.secretAt !== null) {
    if (!wish.secret) throw new UsageError('Without its secret the system does not let the hub in.');
    const reference = wish.secretReference ?? `file:${join(secretsDir, `${id}.secret`)}`;
    if (wish.secretReference === undefined) given.set(reference, wish.secret);
    setAt(settings, told.secretAt, reference);
  }
  const { roles } = connector.manifest;
  const { sameCodes } = told;
  const connection: Json = { ...(known ?? { id, connector: wish.connector, roles, sameCodes }), settings };
  if (known) draft.config.connections[draft.config.connections.indexOf(known)] = connection;
  else draft.config.connections.push(connection);
  const warnings = told.locations.flatMap((code) => {
    const location = locationsOf(draft.config).find((each) => each.id === code);
    if (!location)
      return [
        `No location of yours is "${code}": map it (crossdock map set location ${id} "${code}" LOCATION), and set inventory of that location to "${id}"`,
      ];
    location.inventory = id;
    return [];
  });
  const config = checked(draft, connectors, given);
  const open = openConnections(config, connectors).get(id) as OpenConnection;
  if (told.secretAt !== null && wish.secretReference !== undefined) {
    const read = String(valueAt(open.settings, told.secretAt));
    if (!sameText(read, wish.secret ?? ''))
      throw new UsageError(
        `The hub reads another secret at ${wish.secretReference} than you do: make them the same.`,
      );
  }
  return {
    id,
    isNew: known === undefined,
    open,
    config,
    warnings,
    write() {
      for (const [reference, secret] of given) {
        const path = reference.slice('file:'.length);
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        writeWhole(path, `${secret.trimEnd()}\n`, 0o600);
      }
      writeDraft(draft);
    },
  };
}

/** Only the secret itself may be a reference: by another one a file of this machine would be read for whoever asks. */
function refuseReferences(value: unknown): void {
  if (typeof value === 'string' && /^(env|file):/.test(value))
    throw new UsageError(`"${value}": only the secret may stand elsewhere`);
  if (typeof value === 'object' && value !== null)
    for (const each of Object.values(value)) refuseReferences(each);
}

const locationsOf = (config: Json): Json[] =>
  Array.isArray(config.locations) ? (config.locations as Json[]) : [];

function setAt(settings: Json, path: readonly string[], value: string): void {
  const [first = '', ...rest] = path;
  if (rest.length === 0) settings[first] = value;
  else setAt(settings[first] as Json, rest, value);
}

function valueAt(settings: unknown, path: readonly string[]): unknown {
  return path.reduce((at, name) => (at as Json | undefined)?.[name], settings);
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one.trim()), Buffer.from(other.trim())];
  return a.length === b.length && timingSafeEqual(a, b);
}
