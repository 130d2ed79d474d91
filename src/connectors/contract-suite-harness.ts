/** What the contract suite needs to know of a connector's system. */
import type { Clock } from '../base/clock.ts';
import type { Person } from '../domain/canonical/index.ts';
import type { CommandBodies, CommandKind } from '../domain/commands.ts';
import type { Command, Connector, Failure, Session } from './contract.ts';
import type { ProxiedRequest, ProxyAnswer } from './contract-suite-proxy.ts';

/** What a connector's test brings: how to start its system, and what only it can know. */
export interface ContractHarness {
  connector: Connector;
  /** Kinds of commands to test: those of the manifest that this system takes. */
  kinds: readonly CommandKind[];
  /** Feeds to test. */
  feeds: readonly string[];
  /** False: the system sends no webhooks; intake is tried with what its feed brings. */
  webhooks?: false;
  /** Starts a system of its own for one test. Webhooks go to the URL, with whatever path the vendor uses. */
  start(options: { webhookUrl: string }): Promise<ContractBench>;
}

/** A command that lacks only what the suite adds. */
export type ReadyCommand = {
  [Kind in CommandKind]: { kind: Kind; key: string; body: CommandBodies[Kind]; persons?: readonly Person[] };
}[CommandKind];

/** One running system with what the suite needs to know of it. */
export interface ContractBench {
  connection: string;
  /** Business time, which stands still unless the suite moves it. */
  clock: Clock;
  /** Where the system listens. */
  url: string;
  /** Settings of a connection that finds the system at `url`. */
  settings(url: string, change?: { badCredentials?: boolean; webhookSecret?: string }): unknown;
  /** A command of this kind whose turn it is: what must come before has happened. Another one at each call. */
  prepare(kind: CommandKind): Promise<ReadyCommand>;
  /** How often the act of this command stands in the system's own books. */
  effects(command: ReadyCommand): number;
  /** A command that the business refuses; null where the system never does. */
  refused(kind: CommandKind): Promise<ReadyCommand | null>;
  /** True for a request that may change something. */
  changes(request: ProxiedRequest): boolean;
  /** How this vendor says "too many requests", and the shortest wait that must follow. */
  throttled: { answer: ProxyAnswer; leastRetryMs: number };
  /** Makes the system send at least one webhook, and more news for its feeds. */
  provoke(): Promise<void>;
  /** For systems that speak no HTTP, so that the proxy cannot fail for them: ways in which a poll fails, and what it then says. */
  failing?: readonly { what: string; status: Failure['status']; arrange(): Promise<Session> }[];
  /** For channels: an order with everything in it, told by webhook; its id, and words that must stay out of messages. */
  richOrder?(): Promise<{ channelOrderId: string; personal: readonly string[] }>;
  close(): Promise<void>;
}

/** Kinds that change nothing: they have no effect to count. */
export const READS: ReadonlySet<CommandKind> = new Set([
  'channel.readOrder',
  'channel.findOrder',
  'channel.readReturn',
  'channel.findReturns',
  'inventory.readLevel',
  'finance.readBalances',
  'finance.readDocuments',
  'erp.readDocuments',
  'channel.readMoney',
]);

/** A ready command as a lane would call it. */
export function asCommand(ready: ReadyCommand, clock: Clock, attempt = 1): Command {
  const persons = new Map((ready.persons ?? []).map((person) => [person.personId, person]));
  return {
    ...ready,
    id: `00000000-0000-7000-8000-${String(attempt).padStart(12, '0')}`,
    attempt,
    firstAttemptAt: clock.now(),
    persons,
  } as Command;
}
