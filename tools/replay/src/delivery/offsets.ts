/**
 * Orders the offsets of one partition. Every backend writes them as whole numbers, or as two joined by a hyphen, the
 * first of which decides.
 */
export function compareOffsets(a: string, b: string): number {
  if (a === b) return 0;
  const [a1 = '', a2 = '0'] = a.split('-');
  const [b1 = '', b2 = '0'] = b.split('-');
  return compareNumbers(a1, b1) || compareNumbers(a2, b2);
}

/** Digits without leading zeros: the longer number is the larger one. */
function compareNumbers(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
