/** Reading the outside: the books of sandboxes, and what a run has planted, from the retailer's control server. */
import type { Books, HotSku, PlannedCase } from '../sandbox/kit/types.ts';

export interface Outside {
  books: Books[];
  plan: PlannedCase[];
  /** Left out: the run has none. */
  hot?: HotSku | null;
}

/** Fetches `/_books` and `/_plan` of a sandbox retailer. Throws when it does not answer. */
export async function readOutside(controlUrl: string): Promise<Outside> {
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(new URL(path, controlUrl));
    if (!response.ok)
      throw new Error(
        `${controlUrl}${path} answered ${response.status}; is that the control server of a sandbox?`,
      );
    return response.json();
  };
  const [books, plan] = await Promise.all([get('/_books'), get('/_plan')]);
  return { books: books as Books[], plan: plan as PlannedCase[] };
}
