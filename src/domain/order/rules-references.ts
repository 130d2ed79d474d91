/**
 * References: the number of the ERP's sales order is written on the order at its channel, where people look for it. One write
 * for each change; nothing waits for it, and what the channel refuses holds nothing.
 */
import { ACTS } from './acts.ts';
import type { Draft } from './draft.ts';

export function writeReferences(draft: Draft): void {
  const { state, order, context } = draft;
  const { number } = state.erp;
  const channel = context.config.connections.find(({ id }) => id === state.connection);
  if (!channel || channel.references === 'none' || number === '') return;
  const { references: where, referenceTagPrefix } = channel;
  const values: Record<string, string> = where === 'tags' ? {} : { salesOrderNumber: number };
  const tags = where === 'metafields' ? [] : [`${referenceTagPrefix}${number}`];
  const act = ACTS.references;
  const status = state.acts[act]?.status;
  if (status === 'asked' || status === 'unsettled') return;
  const { references: last } = state;
  const isSame = last.values.salesOrderNumber === values.salesOrderNumber && last.tags.join() === tags.join();
  if (isSame && status !== 'retry') return;
  draft.closeCaseOf(act, 'the number is another one');
  draft.record({
    type: 'ReferencesRequested',
    references: values,
    tags,
    ...draft.ask(act, 'channel.writeReferences', state.connection, {
      channelOrderId: order.channelOrderId,
      references: values,
      tags: { add: tags, remove: last.tags.filter((tag) => !tags.includes(tag)) },
    }),
  });
}
