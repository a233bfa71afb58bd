/** What a group keeps beside a committed offset, as the offset's metadata. */
export interface OffsetMetadata {
  /** Where the group began. */
  readonly from: number;
  /** The id of the topic to which the offset belongs; missing in what was committed by earlier releases and other tools. */
  readonly topic?: string;
  /** The offset of the last settled record. */
  readonly at?: number;
  /** Records that were tried and not settled, and how often. */
  readonly tries?: readonly (readonly [offset: number, count: number])[];
  /** The record that was alone in hand: its tries count the last one already. */
  readonly trying?: number;
  /** That try began under `open`. Missing: it ended with an owner before. */
  readonly own?: true;
  /** Records before this offset were in hand of an owner that died, and nobody has attempted them since. */
  readonly careful?: number;
  /** The member that is at work, or ended without giving the lease back: what follows may have been tried. */
  readonly open?: string;
}

export function formatOffsetMetadata(note: OffsetMetadata): string {
  return JSON.stringify(note);
}

/** A position committed by other tools carries none: the group began there. */
export function parseOffsetMetadata(metadata: string, offset: number): OffsetMetadata {
  try {
    const note: unknown = JSON.parse(metadata);
    if (isOffsetMetadata(note)) return note;
  } catch {
    // Another program's text.
  }
  return offset > 0 ? { from: offset, at: offset - 1 } : { from: offset };
}

/** What still counts for whoever comes days later: not who had which records in hand. */
export function withoutHolder({ from, topic, at, tries }: OffsetMetadata): OffsetMetadata {
  return {
    from,
    ...(topic === undefined ? {} : { topic }),
    ...(at === undefined ? {} : { at }),
    ...(tries === undefined ? {} : { tries }),
  };
}

function isOffsetMetadata(note: unknown): note is OffsetMetadata {
  return typeof note === 'object' && note !== null && 'from' in note && typeof note.from === 'number';
}
