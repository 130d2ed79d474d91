/** Commands of the contract at Xero. */
import type { Command, Failure, LookUp, Outcome } from '../contract.ts';
import { readBalances } from './balances.ts';
import { Bookings } from './booking.ts';
import type { Exchange } from './client.ts';
import type { Facts } from './facts.ts';
import type { Booking } from './forms.ts';
import { isOffered, type Settings } from './manifest.ts';
import type { TrackingKeeper } from './tracking.ts';

export class XeroCommands {
  readonly #facts: Facts;
  readonly #bookings: Bookings;

  constructor(settings: Settings, facts: Facts, tracking: TrackingKeeper) {
    this.#facts = facts;
    this.#bookings = new Bookings(settings, facts, tracking);
  }

  async perform(command: Command, exchange: Exchange): Promise<Outcome> {
    if (!isOffered(command)) return notOffered(command);
    if (command.kind === 'finance.readBalances') return readBalances(command, this.#facts, exchange);
    const [outcome] = await this.#bookings.book([command], exchange);
    return outcome as Outcome;
  }

  /** Bookings of one kind. */
  performBatch(commands: readonly Command[], exchange: Exchange): Promise<Outcome[]> {
    return this.#bookings.book(commands as readonly Booking[], exchange);
  }

  async lookUp(command: Command, exchange: Exchange): Promise<LookUp> {
    if (!isOffered(command)) return notOffered(command);
    if (command.kind === 'finance.readBalances') return { status: 'absent' };
    return this.#bookings.lookUp(command, exchange);
  }
}

function notOffered({ kind }: Command): Failure {
  return {
    status: 'rejected',
    code: 'not-supported',
    message: `Xero is a finance system and knows no ${kind}`,
    suggestedFix: 'Give the connection the role "finance" alone, then skip the case',
  };
}
