import type { GuideEvent } from '@millrace/guide';
import { flow } from './flow.ts';
import type { Brush } from './paint.ts';

/** Of a lane; of more records the first and the last are drawn. */
const drawnAtMost = 24;

type Stored = Extract<GuideEvent, { kind: 'stored' }>;
type Delivered = Extract<GuideEvent, { kind: 'delivered' }>;
type Acknowledged = Extract<GuideEvent, { kind: 'acknowledged' }>;

interface Delivery {
  readonly label: string;
  readonly attempt: number;
  acknowledged: boolean;
}

/** Collects what is stored and delivered, and draws it as lanes: one for a partition, or a partition and its consumer. */
export class Lanes {
  readonly #brush: Brush;
  readonly #stored = new Map<string, Stored[]>();
  readonly #delivered = new Map<string, { readonly of: Delivered; readonly deliveries: Delivery[] }>();

  constructor(brush: Brush) {
    this.#brush = brush;
  }

  store(event: Stored): void {
    const name = laneOf(event);
    this.#stored.set(name, [...(this.#stored.get(name) ?? []), event]);
  }

  deliver(event: Delivered): void {
    const { label, attempt, consumer } = event;
    const name = `${laneOf(event)} ${consumer}`;
    const lane = this.#delivered.get(name) ?? { of: event, deliveries: [] };
    lane.deliveries.push({ label, attempt, acknowledged: false });
    this.#delivered.set(name, lane);
  }

  /** False when its delivery was drawn before. */
  acknowledge(event: Acknowledged): boolean {
    const lane = this.#delivered.get(`${laneOf(event)} ${event.consumer}`);
    const delivery = lane?.deliveries.findLast(({ label }) => label === event.label);
    if (!delivery) return false;
    delivery.acknowledged = true;
    return true;
  }

  /** The lanes so far; none are left. */
  draw(width: number): readonly string[] {
    const stored = [...this.#stored].toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
    const lines = [
      ...stored.map(([name, records]) => this.#storedLane(name, records, width)),
      ...[...this.#delivered.values()].map(({ of, deliveries }) =>
        this.#deliveredLane(of, deliveries, width),
      ),
    ];
    this.#stored.clear();
    this.#delivered.clear();
    return lines;
  }

  #storedLane(name: string, records: readonly Stored[], width: number): string {
    const { faint, record } = this.#brush;
    const [first, last] = [records[0]?.offset ?? '', records.at(-1)?.offset ?? ''];
    return flow(
      [
        ...shortened(
          records.map(({ label }) => record(label)),
          faint,
        ),
        faint(first === last ? first : `${first} … ${last}`),
      ],
      {
        width,
        first: `  ${name} ${faint('◂━━')} `,
        separator: faint(' │ '),
      },
    );
  }

  #deliveredLane(of: Delivered, deliveries: readonly Delivery[], width: number): string {
    const { faint, record, consumer, good, bad } = this.#brush;
    const pieces = deliveries.map(
      ({ label, attempt, acknowledged }) =>
        record(label) + (attempt > 1 ? bad(` attempt ${attempt}`) : '') + (acknowledged ? good(' ✓') : ''),
    );
    return flow(shortened(pieces, faint), {
      width,
      first: `  ${laneOf(of)} ${faint('━━▸')} ${consumer(of.consumer)}  `,
      separator: faint(' │ '),
    });
  }
}

function shortened(pieces: readonly string[], faint: Brush['faint']): readonly string[] {
  if (pieces.length <= drawnAtMost) return pieces;
  const half = drawnAtMost / 2;
  return [...pieces.slice(0, half), faint(`… ${pieces.length - drawnAtMost} more …`), ...pieces.slice(-half)];
}

function laneOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}[${partition}]`;
}
