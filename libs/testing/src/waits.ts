/** Of waits in milliseconds. The worst of many says more of what else the machine does at that moment. */
export function medianWait(waits: readonly number[]): number {
  return waits.toSorted((a, b) => a - b)[Math.floor(waits.length / 2)] ?? 0;
}

/** Says how long most of them were and how long the worst. */
export function summaryOfWaits(waits: readonly number[]): string {
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(0);
  return `median ${medianWait(waits).toFixed(0)} ms, 90 % ${at(0.9)} ms, worst ${at(1)} ms of ${waits.length}`;
}
