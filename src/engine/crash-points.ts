/**
 * Named points at which a test can have this process killed with SIGKILL: `CROSSDOCK_CRASH_AT=turn:decided:3` dies the third
 * time that point is passed. Without the variable they cost one comparison.
 */

export const CRASH_POINTS = [
  // Intake: received and not stored; committed and not answered.
  'intake:received',
  'intake:committed',
  'turn:claimed',
  'turn:decided',
  'turn:committed',
  // A lane: the attempt is committed and not called; called; answered and not noted; noted.
  'lane:attempt-noted',
  'lane:called',
  'lane:answered',
  'lane:outcome-noted',
  'poll:stored',
  'timer:fired',
] as const;

/** Of a credential that is renewed: the vendor has answered and it is not kept; kept and not used. */
export const CREDENTIAL_CRASH_POINTS = ['credential:renewed', 'credential:kept'] as const;

/** Of a direct turn: its streams are locked; decided; committed and not answered. */
export const DIRECT_CRASH_POINTS = ['direct:claimed', 'direct:decided', 'direct:committed'] as const;

/** Of a batch of stock figures: noted and not sent; answered and not noted; its end is noted. */
export const STOCK_CRASH_POINTS = ['stock:noted', 'stock:answered', 'stock:ended'] as const;

/** Of a reconciliation: some of what differs is kept; a look is kept with what it corrects. */
export const RECONCILIATION_CRASH_POINTS = ['reconcile:kept', 'reconcile:looked'] as const;

/** Of a reconciliation of money: both sides of a day are compared, and its stream is not told. */
export const MONEY_CRASH_POINTS = ['reconcile:money'] as const;

export type CrashPoint = (
  | typeof MONEY_CRASH_POINTS
  | typeof RECONCILIATION_CRASH_POINTS
  | typeof CRASH_POINTS
  | typeof CREDENTIAL_CRASH_POINTS
  | typeof DIRECT_CRASH_POINTS
  | typeof STOCK_CRASH_POINTS
)[number];

const wanted = process.env.CROSSDOCK_CRASH_AT;
const [wantedPoint, wantedPass] = wanted
  ? [wanted.slice(0, wanted.lastIndexOf(':')), Number(wanted.slice(wanted.lastIndexOf(':') + 1))]
  : [];
let passes = 0;

/** Dies here, at once and without any clean-up, if the environment asks for it. */
export function crashAt(point: CrashPoint): void {
  if (wantedPoint === undefined || point !== wantedPoint) return;
  passes += 1;
  if (passes >= (wantedPass ?? 1)) process.kill(process.pid, 'SIGKILL');
}
