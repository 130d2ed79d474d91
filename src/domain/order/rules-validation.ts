/** Before anything is promised an order must be whole; each problem is a case, and goes when its cause goes. */
import type { StreamMessage } from '../process.ts';
import { sameJson } from '../same-json.ts';
import type { Draft } from './draft.ts';
import { ENDED } from './lifecycle.ts';
import { validateOrder } from './validate.ts';

export function validate(draft: Draft, message: StreamMessage): void {
  const { state } = draft;
  if (state.cancelled || draft.order.cancelledAt !== null || ENDED.has(state.status)) {
    for (const key of state.problems) draft.closeCase(key);
    if (state.problems.length > 0) draft.record({ type: 'OrderValidated', skus: state.skus ?? {} });
    return;
  }
  if (isDue(draft, message)) checkOrder(draft);
}

/** Opens and closes a case for each problem that the order has now. */
export function checkOrder(draft: Draft): void {
  const { state } = draft;
  const { skus, problems } = draft.once('validation', () =>
    validateOrder(draft.order, state, draft.entity, draft.context),
  );
  const standing = problems.filter(({ about, ...words }) => !draft.accepts(words.key, about));
  const keys = standing.map((problem) => problem.key).sort();
  for (const gone of state.problems) if (!keys.includes(gone)) draft.closeCase(gone);
  for (const { about, ...words } of standing) draft.openCase(words, about);
  const sameKeys = sameJson(keys, state.problems);
  if (keys.length > 0) {
    if (!sameKeys) draft.record({ type: 'ValidationFailed', problems: keys });
  } else if (!sameKeys || !sameJson(state.skus, skus)) {
    draft.record({ type: 'OrderValidated', skus });
  }
}

/** Only the order, the mappings, the configuration and a person's word can change the outcome. */
function isDue(draft: Draft, { type }: StreamMessage): boolean {
  return (
    draft.state.skus === null ||
    draft.state.problems.length > 0 ||
    type === 'order.snapshot' ||
    type === 'order.forget' ||
    type === 'configuration.changed' ||
    type === 'operator.retryCase' ||
    type === 'operator.skipCase'
  );
}
