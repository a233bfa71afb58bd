const multiplier = 0x5bd1e995;
const seed = 0x9747b28c;

/**
 * Austin Appleby's MurmurHash2, 32 bits, with the seed that Apache Kafka's Java clients use
 * (org.apache.kafka.common.utils.Utils.murmur2). Returns a signed 32-bit integer.
 */
export function murmur2(data: Uint8Array): number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const blocks = data.length >> 2;
  let hash = seed ^ data.length;
  for (let block = 0; block < blocks; block++) {
    let part = Math.imul(view.getInt32(block * 4, true), multiplier);
    part = Math.imul(part ^ (part >>> 24), multiplier);
    hash = Math.imul(hash, multiplier) ^ part;
  }
  const rest = blocks * 4;
  const left = data.length - rest;
  if (left > 0) {
    for (let index = left - 1; index >= 0; index--) hash ^= (data[rest + index] ?? 0) << (8 * index);
    hash = Math.imul(hash, multiplier);
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return hash ^ (hash >>> 15);
}
