/** The fault profiles of the demonstration: a good day, a bad day, and a tenth of a bad day. */
import type { FaultProfile } from './types.ts';

export type FaultName = 'none' | 'light' | 'storm';

export const FAULT_NAMES = ['none', 'light', 'storm'] as const;

const MINUTE_MS = 60_000;

export const NO_FAULTS: FaultProfile = {
  deliveries: { doubled: 0, outOfOrder: 0, dropped: 0 },
  calls: { refused: 0, timedOut: 0, lateShare: 0 },
  outageMs: 0,
  tokenExpires: false,
};

export const STORM: FaultProfile = {
  deliveries: { doubled: 0.1, outOfOrder: 0.1, dropped: 0.05 },
  calls: { refused: 0.05, timedOut: 0.02, lateShare: 0.5 },
  outageMs: 45 * MINUTE_MS,
  tokenExpires: true,
};

/** A tenth of the storm; the share of late commits is a share of the timed-out calls and stays. */
export const LIGHT: FaultProfile = {
  deliveries: { doubled: 0.01, outOfOrder: 0.01, dropped: 0.005 },
  calls: { refused: 0.005, timedOut: 0.002, lateShare: 0.5 },
  outageMs: 5 * MINUTE_MS,
  tokenExpires: true,
};

/** The profile of this name; other names throw. */
export function faultProfile(name: string): FaultProfile {
  switch (name) {
    case 'none':
      return NO_FAULTS;
    case 'light':
      return LIGHT;
    case 'storm':
      return STORM;
    default:
      throw new RangeError(`unknown faults "${name}": expected none, light or storm`);
  }
}
