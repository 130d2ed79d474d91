/**
 * The webhook subscriptions of a store: all topics that we use come to our public address, as JSON and whole. The vendor removes
 * one that has failed too often, and tells nobody: so they are looked at on a schedule, and what is not as it should be is mended.
 */
import type { Failure, Maintained } from '../contract.ts';
import type { Answer, Exchange } from './client.ts';
import {
  CREATE_SUBSCRIPTION,
  DELETE_SUBSCRIPTION,
  type GraphQlDocument,
  LIST_SUBSCRIPTIONS,
  type OperationName,
  type Subscription,
  type SubscriptionChanged,
  type SubscriptionPage,
  UPDATE_SUBSCRIPTION,
} from './documents.ts';
import {
  DELETION_TOPIC,
  FULFILMENT_ORDER_TOPICS,
  HINT_TOPICS,
  LEVEL_TOPIC,
  RETURN_TOPICS,
  REVERSE_TOPICS,
  SNAPSHOT_TOPICS,
  UNINSTALLED_TOPIC,
} from './intake.ts';
import type { Operations } from './vendor-types.ts';

/** A topic that is used, as its webhooks name it. */
export type Topic =
  | (typeof SNAPSHOT_TOPICS)[number]
  | typeof DELETION_TOPIC
  | typeof UNINSTALLED_TOPIC
  | typeof LEVEL_TOPIC
  | keyof typeof HINT_TOPICS
  | keyof typeof FULFILMENT_ORDER_TOPICS
  | keyof typeof RETURN_TOPICS
  | keyof typeof REVERSE_TOPICS;

/** Every topic that is used whatever the connection does. */
export const SUBSCRIBED_TOPICS: readonly Topic[] = [
  ...SNAPSHOT_TOPICS,
  DELETION_TOPIC,
  UNINSTALLED_TOPIC,
  ...(Object.keys(HINT_TOPICS) as (keyof typeof HINT_TOPICS)[]),
  ...(Object.keys(FULFILMENT_ORDER_TOPICS) as (keyof typeof FULFILMENT_ORDER_TOPICS)[]),
  ...(Object.keys(RETURN_TOPICS) as (keyof typeof RETURN_TOPICS)[]),
  ...(Object.keys(REVERSE_TOPICS) as (keyof typeof REVERSE_TOPICS)[]),
];

type TopicName<Of> = Of extends `${infer Thing}/${infer Event}`
  ? `${Uppercase<Thing>}_${Uppercase<Event>}`
  : never;

/** The schema's name of a topic: "orders/create" is ORDERS_CREATE. */
export function topicName(topic: Topic): TopicName<Topic> {
  return topic.replace('/', '_').toUpperCase() as TopicName<Topic>;
}

export interface Wanted {
  /** Our public address for this store's webhooks. */
  url: string;
  /** The version that we read webhooks in. */
  apiVersion: string;
  /** Our stock is published there: levels are heard of, too. */
  publishesStock: boolean;
}

