import fc from 'fast-check';
import { expect, test } from 'vitest';
import { replaced } from '../src/files/replaced.ts';

const typo = { word: 'breams', by: 'streams' };

test('however the text is cut, the result is that of replacing it whole', async () => {
  const part = fc.constantFrom('breams', 'bream', 'brea', 'b', 's', 'breambreams', ' ', '\n', 'é');
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { maxLength: 40 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
      async (parts, sizes) => {
        const text = parts.join('');
        const counts = { words: 0, acrossBorders: 0 };
        const out: Buffer[] = [];
        for await (const chunk of replaced(cut(Buffer.from(text), sizes), typo, counts))
          out.push(Buffer.from(chunk));
        expect(Buffer.concat(out).toString()).toBe(text.replaceAll('breams', 'streams'));
        expect(counts.words).toBe(text.split('breams').length - 1);
      },
    ),
  );
});

test('a word across a border is counted as such', async () => {
  const counts = { words: 0, acrossBorders: 0 };
  let text = '';
  for await (const chunk of replaced(cut(Buffer.from('breams breams'), [9, 4]), typo, counts))
    text += Buffer.from(chunk).toString();
  expect({ text, ...counts }).toEqual({ text: 'streams streams', words: 2, acrossBorders: 1 });
});

async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
