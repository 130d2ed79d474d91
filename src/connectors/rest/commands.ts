/**
 * Commands of the contract as calls of the API. `perform` may be repeated without harm: every act has a natural key at the
 * system, and from the second attempt on it is looked for first.
 */
import type { Command, Failure, LookUp, Outcome } from '../contract.ts';
import type { RestClient } from './client.ts';
import { Calls } from './commands/calls.ts';
import { lookUpAtChannel, performOnChannel } from './commands/channel.ts';
import { lookUpAtErp, performOnErp } from './commands/erp.ts';
import { lookUpAtFinance, performOnFinance } from './commands/finance.ts';
import { lookUpAtFulfilment, performOnFulfilment } from './commands/fulfilment.ts';
import { performOnInventory } from './commands/inventory.ts';
import { isOffered } from './manifest.ts';

export class RestCommands {
  readonly #calls: Calls;

  constructor(client: RestClient) {
    this.#calls = new Calls(client);
  }

  async perform(command: Command, signal: AbortSignal): Promise<Outcome> {
    if (!isOffered(command)) return notOffered(command);
    if (command.attempt > 1) {
      const found = await this.lookUp(command, signal);
      if (found.status === 'found') return { ...found, status: 'done' };
      if (found.status !== 'absent') return found;
    }
    switch (command.kind) {
      case 'channel.readOrder':
      case 'channel.createFulfilment':
      case 'channel.cancelOrder':
        return performOnChannel(this.#calls, command, signal);
      case 'erp.createSalesOrder':
      case 'erp.amendSalesOrder':
      case 'erp.cancelSalesOrder':
      case 'erp.recordShipment':
      case 'erp.recordRefund':
      case 'erp.readDocuments':
        return performOnErp(this.#calls, command, signal);
      case 'finance.createInvoice':
      case 'finance.createCreditNote':
      case 'finance.recordPayment':
      case 'finance.postJournal':
      case 'finance.recordBankTransaction':
      case 'finance.readBalances':
      case 'finance.readDocuments':
        return performOnFinance(this.#calls, command, signal);
      case 'fulfilment.release':
      case 'fulfilment.cancelRelease':
      case 'fulfilment.announceReturn':
        return performOnFulfilment(this.#calls, command, signal);
      case 'inventory.readLevel':
        return performOnInventory(this.#calls, command, signal);
      default:
        return command satisfies never;
    }
  }

  async lookUp(command: Command, signal: AbortSignal): Promise<LookUp> {
    if (!isOffered(command)) return notOffered(command);
    switch (command.kind) {
      case 'channel.readOrder':
      case 'channel.createFulfilment':
      case 'channel.cancelOrder':
        return lookUpAtChannel(this.#calls, command, signal);
      case 'erp.createSalesOrder':
      case 'erp.amendSalesOrder':
      case 'erp.cancelSalesOrder':
      case 'erp.recordShipment':
      case 'erp.recordRefund':
      case 'erp.readDocuments':
        return lookUpAtErp(this.#calls, command, signal);
      case 'finance.createInvoice':
      case 'finance.createCreditNote':
      case 'finance.recordPayment':
      case 'finance.postJournal':
      case 'finance.recordBankTransaction':
      case 'finance.readBalances':
      case 'finance.readDocuments':
        return lookUpAtFinance(this.#calls, command, signal);
      case 'fulfilment.release':
      case 'fulfilment.cancelRelease':
      case 'fulfilment.announceReturn':
        return lookUpAtFulfilment(this.#calls, command, signal);
      case 'inventory.readLevel':
        return { status: 'absent' };
      default:
        return command satisfies never;
    }
  }
}

function notOffered({ kind }: Command): Failure {
  return {
    status: 'rejected',
    code: 'not-supported',
    message: `the system API knows no ${kind}`,
    suggestedFix:
      'Set the policy of the connection that asks for it to what the system can do, then skip the case',
  };
}
