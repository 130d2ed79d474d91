/** Writes docs/reference/order-lifecycle.md anew: node src/domain/order/publish-lifecycle.ts */
import { writeFileSync } from 'node:fs';
import { lifecyclePage } from './reference.ts';

/** Where the page stands in the repository. */
export const LIFECYCLE_FILE = new URL('../../../docs/reference/order-lifecycle.md', import.meta.url);

if (import.meta.main) {
  writeFileSync(LIFECYCLE_FILE, lifecyclePage());
  console.log('docs/reference/order-lifecycle.md is current');
}
