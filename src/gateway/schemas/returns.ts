/** What the API says of returns and of refunds that we make, and what it is asked. */
import { z } from 'zod';
import { REFUND_STATES } from '../../domain/return/messages.ts';
import { RETURN_STATUSES } from '../../domain/return/state.ts';
import { At, Money, orNull } from './common.ts';

const Units = z.number().int();
const Dispositions = z.enum(['restock', 'damaged', 'qualityControl', 'missing']);

export const RefundItem = z
  .object({
    request: z.string().meta({ description: 'Names the refund within its order' }),
    state: z.enum(REFUND_STATES).meta({
      description:
        'waiting: for the consent of persons; approved, asked: under way; refused: it cannot be; declined: a person said no; pending: its money is on its way; made: the money is back; credited: booked in the ERP, too',
    }),
    amount: Money,
    refundId: orNull(z.string()).meta({ description: 'The channel’s id' }),
    by: orNull(z.string()).meta({ description: 'Who wanted it; null: Crossdock by policy, or the channel' }),
    approvals: z.array(z.string()).meta({ description: 'Who has agreed' }),
    needs: Units.meta({ description: 'Persons that must agree, whoever wanted it counted' }),
    because: orNull(z.string()).meta({ description: 'Why it was refused or declined' }),
  })
  .meta({ id: 'Refund' });
export type RefundItem = z.infer<typeof RefundItem>;

export const ReturnListItem = z
  .object({
    key: z.string().meta({ description: 'CONNECTION/ID of the return' }),
    name: z.string().meta({ example: '#1001-R1' }),
    connection: z.string(),
    order: orNull(z.string()).meta({ description: 'Key of its order; null: it has not been read yet' }),
    status: z.enum(Object.keys(RETURN_STATUSES) as [keyof typeof RETURN_STATUSES]),
    statusLabel: z.string(),
    closed: z.boolean(),
    units: Units.meta({ description: 'That are to come back' }),
    received: Units.meta({ description: 'That have come back, inspected or not' }),
    inspected: Units.meta({ description: 'Of which it is known what has become of them' }),
    reasons: z.array(z.string()),
    refunds: z.array(RefundItem),
    createdAt: At,
    updatedAt: At,
  })
  .meta({ id: 'ReturnListItem' });
export type ReturnListItem = z.infer<typeof ReturnListItem>;

export const ReturnList = z
  .object({ returns: z.array(ReturnListItem), next: orNull(z.string()) })
  .meta({ id: 'ReturnList' });
export type ReturnList = z.infer<typeof ReturnList>;

export const ReturnItem = ReturnListItem.extend({
  orderName: orNull(z.string()),
  lines: z.array(
    z.object({
      returnLineId: z.string(),
      lineId: z.string(),
      sku: orNull(z.string()),
      title: orNull(z.string()),
      quantity: Units,
      processed: Units.meta({ description: 'Units that were refunded, or left the order without money' }),
      reason: z.string(),
      restockingFee: orNull(Money),
      goods: z.array(
        z.object({
          disposition: Dispositions,
          quantity: Units,
          location: z.string(),
          source: z.enum(['channel', 'inventory', 'fulfilment']).meta({ description: 'Who says so' }),
          counts: z.boolean().meta({
            description: 'False: known, and counted by what the other source says',
          }),
          at: At,
        }),
      ),
    }),
  ),
  exchangeUnits: Units.meta({ description: 'That go out in exchange' }),
  shippingFee: orNull(Money),
  tracking: z.array(
    z.object({ company: orNull(z.string()), number: orNull(z.string()), url: orNull(z.string()) }),
  ),
}).meta({ id: 'Return' });
export type ReturnItem = z.infer<typeof ReturnItem>;

const By = z.string().trim().min(1).max(200).meta({ description: 'Who decides: a person’s name' });
const Note = z.string().max(500).default('');
const Request = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'expected letters, digits, ".", "_" and "-"')
  .meta({ description: 'Names the act: the same again changes nothing' });
const Decimal = z.string().regex(/^\d+(\.\d+)?$/, 'expected a decimal amount such as "12.50"');

export const ReturnDecision = z
  .object({
    by: By,
    note: Note,
    request: Request.optional().meta({ description: 'Of several refunds: which' }),
  })
  .meta({ id: 'ReturnDecision' });

export const NewReturn = z
  .object({
    order: z.string().min(1).max(600).meta({ description: 'Key, name or id of the order' }),
    lines: z
      .array(
        z.object({
          lineId: z.string().min(1),
          quantity: Units.min(1),
          reason: z.string().min(1).max(60).default('other'),
          note: z.string().max(150).default(''),
        }),
      )
      .min(1)
      .max(100),
    by: By,
    request: Request.optional(),
  })
  .meta({ id: 'NewReturn' });

export const NewRefund = z
  .object({
    by: By,
    lines: z
      .array(z.object({ lineId: z.string().min(1), quantity: Units.min(1) }))
      .max(100)
      .optional()
      .meta({ description: 'Left out: of a return, all that can be refunded; else none' }),
    shipping: z
      .union([z.literal('all'), Decimal])
      .default('0')
      .meta({ description: 'Delivery that goes back, in the customer’s money' }),
    concession: Decimal.default('0').meta({ description: 'Besides, for no goods' }),
    total: Decimal.optional().meta({
      description: 'What goes back in all, where that is not the sum of the parts less fees: of an exchange',
    }),
    reason: z.string().min(1).max(60).optional().meta({ description: 'The limits look at it' }),
    note: Note,
    request: Request.optional(),
  })
  .meta({ id: 'NewRefund' });
export type NewRefund = z.infer<typeof NewRefund>;
