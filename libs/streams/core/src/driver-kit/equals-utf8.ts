/** Whether the bytes from `start` up to `end` are the text in UTF-8, which is never shorter than the text. Makes no text of them. */
export function equalsUtf8(bytes: Buffer, start: number, end: number, text: string): boolean {
  if (end - start < text.length) return false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return bytes.toString('utf8', start, end) === text;
    if (bytes[start + index] !== code) return false;
  }
  return end - start === text.length;
}