/** Looks after the subscriptions of one store. It remembers between rounds what stood, so that it can tell what was removed. */
export class SubscriptionKeeper {
  readonly #wanted: Wanted;
  /** Topics that stood at the end of the last round. */
  readonly #stood = new Set<Topic>();
  /** A round that has changed something and then failed: its poll is still owed. */
  #owesPoll = false;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  get #topics(): readonly Topic[] {
    return this.#wanted.publishesStock ? [...SUBSCRIBED_TOPICS, LEVEL_TOPIC] : SUBSCRIBED_TOPICS;
  }

  async maintain(exchange: Exchange): Promise<Maintained | Failure> {
    const all = await this.#list(exchange);
    if (!Array.isArray(all)) return all;
    const round = new Round(exchange);
    const made: string[] = [];
    const restored: string[] = [];
    for (const topic of this.#topics) {
      const of = all.filter((each) => each.topic === topicName(topic));
      const end = await this.#settle(round, topic, of);
      if (end === 'failed') break;
      if (end === 'made') (this.#stood.has(topic) ? restored : made).push(topic);
      if (end === 'refused') this.#stood.delete(topic);
      else this.#stood.add(topic);
    }
    if (made.length + restored.length + round.mended.length > 0) this.#owesPoll = true;
    if (round.failure) return round.failure;
    const mayHaveMissed = this.#owesPoll;
    this.#owesPoll = false;
    const mended = [...round.mended];
    if (made.length > 0) mended.push(`the store is told to send ${made.join(', ')} to ${this.#wanted.url}`);
    if (restored.length > 0)
      mended.push(
        `the store had removed the subscriptions to ${restored.join(', ')}, as it does after failed deliveries: they are made again, and what was missed is polled`,
      );
    return { status: 'done', mended, warnings: [...round.warnings, ...this.#versions(all)], mayHaveMissed };
  }

  /** Takes all subscriptions to our address away: the store is given up. */
  async dismantle(exchange: Exchange): Promise<Maintained | Failure> {
    const all = await this.#list(exchange);
    if (!Array.isArray(all)) return all;
    const round = new Round(exchange);
    const ours = all.filter(({ uri }) => uri === this.#wanted.url);
    for (const { id, topic } of ours) {
      await round.change(topic, DELETE_SUBSCRIPTION, { id });
      if (round.failure) return round.failure;
    }
    const removed = ours.length - round.warnings.length;
    const mended = removed === 0 ? [] : [`${removed} webhook subscriptions of the store are removed`];
    return { status: 'done', mended, warnings: round.warnings, mayHaveMissed: false };
  }

  async #list(exchange: Exchange): Promise<Subscription[] | Failure> {
    const all: Subscription[] = [];
    let after: string | null = null;
    do {
      const answer: Answer<SubscriptionPage> = await exchange.run(LIST_SUBSCRIPTIONS, { after });
      if (answer.status !== 'ok') return failureOf(answer);
      const page: SubscriptionPage['webhookSubscriptions'] = answer.data.webhookSubscriptions;
      all.push(...page.nodes);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    return all;
  }

  /** Brings the subscriptions to one topic into order. Those of others that use the same app stay as they are. */
  async #settle(
    round: Round,
    topic: Topic,
    all: readonly Subscription[],
  ): Promise<'stands' | 'made' | 'refused' | 'failed'> {
    const { url } = this.#wanted;
    const input = { uri: url, format: 'JSON' as const };
    const here = all.find(({ uri }) => uri === url);
    // Our path at another address: where we were before.
    const elsewhere = all.filter(({ uri }) => uri !== url && pathOf(uri) === pathOf(url));
    for (const old of here ? elsewhere : elsewhere.slice(1)) {
      if (!(await round.change(topic, DELETE_SUBSCRIPTION, { id: old.id }))) return round.end;
      round.mended.push(`${topic} went to ${old.uri}, too: that subscription is removed`);
    }
    const [moved] = here ? [] : elsewhere;
    if (moved) {
      if (!(await round.change(topic, UPDATE_SUBSCRIPTION, { id: moved.id, input }))) return round.end;
      round.mended.push(`${topic} went to ${moved.uri}: it is sent to ${url} now`);
    }
    const ours = here ?? moved;
    if (ours && isWhole(ours)) return 'stands';
    if (ours) {
      // What narrows a subscription is no part of an update that can be relied upon: a new one has none of it.
      if (!(await round.change(topic, DELETE_SUBSCRIPTION, { id: ours.id }))) return round.end;
      round.mended.push(`${topic} came only in part, or not as JSON: its subscription is made anew`);
    }
    if (!(await round.change(topic, CREATE_SUBSCRIPTION, { topic: topicName(topic), input })))
      return round.end;
    return ours ? 'stands' : 'made';
  }

  /** The version of webhooks is the app's, for all subscriptions: only a person can set it. */
  #versions(all: readonly Subscription[]): string[] {
    const { url, apiVersion } = this.#wanted;
    const others = new Set(
      all
        .filter(({ uri, apiVersion: { handle } }) => pathOf(uri) === pathOf(url) && handle !== apiVersion)
        .map(({ apiVersion: { handle } }) => handle),
    );
    return [...others].map(
      (handle) =>
        `the store sends webhooks in version ${handle}, and this connection works with ${apiVersion}: set the webhooks API version of the app to ${apiVersion} in the developer dashboard`,
    );
  }
}

/** The changes of one round, and how they went. */
class Round {
  readonly #exchange: Exchange;
  readonly mended: string[] = [];
  readonly warnings: string[] = [];
  failure: Failure | undefined;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** How a change has ended that was not made. */
  get end(): 'refused' | 'failed' {
    return this.failure ? 'failed' : 'refused';
  }

  /** Makes a change; false: it is refused (a warning), or has failed. */
  async change<Name extends OperationName>(
    topic: string,
    document: GraphQlDocument<SubscriptionChanged, Name>,
    variables: Operations[Name]['variables'],
  ): Promise<boolean> {
    const answer = await this.#exchange.run(document, variables);
    if (answer.status !== 'ok') {
      this.failure = failureOf(answer);
      return false;
    }
    const words = answer.data?.userErrors.map(({ message }) => message) ?? ['no answer'];
    if (words.length === 0) return true;
    this.warnings.push(`the store refuses the subscription to ${topic}: ${words.join('; ')}`);
    return false;
  }
}

function failureOf(answer: Exclude<Answer<never>, { status: 'ok' }>): Failure {
  if (answer.status !== 'tooCostly') return answer;
  return {
    status: 'rejected',
    code: 'too-costly',
    message: answer.message,
    suggestedFix: 'Nothing: it is tried again',
  };
}

function isWhole({ format, filter, includeFields }: Subscription): boolean {
  return format === 'JSON' && (filter === null || filter === '') && includeFields.length === 0;
}

function pathOf(uri: string): string {
  return URL.parse(uri)?.pathname ?? uri;
}
