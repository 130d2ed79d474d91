/** The store's webhooks: signed over their raw bytes, and sent on their way with all that may happen to them there. */
import { createHmac } from 'node:crypto';
import { derivedId } from '../../../../base/ids.ts';
import type { Deliveries, OutgoingDelivery } from '../../../../sandbox/kit/deliveries.ts';
import type { World } from '../../../../sandbox/kit/world.ts';
import { API_VERSION, type ShopifySandboxOptions, TOPICS } from '../options.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';
import type { Json } from './webhook-parts.ts';

type Options = Pick<
  ShopifySandboxOptions,
  'connection' | 'shop' | 'clientSecret' | 'webhookPath' | 'topics' | 'apiVersion'
>;

export class Webhooks {
  readonly #world: World;
  readonly #deliveries: Deliveries;
  readonly #options: Options;
  readonly #topics: ReadonlySet<string>;
  readonly #path: string;
  readonly #subscriptions: Subscriptions;
  #sent = 0;

  constructor(world: World, deliveries: Deliveries, subscriptions: Subscriptions, options: Options) {
    this.#world = world;
    this.#deliveries = deliveries;
    this.#subscriptions = subscriptions;
    this.#options = options;
    this.#topics = new Set(options.topics ?? TOPICS);
    this.#path = options.webhookPath ?? `/webhooks/${options.connection}`;
  }

  /**
   * Tells of one event. Topics that carry the same content share its bytes.
   * @param key names the event within the store: its deliveries' fates are drawn from it.
   */
  tell(key: string, messages: readonly { topics: readonly string[]; body: () => Json }[]): void {
    if (this.#subscriptions.used) {
      this.#tellSubscribers(key, messages);
      return;
    }
    for (const { topics, body } of messages) {
      const wanted = topics.filter((topic) => this.#topics.has(topic));
      if (wanted.length === 0) continue;
      const bytes = Buffer.from(JSON.stringify(body()));
      const signature = this.#sign(bytes);
      for (const topic of wanted)
        this.#send({ topic, body: bytes, signature, key: `${topic} ${key}`, event: key });
    }
  }

  #tellSubscribers(
    event: string,
    messages: readonly { topics: readonly string[]; body: () => Json }[],
  ): void {
    for (const { topics, body } of messages) {
      const wanted = topics.flatMap((topic) => this.#subscriptions.to(topic));
      if (wanted.length === 0) continue;
      const whole = body();
      const bytes = Buffer.from(JSON.stringify(whole));
      const signature = this.#sign(bytes);
      for (const subscription of wanted) {
        const { topic, includeFields, id, uri } = subscription;
        const key = `${topic} ${event} ${id}`;
        const common = { topic, key, event, subscription, url: uri };
        if (includeFields.length === 0) this.#send({ ...common, body: bytes, signature });
        else {
          const part = Buffer.from(JSON.stringify(only(whole, includeFields)));
          this.#send({ ...common, body: part, signature: this.#sign(part) });
        }
      }
    }
  }

  /** Sends bytes as they are, properly signed; no fault meets them. */
  raw(topic: string, body: string): void {
    const bytes = Buffer.from(body);
    const key = `raw ${this.#sent + 1}`;
    const [subscription] = this.#subscriptions.to(topic);
    const to = subscription ? { subscription, url: subscription.uri } : {};
    this.#send({ topic, body: bytes, signature: this.#sign(bytes), key, event: key, surely: true, ...to });
  }

  #sign(bytes: Buffer): string {
    return createHmac('sha256', this.#options.clientSecret).update(bytes).digest('base64');
  }

  #send({ topic, body, signature, key, event, surely, subscription, url }: Message): void {
    this.#sent += 1;
    const { connection, shop } = this.#options;
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Shopify-Captain-Hook',
      'x-shopify-topic': topic,
      'x-shopify-hmac-sha256': signature,
      'x-shopify-shop-domain': shop,
      'x-shopify-api-version': this.#options.apiVersion ?? API_VERSION,
      'x-shopify-webhook-id': derivedId(this.#world.seed, connection, 'webhook', String(this.#sent)),
      'x-shopify-event-id': derivedId(this.#world.seed, connection, 'event', event),
      'x-shopify-triggered-at': `${this.#world.clock.nowIso().slice(0, -1)}000000Z`,
    };
    this.#deliveries.send({
      path: this.#path,
      headers,
      body,
      key,
      ...(surely ? { surely } : {}),
      ...(url === undefined ? {} : { url }),
      ...(subscription ? this.#watched(subscription) : {}),
    });
  }

  /** Retries go to the address of the first attempt, and end with the subscription. */
  #watched(subscription: Subscription): Pick<OutgoingDelivery, 'wanted' | 'attempted'> {
    const subscriptions = this.#subscriptions;
    return {
      wanted: () => subscriptions.has(subscription.id),
      attempted: (taken, last) => subscriptions.attempted(subscription, taken, last),
    };
  }
}

interface Message {
  topic: string;
  body: Buffer;
  signature: string;
  key: string;
  event: string;
  surely?: boolean;
  subscription?: Subscription;
  url?: string;
}

/** What a subscriber wants of a body. */
function only(body: Json, fields: readonly string[]): Json {
  return Object.fromEntries(Object.entries(body).filter(([name]) => fields.includes(name)));
}
