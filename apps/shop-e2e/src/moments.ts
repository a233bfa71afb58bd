/** Moments of a run as shares of its work, in their order, between a tenth and nine tenths. The seed decides them. */
export function moments(seed: number, count: number): readonly number[] {
  let state = seed;
  const next = (): number => {
    // Numerical Recipes' generator; its high bits are good enough to scatter a few moments.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: count }, () => 0.1 + 0.8 * next()).toSorted((a, b) => a - b);
}
