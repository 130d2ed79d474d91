/** What the API says of stock. Units are whole; states are those of a position. */
import { z } from 'zod';
import { MovementKind } from '../../domain/canonical/index.ts';
import { Fallback } from '../../domain/stock/fallback.ts';
import { At, orNull } from './common.ts';

const units = (description: string) => z.number().int().meta({ description });

const Figures = {
  onHand: units('Sound and there, reserved units included'),
  reserved: units('Promised to orders and reservations'),
  damaged: units('There, and cannot be sold'),
  qualityControl: units('There, and looked at before it can be sold'),
  incoming: units('Announced, or on its way here'),
};

export const StockSilence = z
  .object({
    connection: z.string().meta({ description: 'The inventory system' }),
    heardAt: At.meta({ description: 'Its last word' }),
    rule: Fallback.shape.rule,
  })
  .meta({
    id: 'StockSilence',
    description: 'A source is silent beyond its limit: its fallback rule applies',
  });

export const StockPlace = z
  .object({
    location: z.string(),
    name: z.string().meta({ description: 'Of the location; its id where the configuration has none' }),
    ...Figures,
    safety: units('Kept back from sale'),
    heldBack: units('Kept back because the inventory system is silent'),
    silence: orNull(StockSilence).meta({ description: 'Null: its inventory system has spoken in time' }),
    owner: z
      .enum(['system', 'crossdock'])
      .meta({ description: 'Whose figure counts: of `crossdock` a person may adjust what is there' }),
    available: units('Can be promised: on hand − reserved − safety − held back; never below zero'),
    movedAt: orNull(At).meta({ description: 'Of the newest movement' }),
  })
  .meta({ id: 'StockPlace' });
export type StockPlace = z.infer<typeof StockPlace>;

export const StockItem = z
  .object({
    sku: z.string(),
    ...Figures,
    available: units('Sum of what can be promised from each location'),
    locations: z.number().int(),
  })
  .meta({ id: 'StockItem' });
export type StockItem = z.infer<typeof StockItem>;

export const StockList = z
  .object({ items: z.array(StockItem), next: orNull(z.string()) })
  .meta({ id: 'StockList' });
export type StockList = z.infer<typeof StockList>;

const change = z.number().int();

export const StockChange = z
  .object({
    at: At,
    location: z.string(),
    kind: MovementKind,
    onHand: change,
    reserved: change,
    damaged: change,
    qualityControl: change,
    incoming: change,
    act: orNull(z.string()).meta({ description: 'Key of the business act, where it has one of its own' }),
    reason: orNull(z.string()),
    source: z.string().meta({ description: 'The connection that said so, or whose order it is' }),
    stream: z.object({ kind: z.string(), key: z.string() }).meta({ description: 'Whose fact moved it' }),
    seq: z.number().int().meta({ description: 'Number of that fact' }),
    fact: z.string(),
    order: orNull(z.object({ key: z.string(), title: z.string() })),
    observationId: orNull(z.string()).meta({
      description: 'The message that told of it, as far as it is kept: GET /v1/observations/ID',
    }),
  })
  .meta({ id: 'StockChange', description: 'A movement: units of each state that came or went' });
export type StockChange = z.infer<typeof StockChange>;

export const StockAtChannel = z
  .object({
    connection: z.string().meta({ description: 'The channel' }),
    location: z.string(),
    shown: orNull(units('What it shows as available, as far as is known')).meta({
      description: 'Null: it has not been asked yet',
    }),
    change: units('By which its figure is still to be changed'),
    status: z.enum(['shown', 'waiting', 'sending', 'asking', 'not-published']).meta({
      description:
        'shown: it is as it should be; waiting: a change waits for its batch; sending: it is under way; asking: the channel is asked first what it shows; not-published: see `problem`',
    }),
    problem: orNull(z.string()).meta({
      description: 'Why it is not published: a code, such as unknown-item, not-stocked or bundle',
    }),
    publishedAt: orNull(At).meta({ description: 'When it last accepted a figure' }),
    agreedAt: orNull(At).meta({ description: 'When both sides last agreed' }),
  })
  .meta({ id: 'StockAtChannel', description: 'What a channel shows of a SKU at one of its locations' });
export type StockAtChannel = z.infer<typeof StockAtChannel>;

export const StockDetail = z
  .object({
    sku: z.string(),
    at: At.meta({ description: 'When it was so' }),
    now: z.boolean().meta({ description: 'False: it is the past, summed up from its movements' }),
    places: z.array(StockPlace),
    channels: z
      .array(StockAtChannel)
      .meta({ description: 'Of channels to which stock is published; none of the past' }),
    movements: z.array(StockChange).meta({ description: 'Newest first, up to `at`' }),
    next: orNull(z.string()),
  })
  .meta({ id: 'StockDetail' });
export type StockDetail = z.infer<typeof StockDetail>;

export const SafetySaved = z
  .object({ changed: z.boolean().meta({ description: 'False: it was so already' }) })
  .meta({ id: 'SafetySaved' });
export type SafetySaved = z.infer<typeof SafetySaved>;
