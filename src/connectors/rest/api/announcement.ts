/** Returns that are announced: goods of customers that come back to a place of the role `fulfilment`. */
import { z } from 'zod';
import { Instant, ItemLine, Key, named, Tracking, Units } from './common.ts';

export const ReturnAnnounce = named(
  'ReturnAnnounce',
  'All that is expected at one location of a return. `announcementId` is unique, `revision` grows with each change, and the newest one replaces those before; without lines nothing is expected any more. `reference` is the return’s and is echoed in every event; `item` and `location` are the system’s own codes. Goods may come before they are announced, or without.',
  z.object({
    announcementId: Key,
    revision: z.number().int().min(1),
    reference: Key,
    returnName: z.string(),
    orderName: z.string(),
    location: z.string().min(1),
    lines: z.array(
      z.object({
        lineId: Key,
        item: z.string().min(1),
        quantity: Units.min(1),
        reason: z.string().describe('Why, by the channel’s code: "defective"'),
        components: z
          .array(z.object({ item: z.string().min(1), quantity: Units.min(1) }))
          .min(1)
          .optional()
          .describe('Of a kit: what one of it is put together from. It is told of as one line.'),
      }),
    ),
    tracking: z.array(Tracking).describe('On which ways it comes, as far as that is known'),
  }),
);

export const AnnouncedReturn = named(
  'AnnouncedReturn',
  'An announced return as the system keeps it, with its newest revision.',
  z.object({
    id: Key,
    announcementId: Key,
    revision: z.number().int().min(1),
    reference: Key,
    location: z.string(),
    lines: z.array(z.object({ lineId: Key, item: z.string(), quantity: Units, received: Units })),
  }),
);

export const AnnouncedReturnPage = named(
  'AnnouncedReturnPage',
  'The announced return with this id, or none.',
  z.object({ returns: z.array(AnnouncedReturn).max(1) }),
);

const about = { announcementId: Key, reference: Key, at: Instant };

/** Data of the event `return.received`. */
export const ReturnReceived = named(
  'ReturnReceived',
  'A parcel of an announced return has come, and was not looked at yet.',
  z.object({ ...about, receiptId: Key.describe('Unique'), lines: z.array(ItemLine).min(1) }),
);

/** Data of the event `return.inspected`. */
export const ReturnInspected = named(
  'ReturnInspected',
  'Of these units of an announced return it is known what has become of them. `missing`: they are not in the parcel. Whether stock is moved by it is configured for the location: where an inventory system tells of returned goods by `stock.returned`, it is not.',
  z.object({
    ...about,
    inspectionId: Key.describe('Unique'),
    lines: z
      .array(
        z.object({
          lineId: Key,
          quantity: Units,
          disposition: z.enum(['restock', 'damaged', 'qualityControl', 'missing']),
        }),
      )
      .min(1),
  }),
);
