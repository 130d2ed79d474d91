/** Releases: what the role `fulfilment` ships. */
import { z } from 'zod';
import { Instant, ItemLine, Key, named, orNull, Party, Tracking, Units } from './common.ts';

export const ReleaseCreate = named(
  'ReleaseCreate',
  'Units to be shipped from one location. `releaseId` is unique; `reference` is the order’s and is echoed in every event; `item` and `location` are the system’s own codes.',
  z.object({
    releaseId: Key,
    reference: Key,
    orderName: z.string(),
    location: z.string().min(1),
    shipTo: Party.nullable(),
    lines: z
      .array(
        z.object({
          lineId: Key,
          item: z.string().min(1),
          quantity: Units.min(1),
          components: z
            .array(z.object({ item: z.string().min(1), quantity: Units.min(1) }))
            .min(1)
            .optional()
            .describe(
              'Of a kit: what one of it is put together from. It is picked, sent and told of as one line; its units on the shelf are those of its components.',
            ),
        }),
      )
      .min(1),
  }),
);

export const Release = named(
  'Release',
  'A release as the system keeps it. It is `shipped` or `cancelled` when no unit of it is open any more.',
  z.object({
    id: Key,
    releaseId: Key,
    reference: Key,
    location: z.string(),
    status: z.enum(['received', 'accepted', 'shipped', 'cancelled']),
    lines: z.array(
      z.object({
        lineId: Key,
        item: z.string(),
        quantity: Units,
        shipped: Units,
        rejected: Units,
        cancelled: Units,
      }),
    ),
  }),
);

export const ReleasePage = named(
  'ReleasePage',
  'The release with this id, or none.',
  z.object({ releases: z.array(Release).max(1) }),
);

export const ReleaseCancel = named(
  'ReleaseCancel',
  'Why a release is stopped.',
  z.object({ reason: z.string() }),
);

const about = { releaseId: Key, reference: Key, at: Instant };

export const ShippedLine = named(
  'ShippedLine',
  'Units of a line that have left. `item` is the system’s code of what is in the parcel: when it is another one than the release asked for, a person looks at it.',
  z.object({ lineId: Key, quantity: Units, item: orNull(z.string().min(1)) }),
);

/** Data of the event `release.accepted`. */
export const ReleaseAccepted = named('ReleaseAccepted', 'The location will ship it.', z.object(about));

/** Data of the event `release.shipped`. */
export const ReleaseShipped = named(
  'ReleaseShipped',
  'A parcel has left; one release may leave in several. This is the news for stock too: no stock event follows.',
  z.object({
    ...about,
    shipmentId: Key.describe('The system’s own, unique'),
    lines: z.array(ShippedLine).min(1),
    tracking: orNull(Tracking),
  }),
);

/** Data of the event `release.rejected`. */
export const ReleaseRejected = named(
  'ReleaseRejected',
  'Units that will not leave from here (short pick, damage). The rest goes on. What a count took from stock comes as a stock event.',
  z.object({
    ...about,
    rejectionId: Key.describe('Unique'),
    lines: z.array(ItemLine).min(1),
    reason: z.string(),
  }),
);

/** Data of the event `release.cancelled`. */
export const ReleaseCancelled = named(
  'ReleaseCancelled',
  'The release was stopped, because the hub asked or by the system itself: `lines` are the units that had not left.',
  z.object({ ...about, lines: z.array(ItemLine), reason: z.string() }),
);
