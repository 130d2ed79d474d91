/** Tracking categories and options are made where they are missing: a new brand or channel must not stop an invoice. */
import type { Failure } from '../contract.ts';
import { type Tracking, TrackingCategories, TrackingOptions } from './api.ts';
import type { Exchange } from './client.ts';

type Ensured = { status: 'ok' } | Failure;

export class TrackingKeeper {
  /** Ids of categories by name, and the options that each has. */
  #known: Map<string, { id: string; options: Set<string> }> | undefined;
  /** One at a time: two calls would make the same option. */
  #turn: Promise<unknown> = Promise.resolve();

  /** Makes sure that all of these are there. */
  ensure(wanted: readonly Tracking[], exchange: Exchange): Promise<Ensured> {
    const ensured = this.#turn.then(() => this.#ensureAll(wanted, exchange));
    this.#turn = ensured.catch(() => {});
    return ensured;
  }

  async #ensureAll(wanted: readonly Tracking[], exchange: Exchange): Promise<Ensured> {
    for (const { Name, Option } of wanted) {
      if (this.#known?.get(Name)?.options.has(Option)) continue;
      if (!this.#known) {
        const loaded = await this.#load(exchange);
        if (loaded.status !== 'ok') return loaded;
      }
      const made = await this.#make(Name, Option, exchange);
      if (made.status === 'ok') continue;
      // Somebody else may have made it meanwhile: what is known is read anew the next time.
      this.#known = undefined;
      return made;
    }
    return { status: 'ok' };
  }

  async #load(exchange: Exchange): Promise<Ensured> {
    const read = await exchange.call({
      method: 'GET',
      path: '/TrackingCategories',
      answer: TrackingCategories,
    });
    if (read.status !== 'ok') return read;
    this.#known = new Map(
      read.data.TrackingCategories.map(({ Name, TrackingCategoryID, Options }) => [
        Name,
        { id: TrackingCategoryID, options: new Set((Options ?? []).map((option) => option.Name)) },
      ]),
    );
    return { status: 'ok' };
  }

  async #make(name: string, option: string, exchange: Exchange): Promise<Ensured> {
    let category = this.#known?.get(name);
    if (!category) {
      const made = await exchange.call({
        method: 'PUT',
        path: '/TrackingCategories',
        body: { Name: name },
        key: `tracking ${name}`,
        answer: TrackingCategories,
      });
      if (made.status !== 'ok') return notDone(made);
      const id = made.data.TrackingCategories[0]?.TrackingCategoryID ?? '';
      category = { id, options: new Set() };
      this.#known?.set(name, category);
    }
    if (category.options.has(option)) return { status: 'ok' };
    const made = await exchange.call({
      method: 'PUT',
      path: `/TrackingCategories/${category.id}/Options`,
      body: { Name: option },
      key: `tracking ${name}/${option}`,
      answer: TrackingOptions,
    });
    if (made.status !== 'ok') return notDone(made);
    category.options.add(option);
    return { status: 'ok' };
  }
}

/** Whatever became of the option, nothing of the document was sent. */
function notDone(failure: Failure): Failure {
  return failure.status === 'unknown' ? { status: 'transient', message: failure.message } : failure;
}
