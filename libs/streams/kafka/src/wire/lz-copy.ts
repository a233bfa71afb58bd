/** What both LZ4 and Snappy do: repeats what lies `distance` before, which may overlap with what is being written. */
export function repeat(out: Buffer, at: number, distance: number, length: number): number {
  if (distance === 0 || distance > at) throw new RangeError('a compressed block refers to what is before it');
  if (distance >= length) out.copy(out, at, at - distance, at - distance + length);
  else for (let index = at; index < at + length; index++) out[index] = out[index - distance] ?? 0;
  return at + length;
}
