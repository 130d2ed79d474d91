/** The store of the row `reconcile-1m`, in a process of its own: `reconcile-store.ts SKUS LOCATIONS`; prints `{url, firstItem}`. */
import { Clock } from '../src/base/clock.ts';
import { createShopifySandbox } from '../src/connectors/shopify/sandbox/index.ts';
import { NO_FAULTS } from '../src/sandbox/kit/faults.ts';
import { World } from '../src/sandbox/kit/world.ts';

const [skus = 0, locations = 0] = process.argv.slice(2).map(Number);
const world = new World({ clock: new Clock(), seed: 'bench', faults: NO_FAULTS });
const store = await createShopifySandbox(world, {
  connection: 'shop',
  shop: 'one.myshopify.com',
  name: 'One',
  currency: 'EUR',
  taxesIncluded: true,
  clientId: 'client',
  clientSecret: 'a client secret',
  webhookTarget: () => undefined,
  locations: Array.from({ length: locations }, (_, index) => `L${index}`),
  products: Array.from({ length: skus }, (_, index) => ({
    sku: `SKU-${index}`,
    title: `Article ${index}`,
    price: '10.00',
  })),
  stock: () => 100,
});
process.stdout.write(`${JSON.stringify({ url: store.baseUrl })}\n`);
process.stdin.resume().on('end', () => process.exit(0));
