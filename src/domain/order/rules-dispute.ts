/** What shoppers' banks take back, beside what was refunded. */
import { formatMinor } from '../money.ts';
import type { Draft } from './draft.ts';
import { capturedMinor } from './rules-refund.ts';

const KEY = 'refund-and-dispute';

/** A shopper who is refunded and gets it from the bank too has more than was paid: that is for a person. */
export function watchDisputes(draft: Draft): void {
  const disputes = Object.values(draft.state.disputes ?? {});
  if (disputes.length === 0) return;
  const { order, entity, currency } = draft;
  const taken = disputes
    .filter(
      (each) =>
        each.kind === 'chargeback' &&
        (each.status === 'open' || each.status === 'lost') &&
        each.currency === currency,
    )
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const refunded = order.refunds.reduce((sum, { cash }) => sum + cash[entity.money], 0);
  const captured = capturedMinor(draft);
  if (taken === 0 || taken + refunded <= captured) {
    draft.closeCase(KEY);
    return;
  }
  const money = (minor: number) => `${formatMinor(minor, currency)} ${currency}`;
  draft.openCase(
    {
      key: KEY,
      reason: KEY,
      message: `On order ${draft.name} ${money(refunded)} were refunded and ${money(taken)} are taken back by the shopper’s bank: ${money(taken + refunded - captured)} more than the ${money(captured)} that were paid`,
      suggestedFix:
        'Answer the dispute at the channel with the refund as evidence; when the loss is accepted, skip this case',
    },
    `${refunded} + ${taken} of ${captured}`,
  );
}
