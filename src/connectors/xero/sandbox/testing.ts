/** Starts a sandbox of Xero for a test. */
import { Clock } from '../../../base/clock.ts';
import { NO_FAULTS } from '../../../sandbox/kit/faults.ts';
import type { FaultProfile } from '../../../sandbox/kit/types.ts';
import { World } from '../../../sandbox/kit/world.ts';
import { createXeroSandbox, type XeroSandbox, type XeroSandboxOptions } from './index.ts';

/** The organisation and app of the sandbox in tests. */
export const ACCOUNT = {
  tenantId: '11111111-2222-4333-8444-555555555555',
  clientId: 'app',
  clientSecret: 'right',
};

export const CONNECTION = 'books-uk';
const START = Date.UTC(2026, 10, 28, 6);

export interface RunningXero {
  clock: Clock;
  world: World;
  sandbox: XeroSandbox;
  close(): Promise<void>;
}

/** With a clock that stands still. */
export async function aXero(
  options: Partial<XeroSandboxOptions> = {},
  faults: FaultProfile = NO_FAULTS,
): Promise<RunningXero> {
  const clock = new Clock(START, { frozen: true });
  const world = new World({ clock, seed: 'xero', faults });
  const sandbox = await createXeroSandbox(world, {
    connection: CONNECTION,
    ...ACCOUNT,
    tracking: { Brand: ['Harbour'] },
    ...options,
  });
  return {
    clock,
    world,
    sandbox,
    async close() {
      world.close();
      await sandbox.close();
      if (world.failures.length > 0)
        throw new Error(`the sandbox itself failed: ${world.failures.join('\n')}`);
    },
  };
}
