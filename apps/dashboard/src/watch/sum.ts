/** Null as soon as one of them is unknown. */
export function sumOf(values: readonly (number | null | undefined)[]): number | null {
  return values.reduce<number | null>(
    (total, value) => (total === null || value === undefined || value === null ? null : total + value),
    0,
  );
}
