/**
 * Webhook subscriptions that an app makes by the Admin API: what it wants to hear, and where. From the first one on they
 * alone decide what the store sends. One whose address fails at all attempts of a delivery, eight retries over four hours,
 * with nothing taken meanwhile, is removed, and nobody is told.
 */
import { isEnumType } from 'graphql';
import type { Clock } from '../../../../base/clock.ts';
import { utc } from '../format.ts';
import type { UserError } from '../fulfilment/fulfilling.ts';
import { connection, type PageArgs } from '../graphql/connection.ts';
import { vendorSchema } from '../graphql/schema.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { gid, Ids, idIn } from '../ids.ts';

export interface Subscription {
  readonly id: string;
  /** As in the header of a delivery, such as "orders/create". */
  readonly topic: string;
  /** The schema's name of it, such as ORDERS_CREATE. */
  readonly topicName: string;
  uri: string;
  includeFields: readonly string[];
  name: string | null;
  readonly createdAtMs: number;
  updatedAtMs: number;
  /** Attempts that have failed since one was taken. */
  failedAttempts: number;
}

export interface SubscriptionInput {
  uri?: string | null;
  callbackUrl?: string | null;
  format?: string | null;
  includeFields?: readonly string[] | null;
  filter?: string | null;
  metafieldNamespaces?: readonly string[] | null;
  metafields?: readonly object[] | null;
  name?: string | null;
}

interface ListArgs extends PageArgs {
  topics?: readonly string[] | null;
  uri?: string | null;
  callbackUrl?: string | null;
  format?: string | null;
}

interface Payload {
  webhookSubscription: Record<string, unknown> | null;
  userErrors: UserError[];
}

/** Failed retries in a row, the first attempt not counted, after which a subscription is removed. */
export const FAILURES_TO_REMOVAL = 8;

export class Subscriptions {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #ids: Ids;
  readonly #apiVersion: string;
  readonly #byId = new Map<string, Subscription>();
  #used = false;

  constructor(clock: Pick<Clock, 'now'>, connectionId: string, apiVersion: string) {
    this.#clock = clock;
    this.#ids = new Ids(`${connectionId} subscriptions`);
    this.#apiVersion = apiVersion;
  }

  /** Whether an app has ever subscribed: then the store's usual topics count no more. */
  get used(): boolean {
    return this.#used;
  }

