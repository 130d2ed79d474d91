/** Whose money an account at a payment provider holds: the legal entity, its bank account, and the day it is there. */
import type { BankAccount, Entity } from '../config.ts';
import type { DecisionContext } from '../process.ts';

/** The entity that sells by a connection; where its store has several business entities, that of the one whose account it is. */
export function entityOf(
  { config, mappings }: Pick<DecisionContext, 'config' | 'mappings'>,
  connection: string,
  account: string | null,
): Entity | undefined {
  const named = account === null ? undefined : mappings.toInternal('business-entity', connection, account);
  const id = named ?? config.connections.find((each) => each.id === connection)?.entity;
  return config.entities.find((each) => each.id === id);
}

/** The account at a bank where payouts of a currency arrive. */
export function bankAccountOf(entity: Entity, currency: string): BankAccount | undefined {
  return entity.bankAccounts.find((each) => each.currency === currency);
}

/** The open item of what lies at a provider: its own balance. */
export function accountItem(connection: string, account: string | null, gateway: string): string {
  return `${connection}/balance-${gateway}${account === null ? '' : `-${account}`}`;
}
