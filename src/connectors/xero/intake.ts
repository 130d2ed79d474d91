/** Xero sends us nothing that we listen to: its books are read when they are compared. */
import type { Intake } from '../contract.ts';

export const xeroIntake: Intake = {
  verify: () => ({ ok: false, problem: 'unsigned' }),
  address: () => ({ stream: 'unaddressable', reason: 'Xero sends no messages here' }),
  normalise: () => ({
    message: {
      type: 'order.unreadable',
      reason: 'not-an-order',
      message: 'Xero sends no messages here',
      suggestedFix: 'Remove the address of this hub from the webhooks of the app in Xero’s developer portal',
    },
    persons: [],
  }),
};
