/*
 * A batch's body is its records one after another, so that bodies can be joined by concatenation. A record, all
 * numbers little-endian:
 *
 *   size u32 (of the whole record) · key length + 1 u32 (0: no key) · timestamp f64 · headers u16 · flags u8
 *   · per header: name length u16, value length u32
 *   · key · name and value of each header · value (the rest)
 *
 * Flag 1 says that names and values of the headers are ASCII, so that they can be cut out of one string. Flag 2 says that
 * there is no value, not even an empty one. A header without a value has the length `nullLength` and no bytes.
 */
export const prefixBytes: number = 19;
export const headerLengthBytes: number = 6;
export const asciiFlag: number = 1;
export const nullValueFlag: number = 2;
export const nullLength: number = 0xffff_ffff;

/** The largest record, headers and key included. */
export const maxRecordBytes: number = 64 * 1024 * 1024;
export const maxHeaders: number = 65_535;
export const maxHeaderNameBytes: number = 65_535;
