/** Locations in memory: they take releases, ship them in parts, miss units, stop by themselves or because they are asked. */
import type { CommandBodies } from '../../src/domain/commands.ts';
import type { FulfilmentObservation } from '../../src/domain/messages.ts';

interface Line {
  lineId: string;
  quantity: number;
}

interface PlaceRelease {
  reference: string;
  releaseId: string;
  open: Map<string, number>;
  parcels: number;
  stopped: boolean;
}

type News<Observation> = Observation extends FulfilmentObservation ? Omit<Observation, 'at'> : never;
type Tell = (reference: string, news: News<FulfilmentObservation>) => void;

export class PlaceModel {
  readonly releases = new Map<string, PlaceRelease>();
  rejections = 0;
  readonly #tell: Tell;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** Takes a release; one that is known already is no other. */
  take({ releaseId, reference, lines }: CommandBodies['fulfilment.release']): null {
    if (this.releases.has(releaseId)) return null;
    const open = new Map(lines.map((each) => [each.lineId, each.quantity]));
    this.releases.set(releaseId, { reference, releaseId, open, parcels: 0, stopped: false });
    return null;
  }

  /** Null: it is stopped; else the code of the refusal. */
  cancel(releaseId: string): string | null {
    const release = this.releases.get(releaseId);
    if (!release) return 'not-found';
    if (release.stopped) return null;
    if (openOf(release).length === 0) return 'already-shipped';
    this.#stop(release);
    return null;
  }

  /** All that is open leaves. */
  shipAll(): void {
    for (const release of this.releases.values()) {
      const lines = openOf(release);
      if (lines.length > 0) this.#ship(release, lines);
    }
  }

  /** People work on a release; says on which and what, or null when there is none. */
  act(pick: number, act: number, detail: number): string | null {
    const all = [...this.releases.values()].filter((release) => openOf(release).length > 0);
    const release = all[pick % Math.max(1, all.length)];
    const lines = release ? openOf(release) : [];
    const some = lines[detail % Math.max(1, lines.length)];
    if (!release || !some) return null;
    this.#work(release, lines, some, act, detail);
    return `${release.releaseId} act ${act % 6} (${detail})`;
  }

  #work(release: PlaceRelease, lines: Line[], some: Line, act: number, detail: number): void {
    const { releaseId, reference } = release;
    const one = [{ ...some, quantity: 1 }];
    switch (act % 6) {
      case 0:
        this.#tell(reference, { type: 'fulfilment.accepted', releaseId });
        return;
      case 1:
      case 2:
        this.#ship(release, lines);
        return;
      case 3:
        this.#ship(release, one);
        return;
      case 4: {
        this.rejections += 1;
        take(release, one);
        const rejectionId = `r${this.rejections}`;
        const reason = 'short pick';
        this.#tell(reference, { type: 'fulfilment.rejected', releaseId, rejectionId, lines: one, reason });
        return;
      }
      default:
        if (detail % 5 === 0) this.#ship(release, [{ ...some, quantity: some.quantity + 1 }]);
        else if (detail % 2 === 0) this.#stop(release);
    }
  }

  #stop(release: PlaceRelease): void {
    const lines = openOf(release);
    release.open.clear();
    release.stopped = true;
    const { releaseId, reference } = release;
    this.#tell(reference, { type: 'fulfilment.cancelled', releaseId, lines, reason: 'stopped' });
  }

  #ship(release: PlaceRelease, lines: Line[]): void {
    release.parcels += 1;
    take(release, lines);
    const { releaseId, reference, parcels } = release;
    const shipmentId = `${releaseId}-S${parcels}`;
    this.#tell(reference, { type: 'fulfilment.shipped', releaseId, shipmentId, lines, tracking: null });
  }
}

function take(release: PlaceRelease, lines: readonly Line[]): void {
  for (const { lineId, quantity } of lines)
    release.open.set(lineId, Math.max(0, (release.open.get(lineId) ?? 0) - quantity));
}

function openOf(release: PlaceRelease): Line[] {
  return [...release.open].flatMap(([lineId, quantity]) => (quantity > 0 ? [{ lineId, quantity }] : []));
}
