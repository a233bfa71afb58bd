const polynomial = 0x82f63b78;
const lanes = 8;

const tables: readonly Uint32Array[] = makeTables();

/** The Castagnoli checksum of record batches, eight bytes at a time ("slicing by 8", Kounavis and Berry 2005). */
export function crc32c(bytes: Uint8Array): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as readonly [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  const { length } = bytes;
  let crc = 0xffffffff;
  let index = 0;
  for (const end = length - (length % lanes); index < end; index += lanes) {
    crc ^=
      at(bytes, index) |
      (at(bytes, index + 1) << 8) |
      (at(bytes, index + 2) << 16) |
      (at(bytes, index + 3) << 24);
    crc =
      at(t7, crc & 0xff) ^
      at(t6, (crc >>> 8) & 0xff) ^
      at(t5, (crc >>> 16) & 0xff) ^
      at(t4, crc >>> 24) ^
      at(t3, at(bytes, index + 4)) ^
      at(t2, at(bytes, index + 5)) ^
      at(t1, at(bytes, index + 6)) ^
      at(t0, at(bytes, index + 7));
  }
  for (; index < length; index++) crc = at(t0, (crc ^ at(bytes, index)) & 0xff) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function at(table: Uint8Array | Uint32Array, index: number): number {
  return table[index] as number;
}

function makeTables(): Uint32Array[] {
  const made = Array.from({ length: lanes }, () => new Uint32Array(256));
  const [first = new Uint32Array(256)] = made;
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    first[byte] = crc;
  }
  for (let lane = 1; lane < lanes; lane++) {
    const [table, previous] = [made[lane], made[lane - 1]];
    if (!table || !previous) continue;
    for (let byte = 0; byte < 256; byte++) {
      const crc = at(previous, byte);
      table[byte] = (crc >>> 8) ^ at(first, crc & 0xff);
    }
  }
  return made;
}
