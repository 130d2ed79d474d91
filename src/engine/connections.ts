/** The connections of a configuration, each with its connector, its intake and its limits. */
import type { ConnectionLimits, Connector, Intake } from '../connectors/contract.ts';
import { financeNeeds } from '../domain/books/finance-needs.ts';
import { type ConnectionConfig, type RetailerConfig, refusalOf } from '../domain/config.ts';

export interface OpenConnection {
  config: ConnectionConfig;
  connector: Connector;
  settings: unknown;
  intake: Intake;
  limits: ConnectionLimits;
}

/** What a connection asks of its connector that the connector does not take, one sentence each; empty: all fits. */
export function connectorProblems(
  connection: ConnectionConfig,
  connectors: readonly Connector[],
  config: RetailerConfig,
): string[] {
  const place = `connection "${connection.id}"`;
  const connector = connectors.find((each) => each.manifest.name === connection.connector);
  if (!connector)
    return [
      `${place}: there is no connector "${connection.connector}" (there are: ${connectors.map((each) => each.manifest.name).join(', ')})`,
    ];
  const can = connector.manifest.roles;
  const problems = connection.roles
    .filter((role) => !can.includes(role))
    .map(
      (role) =>
        `${place}: the connector "${connection.connector}" cannot be ${role}: take the role out (it can be: ${can.join(', ')})`,
    );
  problems.push(...policyProblems(connection, connector).map((problem) => `${place}: ${problem}`));
  for (const needs of financeNeeds(config, connection.id, () => null))
    problems.push(...(connector.unsuited?.(needs) ?? []));
  const parsed = connector.settings.safeParse(connection.settings);
  if (!parsed.success)
    return [
      ...problems,
      ...parsed.error.issues.map((issue) =>
        refusalOf(`${place}: ${['settings', ...issue.path].map(String).join('.')}`, issue),
      ),
    ];
  // A system of several roles is told in its settings which of them it has; the two lists mean the same.
  const { roles: told } = parsed.data as { roles?: unknown };
  if (Array.isArray(told) && !sameMembers(told, connection.roles))
    problems.push(
      `${place}: roles (${connection.roles.join(', ')}) and settings.roles (${told.join(', ')}) differ: make them the same`,
    );
  return problems;
}

/** Policies that ask for commands which the vendor does not offer. */
function policyProblems(
  { assignments, fulfilmentRequests, holdAtChannel, publishStock, connector: name }: ConnectionConfig,
  { manifest: { commands, writesStock } }: Connector,
): string[] {
  const problems: string[] = [];
  if (assignments === 'ours' && !commands['channel.assignLocations'])
    problems.push(
      `the connector "${name}" cannot tell its channel from where goods leave: leave assignments at "channel"`,
    );
  if (fulfilmentRequests === 'ours' && !commands['channel.answerRequest'])
    problems.push(
      `the connector "${name}" cannot answer fulfilment requests: leave fulfilmentRequests at "channel"`,
    );
  if (holdAtChannel && !commands['channel.holdFulfilment'])
    problems.push(`the connector "${name}" cannot hold orders at its channel: leave holdAtChannel at false`);
  if (publishStock && !writesStock)
    problems.push(`the connector "${name}" cannot write stock at its channel: leave publishStock at null`);
  return problems;
}

function sameMembers(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.every((each) => others.includes(each)) && others.every((each) => some.includes(each));
}

/** Opens what the configuration names. Throws with all problems at once, each saying which setting is wrong. */
export function openConnections(
  config: RetailerConfig,
  connectors: readonly Connector[],
): Map<string, OpenConnection> {
  const problems = config.connections.flatMap((connection) =>
    connectorProblems(connection, connectors, config),
  );
  if (problems.length > 0) throw new Error(`The configuration cannot be used:\n  ${problems.join('\n  ')}`);
  const open = new Map<string, OpenConnection>();
  for (const connection of config.connections) {
    const connector = connectors.find((each) => each.manifest.name === connection.connector) as Connector;
    const settings = connector.settings.parse(connection.settings);
    open.set(connection.id, {
      config: connection,
      connector,
      settings,
      intake: connector.intake(connection.id, settings),
      limits: connector.limits(settings),
    });
  }
  return open;
}
