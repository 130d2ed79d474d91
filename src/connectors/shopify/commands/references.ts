/**
 * Writing on an order what other systems call it: metafields in a namespace of our own, and tags. Both are sets, so writing them
 * again changes nothing, and what other apps have written stays (`orderUpdate` would overwrite their tags).
 */
import type { CommandOf, LookUp, Outcome } from '../../contract.ts';
import { drift, type Exchange, rejectedBy } from '../client.ts';
import { READ_REFERENCES, WRITE_REFERENCES } from '../documents-order-writes.ts';
import { globalId } from '../json.ts';

type WriteReferences = CommandOf<'channel.writeReferences'>;

const FIX =
  'Look whether the order is still in the shop and the app has the scope write_orders, then retry the case; or skip it, and the order stays without the number';

export async function writeReferences(
  { body }: WriteReferences,
  namespace: string,
  exchange: Exchange,
): Promise<Outcome> {
  const id = globalId('Order', body.channelOrderId);
  const { add, remove } = body.tags;
  const metafields = metafieldsOf(body).map(([key, value]) => ({
    ownerId: id,
    namespace,
    key,
    value,
    type: 'single_line_text_field',
  }));
  const parts = { sets: metafields.length > 0, adds: add.length > 0, removes: remove.length > 0 };
  const made = await exchange.run(WRITE_REFERENCES, { id, metafields, add, remove, ...parts });
  if (made.status === 'tooCostly') return drift(made.message);
  if (made.status !== 'ok') return made;
  const { metafieldsSet, tagsAdd, tagsRemove } = made.data;
  const answers = [
    ...(parts.sets ? [metafieldsSet] : []),
    ...(parts.adds ? [tagsAdd] : []),
    ...(parts.removes ? [tagsRemove] : []),
  ];
  const errors = answers.flatMap((answer) => answer?.userErrors ?? []);
  if (errors.length > 0) return rejectedBy(errors, FIX, 'references-refused');
  return answers.every(Boolean)
    ? { status: 'done', result: {} }
    : { status: 'unknown', message: 'WriteReferences gave neither an effect nor an error' };
}

export async function lookUpReferences(
  { body }: WriteReferences,
  namespace: string,
  exchange: Exchange,
): Promise<LookUp> {
  const read = await exchange.run(READ_REFERENCES, { id: globalId('Order', body.channelOrderId), namespace });
  if (read.status === 'tooCostly') return drift(read.message);
  if (read.status !== 'ok') return read;
  const { order } = read.data;
  if (order === null) return { status: 'absent' };
  const tags = new Set(order.tags.map((tag) => tag.toLowerCase()));
  const has = (tag: string) => tags.has(tag.toLowerCase());
  const isWritten =
    metafieldsOf(body).every(([key, value]) =>
      order.metafields.nodes.some((each) => each.key === key && each.value === value),
    ) &&
    body.tags.add.every(has) &&
    !body.tags.remove.some(has);
  return isWritten ? { status: 'found', result: {} } : { status: 'absent' };
}

/** `salesOrderNumber` is the metafield `sales_order_number`. */
function metafieldsOf({ references }: WriteReferences['body']): [key: string, value: string][] {
  return Object.entries(references).map(([name, value]) => [
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ]);
}
