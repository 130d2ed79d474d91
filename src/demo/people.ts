/**
 * The people of the first story: Anna of support approves the return that the customer asks for, and wants its money given back once
 * the warehouse has looked at it; Ben of finance agrees.
 */
import type { ReturnItem, ReturnList } from '../gateway/api-types.ts';
import type { HubProcess } from './hub-process.ts';

const HOUR_MS = 3_600_000;
/** They look at their lists this often, and give up after so many looks. */
const LOOK_EVERY_MS = 6 * HOUR_MS;
const LOOKS = 120;

export class StoryPeople {
  readonly #hub: HubProcess;
  readonly #story: () => string | undefined;
  #nextAt: number | null;
  #looks = 0;
  #key: string | undefined;

  /** @param story the key of the story's order; undefined: it has not been placed. */
  constructor(hub: HubProcess, story: () => string | undefined, fromMs: number) {
    this.#hub = hub;
    this.#story = story;
    this.#nextAt = fromMs;
  }

  /** When they look again (epoch ms); null: they have nothing to do any more. */
  get nextAt(): number | null {
    return this.#nextAt;
  }

  /** Does what is to be done now. */
  async look(now: number): Promise<void> {
    if (this.#nextAt === null || now < this.#nextAt) return;
    this.#looks += 1;
    this.#nextAt = this.#looks < LOOKS ? now + LOOK_EVERY_MS : null;
    const found = await this.#return();
    if (found === null) return;
    const path = `/v1/returns/${encodeURIComponent(found.key)}`;
    const [refund] = found.refunds;
    if (found.status === 'requested')
      await this.#hub.call('POST', `${path}/approve`, { by: 'Anna', note: 'within 30 days' });
    else if (refund === undefined) {
      if (found.status === 'inspected')
        await this.#hub.call('POST', `${path}/refund`, { by: 'Anna', reason: 'unwanted' });
    } else if (refund.state === 'waiting')
      await this.#hub.call('POST', `${path}/approve`, { by: 'Ben', note: 'inspected, as new' });
    else if (refund.state === 'made' || refund.state === 'credited') this.#nextAt = null;
  }

  async #return(): Promise<ReturnList['returns'][number] | null> {
    if (this.#key !== undefined)
      return this.#hub.call<ReturnItem>('GET', `/v1/returns/${encodeURIComponent(this.#key)}`);
    const order = this.#story();
    if (order === undefined) return null;
    const connection = order.slice(0, order.indexOf('/'));
    const { returns } = await this.#hub.call<ReturnList>(
      'GET',
      `/v1/returns?connection=${connection}&status=requested&limit=200`,
    );
    const found = returns.find((each) => each.order === order) ?? null;
    this.#key = found?.key;
    return found;
  }
}
