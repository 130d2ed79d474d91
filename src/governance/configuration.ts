/** Reads a configuration file, puts secrets in their places, and says all that is wrong with it at once. */
import { readFileSync } from 'node:fs';
import type { Connector } from '../connectors/contract.ts';
import { configurationProblems, MappingRow, placeOf, RetailerConfig, refusalOf } from '../domain/config.ts';
import { connectorProblems } from '../engine/connections.ts';

export interface Configuration {
  config: RetailerConfig;
  mappings: MappingRow[];
}

/** Reads and checks a file: `{config, mappings?}` or the configuration itself. Throws with all problems. */
export function readConfigurationFile(file: string, connectors: readonly Connector[]): Configuration {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(
      `The configuration ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return checkConfiguration(file, raw, connectors);
}

/**
 * Checks what a configuration file holds. Throws with all problems. `given`: values of references ("file:PATH") whose places are not
 * written yet.
 */
export function checkConfiguration(
  file: string,
  raw: unknown,
  connectors: readonly Connector[],
  given: ReadonlyMap<string, string> = new Map(),
): Configuration {
  const { body, mappings, problems } = partsOf(raw);
  const secrets = new Secrets(body, given);
  const resolved = secrets.resolve(body, []);
  problems.push(...secrets.problems);
  const parsed = RetailerConfig.safeParse(resolved);
  if (!parsed.success) {
    for (const issue of parsed.error.issues)
      if (!secrets.lacks(issue.path)) problems.push(refusalOf(placeOf(body, issue.path), issue));
  }
  const rows = MappingRow.array().safeParse(mappings);
  if (!rows.success)
    for (const issue of rows.error.issues)
      problems.push(refusalOf(['mappings', ...issue.path].map(String).join('.'), issue));
  if (parsed.success) {
    problems.push(...configurationProblems(parsed.data, rows.data ?? []));
    // Of settings that lack a secret nothing can be said: what stands in its place is not what they will be.
    parsed.data.connections.forEach((connection, index) => {
      if (!secrets.missIn(['connections', index]))
        problems.push(...connectorProblems(connection, connectors, parsed.data));
    });
  }
  if (!parsed.success || !rows.success || problems.length > 0)
    throw new Error(`The configuration ${file} cannot be used:\n  ${problems.join('\n  ')}`);
  return { config: parsed.data, mappings: rows.data };
}

/** The configuration and its mapping rows, which a file has beside each other, or the first alone. */
function partsOf(raw: unknown): { body: unknown; mappings: unknown; problems: string[] } {
  if (raw === null || typeof raw !== 'object' || !('config' in raw))
    return { body: raw, mappings: [], problems: [] };
  const { config, mappings = [], ...others } = raw as Record<string, unknown>;
  const problems = Object.keys(others).map(
    (key) =>
      `"${key}" stands beside "config", where only "mappings" may: move it into "config", or take it out`,
  );
  return { body: config, mappings, problems };
}

type Path = readonly PropertyKey[];

/** Values "env:NAME" and "file:PATH" anywhere in a configuration stand for what they name, so that secrets stay out of it. */
class Secrets {
  readonly problems: string[] = [];
  readonly #missing: Path[] = [];
  readonly #body: unknown;
  readonly #given: ReadonlyMap<string, string>;

  constructor(body: unknown, given: ReadonlyMap<string, string>) {
    this.#body = body;
    this.#given = given;
  }

  /** The value with its secrets; those that cannot be had stay as they are written, and are told of in `problems`. */
  resolve(value: unknown, path: Path): unknown {
    if (typeof value === 'string') return this.#secret(value, path);
    if (Array.isArray(value)) return value.map((part, index) => this.resolve(part, [...path, index]));
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(
        Object.entries(value).map(([name, part]) => [name, this.resolve(part, [...path, name])]),
      );
    return value;
  }

  /** Whether the value at this place is a secret that cannot be had. */
  lacks(path: Path): boolean {
    return this.#missing.some((each) => each.length === path.length && startsWith(each, path));
  }

  /** Whether a secret cannot be had here or below. */
  missIn(path: Path): boolean {
    return this.#missing.some((each) => startsWith(each, path));
  }

  #secret(value: string, path: Path): string {
    const given = this.#given.get(value);
    if (given !== undefined) return given;
    if (value.startsWith('env:')) {
      const name = value.slice('env:'.length);
      const found = process.env[name];
      if (found !== undefined && found.trim() !== '') return found;
      return this.#miss(
        value,
        path,
        `the environment variable ${name}, which is ${found === undefined ? 'not set' : 'empty'}: set it where crossdock starts`,
      );
    }
    if (!value.startsWith('file:')) return value;
    const name = value.slice('file:'.length);
    try {
      const found = readFileSync(name, 'utf8').trim();
      if (found !== '') return found;
      return this.#miss(value, path, `what is in the file ${name}, which is empty: write it there`);
    } catch (error) {
      const why = (error as { code?: string }).code ?? String(error);
      return this.#miss(
        value,
        path,
        `the file ${name}, which cannot be read (${why}): put it there and let the hub's user read it`,
      );
    }
  }

  #miss(value: string, path: Path, what: string): string {
    this.problems.push(`${placeOf(this.#body, path)} wants ${what}`);
    this.#missing.push(path);
    return value;
  }
}

function startsWith(path: Path, beginning: Path): boolean {
  return beginning.every((part, index) => path[index] === part);
}
