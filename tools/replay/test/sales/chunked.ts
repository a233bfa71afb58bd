/** Text as a file would hand it out: its UTF-8 bytes as characters, in chunks of the given sizes over and over. */
export async function* chunked(
  text: string,
  sizes: readonly number[] = [text.length + 1],
): AsyncGenerator<string> {
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.slice(at, at + size);
    at += size;
  }
}

export async function collect<Item>(source: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const items of source) all.push(...items);
  return all;
}
