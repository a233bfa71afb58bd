const nonAscii = /[\x80-\xff]/;
const replacement = '\ufffd';
const sequences =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

/**
 * Text out of bytes that are given as characters. A byte that is not UTF-8 becomes the private-use character U+EF00 plus
 * the byte, so that two names broken in different ways stay two names.
 */
export function decodeUtf8(bytes: string): string {
  if (!nonAscii.test(bytes)) return bytes;
  const text = decode(bytes);
  return text.includes(replacement) ? bytes.replace(sequences, decodeSequence) : text;
}

function decodeSequence(sequence: string): string {
  return sequence.length === 1 ? String.fromCharCode(0xef00 + sequence.charCodeAt(0)) : decode(sequence);
}

function decode(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

const byteOrderMark = '\xef\xbb\xbf';

/** The chunks, whose bytes are given as characters, without the byte-order mark that some programs begin a file with. */
export async function* withoutByteOrderMark(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let head: string | undefined = '';
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head += chunk;
    // The mark may arrive in pieces.
    if (head.length < byteOrderMark.length && byteOrderMark.startsWith(head)) continue;
    yield head.startsWith(byteOrderMark) ? head.slice(byteOrderMark.length) : head;
    head = undefined;
  }
  if (head) yield head;
}
