/** Commands of the contract as calls of the vendor's API; each may be repeated without harm. */
import type { Clock } from '../../base/clock.ts';
import type { Command, CommandOf, LookUp, Outcome } from '../contract.ts';
import type { Exchange } from './client.ts';
import { answerRequest, lookUpAnswer } from './commands/answer.ts';
import { assignLocations, LocationNames, lookUpAssignment } from './commands/assignment.ts';
import { cancelOrder, lookUpCancellation } from './commands/cancellation.ts';
import { capturePayment, lookUpCapture } from './commands/capture.ts';
import { findOrdersOf } from './commands/find-order.ts';
import { createFulfilment, lookUpFulfilment } from './commands/fulfilment.ts';
import { missingOrder } from './commands/fulfilment-orders.ts';
import { holdFulfilment, lookUpHold, lookUpRelease, releaseHold } from './commands/hold.ts';
import { readMoney } from './commands/money.ts';
import { lookUpReferences, writeReferences } from './commands/references.ts';
import { lookUpRefund, refund } from './commands/refund.ts';
import {
  createReturn,
  findReturns,
  lookUpReturn,
  lookUpTurn,
  readReturn,
  turnReturn,
} from './commands/returns.ts';
import { READ_TOPIC } from './intake.ts';
import { CHANNEL_KINDS, type Settings } from './manifest.ts';
import { type OrderAnswer, type OrderReader, orderDelivery } from './orders.ts';

type ChannelCommand = CommandOf<(typeof CHANNEL_KINDS)[number]>;

export class ShopifyCommands {
  readonly #reader: OrderReader;
  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #locations: LocationNames;

  constructor(reader: OrderReader, settings: Settings, clock: Clock, locations = new LocationNames()) {
    this.#locations = locations;
    this.#reader = reader;
    this.#settings = settings;
    this.#clock = clock;
  }

  async perform(command: Command, exchange: Exchange): Promise<Outcome> {
    if (!isOurs(command)) return notOurs(command);
    const { notify, referenceNamespace } = this.#settings;
    switch (command.kind) {
      case 'channel.readOrder':
        return asOutcome(command, await this.#reader.readOne(command.body.channelOrderId, exchange));
      case 'channel.findOrder':
        return (await findOrdersOf([command], exchange))[0] as Outcome;
      case 'channel.createFulfilment':
        return createFulfilment(command, notify.ofShipments, exchange);
      case 'channel.cancelOrder':
        return cancelOrder(command, notify.ofCancellations, this.#clock, exchange);
      case 'channel.assignLocations':
        return assignLocations(command, this.#locations, exchange);
      case 'channel.holdFulfilment':
        return holdFulfilment(command, exchange);
      case 'channel.releaseHold':
        return releaseHold(command, exchange);
      case 'channel.answerRequest':
        return this.#answerRequest(command, exchange);
      case 'channel.capturePayment':
        return capturePayment(command, exchange);
      case 'channel.writeReferences':
        return writeReferences(command, referenceNamespace, exchange);
      case 'channel.readReturn':
        return readReturn(command, exchange);
      case 'channel.findReturns':
        return findReturns(command, exchange);
      case 'channel.readMoney':
        return readMoney(command, exchange);
      case 'channel.createReturn':
        return createReturn(command, exchange);
      case 'channel.approveReturn':
      case 'channel.declineReturn':
      case 'channel.closeReturn':
        return turnReturn(command, exchange);
      case 'channel.refund':
        return refund(command, exchange);
      default:
        return command satisfies never;
    }
  }

  /** The order is read after it: no webhook tells what became of its requests. */
  async #answerRequest(command: CommandOf<'channel.answerRequest'>, exchange: Exchange): Promise<Outcome> {
    const outcome = await answerRequest(command, exchange);
    if (outcome.status !== 'done') return outcome;
    const answer = await this.#reader.readOne(command.body.channelOrderId, exchange);
    if (answer.status !== 'ok') return outcome;
    return { ...outcome, observations: [orderDelivery('read', READ_TOPIC, answer.order)] };
  }

  /** Orders are read together, and found together. */
  async performBatch(commands: readonly Command[], exchange: Exchange): Promise<Outcome[]> {
    const reads = commands.filter((command) => command.kind === 'channel.readOrder');
    const ids = reads.map(({ body }) => body.channelOrderId);
    const answers = ids.length === 0 ? [] : await this.#reader.read(ids, exchange);
    const finds = commands.filter((command) => command.kind === 'channel.findOrder');
    const found = await findOrdersOf(finds, exchange);
    const outcomes = new Map<Command, Outcome>([
      ...reads.map((command, index) => [command, asOutcome(command, answers[index] as OrderAnswer)] as const),
      ...finds.map((command, index) => [command, found[index] as Outcome] as const),
    ]);
    const all: Outcome[] = [];
    for (const command of commands)
      all.push(outcomes.get(command) ?? (await this.perform(command, exchange)));
    return all;
  }

  async lookUp(command: Command, exchange: Exchange): Promise<LookUp> {
    if (!isOurs(command)) return notOurs(command);
    switch (command.kind) {
      case 'channel.readOrder':
      case 'channel.findOrder':
      case 'channel.readReturn':
      case 'channel.findReturns':
      case 'channel.readMoney':
        return { status: 'absent' };
      case 'channel.createReturn':
        return lookUpReturn(command, exchange);
      case 'channel.approveReturn':
      case 'channel.declineReturn':
      case 'channel.closeReturn':
        return lookUpTurn(command, exchange);
      case 'channel.refund':
        return lookUpRefund(command, exchange);
      case 'channel.createFulfilment':
        return lookUpFulfilment(command, exchange);
      case 'channel.cancelOrder':
        return lookUpCancellation(command, exchange);
      case 'channel.assignLocations':
        return lookUpAssignment(command, exchange);
      case 'channel.holdFulfilment':
        return lookUpHold(command, exchange);
      case 'channel.releaseHold':
        return lookUpRelease(command, exchange);
      case 'channel.answerRequest':
        return lookUpAnswer(command, exchange);
      case 'channel.capturePayment':
        return lookUpCapture(command, exchange);
      case 'channel.writeReferences':
        return lookUpReferences(command, this.#settings.referenceNamespace, exchange);
      default:
        return command satisfies never;
    }
  }
}

function asOutcome({ body }: CommandOf<'channel.readOrder'>, answer: OrderAnswer): Outcome {
  if (answer.status === 'missing') return missingOrder(body.channelOrderId);
  if (answer.status !== 'ok') return answer;
  return {
    status: 'done',
    result: {},
    observations: [orderDelivery('read', READ_TOPIC, answer.order)],
  };
}

function isOurs(command: Command): command is ChannelCommand {
  return (CHANNEL_KINDS as readonly string[]).includes(command.kind);
}

function notOurs({ kind }: Command): Extract<Outcome, { status: 'rejected' }> {
  return {
    status: 'rejected',
    code: 'not-supported',
    message: `a Shopify store does not perform ${kind}`,
    suggestedFix: 'Give this connection the role channel only, then skip the case',
  };
}