  all(): readonly Subscription[] {
    return [...this.#byId.values()];
  }

  to(topic: string): Subscription[] {
    return this.all().filter((each) => each.topic === topic);
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** Removes all: the vendor, or somebody of the merchant's, has. */
  removeAll(): void {
    this.#byId.clear();
  }

  /** An attempt to deliver has been taken, or has failed; `last` when the vendor gives the delivery up. */
  attempted({ id }: Subscription, taken: boolean, last: boolean): void {
    const found = this.#byId.get(id);
    if (!found) return;
    found.failedAttempts = taken ? 0 : found.failedAttempts + 1;
    if (!taken && last && found.failedAttempts > FAILURES_TO_REMOVAL) this.#byId.delete(id);
  }

  /** Root fields that it answers. */
  root(): Record<string, unknown> {
    return {
      webhookSubscriptions: (args: ListArgs) => this.#list(args),
      webhookSubscription: ({ id }: { id: string }) => {
        const found = this.#find(id);
        return found ? this.#node(found) : null;
      },
      webhookSubscriptionsCount: ({ query }: { query?: string | null }) => {
        if (query) throw notSupported('webhookSubscriptionsCount(query)');
        return { count: this.#byId.size, precision: 'EXACT' };
      },
      webhookSubscriptionCreate: (args: { topic: string; webhookSubscription: SubscriptionInput }) =>
        this.#create(args.topic, args.webhookSubscription),
      webhookSubscriptionUpdate: (args: { id: string; webhookSubscription: SubscriptionInput }) =>
        this.#update(args.id, args.webhookSubscription),
      webhookSubscriptionDelete: ({ id }: { id: string }) => this.#delete(id),
    };
  }

  #list(args: ListArgs): unknown {
    const { topics, uri, callbackUrl, format } = args;
    const found = this.all().filter(
      (each) =>
        (!topics || topics.includes(each.topicName)) &&
        (!uri || each.uri === uri) &&
        (!callbackUrl || each.uri === callbackUrl) &&
        (!format || format === 'JSON'),
    );
    return connection(found, args, (each) => this.#node(each));
  }

  #create(topicName: string, input: SubscriptionInput): Payload {
    refuseWhatIsNotBehaved(input);
    const given = addressIn(input);
    if ('message' in given) return refused(given);
    const taken = this.all().some((each) => each.topicName === topicName && each.uri === given.uri);
    if (taken) return refused(error(given.field, 'Address for this topic has already been taken'));
    const now = this.#clock.now();
    const made: Subscription = {
      id: this.#ids.next(),
      topic: topicOf(topicName),
      topicName,
      uri: given.uri,
      includeFields: input.includeFields ?? [],
      name: input.name ?? null,
      createdAtMs: now,
      updatedAtMs: now,
      failedAttempts: 0,
    };
    this.#byId.set(made.id, made);
    this.#used = true;
    return { webhookSubscription: this.#node(made), userErrors: [] };
  }

  #update(id: string, input: SubscriptionInput): Payload {
    const found = this.#find(id);
    if (!found) return refused({ field: ['id'], message: 'Webhook subscription does not exist' });
    refuseWhatIsNotBehaved(input);
    if (input.uri || input.callbackUrl) {
      const given = addressIn(input);
      if ('message' in given) return refused(given);
      if (this.to(found.topic).some((each) => each !== found && each.uri === given.uri))
        return refused(error(given.field, 'Address for this topic has already been taken'));
      found.uri = given.uri;
    }
    if (input.includeFields) found.includeFields = input.includeFields;
    if (input.name !== undefined) found.name = input.name;
    found.updatedAtMs = this.#clock.now();
    return { webhookSubscription: this.#node(found), userErrors: [] };
  }

  #delete(id: string): unknown {
    const found = this.#find(id);
    if (!found)
      return {
        deletedWebhookSubscriptionId: null,
        userErrors: [{ field: ['id'], message: 'Webhook subscription does not exist' }],
      };
    this.#byId.delete(found.id);
    return { deletedWebhookSubscriptionId: id, userErrors: [] };
  }

  #find(id: string): Subscription | undefined {
    return this.#byId.get(idIn('WebhookSubscription', id) ?? '');
  }

  #node(each: Subscription): Record<string, unknown> {
    return {
      __typename: 'WebhookSubscription',
      id: gid('WebhookSubscription', each.id),
      legacyResourceId: each.id,
      topic: each.topicName,
      uri: each.uri,
      callbackUrl: each.uri,
      endpoint: { __typename: 'WebhookHttpEndpoint', callbackUrl: each.uri },
      format: 'JSON',
      includeFields: each.includeFields,
      metafieldNamespaces: [],
      metafields: [],
      filter: null,
      name: each.name,
      apiVersion: { handle: this.#apiVersion, displayName: this.#apiVersion, supported: true },
      createdAt: utc(each.createdAtMs),
      updatedAt: utc(each.updatedAtMs),
    };
  }
}

/** The topic by its name in the schema, whose descriptions tell it: "The webhook topic for `orders/create` events". */
function topicOf(topicName: string): string {
  const type = vendorSchema().getType('WebhookSubscriptionTopic');
  const description = isEnumType(type) ? type.getValue(topicName)?.description : undefined;
  const topic = /`([a-z_]+\/[a-z_]+)`/.exec(description ?? '')?.[1];
  if (topic === undefined) throw notSupported(`webhooks of ${topicName}`);
  return topic;
}

function addressIn(input: SubscriptionInput): { uri: string; field: string } | UserError {
  const field = input.uri ? 'uri' : 'callbackUrl';
  const uri = input.uri ?? input.callbackUrl ?? '';
  if (uri === '') return error(field, "Address can't be blank");
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (!url) return error(field, 'Address is invalid');
  if (url.protocol === 'pubsub:' || uri.startsWith('arn:'))
    throw notSupported(`webhooks to ${url.protocol.slice(0, -1)}`);
  // The vendor takes https alone; on loopback there is none.
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url)))
    return error(field, `Address protocol ${url.protocol}// is not supported`);
  return { uri, field };
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

function refuseWhatIsNotBehaved(input: SubscriptionInput): void {
  if (input.format === 'XML') throw notSupported('webhooks in XML');
  if (input.filter) throw notSupported('filters of webhooks');
  if (input.metafields?.length || input.metafieldNamespaces?.length)
    throw notSupported('metafields in webhooks');
  if (input.includeFields?.some((field) => field.includes('.')))
    throw notSupported('includeFields of webhooks with dots');
}

function error(field: string, message: string): UserError {
  return { field: ['webhookSubscription', field], message };
}

function refused(...userErrors: UserError[]): Payload {
  return { webhookSubscription: null, userErrors };
}
