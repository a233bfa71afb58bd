const sample = /^streams_messages_redelivered_total(?:\{[^}]*\})? (\d+(?:\.\d+)?)$/gm;

/**
 * Messages that were delivered again, as the service processes that run now have counted them; what an earlier process
 * counted died with it. No store keeps this figure.
 */
export async function redelivered(addresses: readonly string[]): Promise<number> {
  const counts = await Promise.all(addresses.map(countOf));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function countOf(address: string): Promise<number> {
  const response = await fetch(`${address}/metrics`);
  const text = await response.text();
  return [...text.matchAll(sample)].reduce((sum, [, count]) => sum + Number(count), 0);
}
