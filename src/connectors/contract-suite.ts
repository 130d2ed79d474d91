/**
 * The tests that every connector must pass, on its own sandbox (or a live test account): what a command promises under
 * faults, what intake promises for any input, and what polling promises.
 *
 *   contractSuite('rest as an ERP', { connector: rest, kinds: ['erp.createSalesOrder', …], feeds: ['sales-orders'], start })
 */
import { commandTests } from './contract-suite-commands.ts';
import type { ContractHarness } from './contract-suite-harness.ts';
import { intakeTests } from './contract-suite-intake.ts';
import { pollTests } from './contract-suite-polls.ts';

export {
  asCommand,
  type ContractBench,
  type ContractHarness,
  type ReadyCommand,
} from './contract-suite-harness.ts';
export type { ProxiedRequest, ProxyAnswer } from './contract-suite-proxy.ts';

/** Registers the tests. Call it at the top of `contract.test.ts`. */
export function contractSuite(name: string, harness: ContractHarness): void {
  for (const kind of harness.kinds) commandTests(name, harness, kind);
  // A system that neither sends nor lists anything has nothing to be taken in.
  if (harness.webhooks !== false || harness.feeds.length > 0) intakeTests(name, harness);
  for (const feed of harness.feeds) pollTests(name, harness, feed);
}
