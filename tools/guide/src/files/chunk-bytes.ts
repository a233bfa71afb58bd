/** How much of a file is in memory at once. */
export const chunkBytes: number = 512 * 1024;
