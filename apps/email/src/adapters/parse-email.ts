export interface ParsedEmail {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly date: string;
  readonly text: string;
}

/** Reads the e-mails that this service writes: plain text, quoted-printable, UTF-8. */
export function parseEmail(source: string): ParsedEmail {
  const end = source.indexOf('\r\n\r\n');
  const head = end < 0 ? source : source.slice(0, end);
  const body = end < 0 ? '' : source.slice(end + 4);
  const headers = new Map(
    head
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
  );
  return {
    messageId: headers.get('message-id') ?? '',
    from: headers.get('from') ?? '',
    to: headers.get('to') ?? '',
    subject: decodeWords(headers.get('subject') ?? ''),
    date: headers.get('date') ?? '',
    text: decodeQuotedPrintable(body),
  };
}

/** RFC 2047; white space between two encoded words is not part of the text. */
function decodeWords(value: string): string {
  return value
    .replace(/(\?=)\s+(?==\?)/g, '$1')
    .replace(/=\?utf-8\?q\?([^?]*)\?=/gi, (_word, text: string) => decodeOctets(text.replaceAll('_', ' ')));
}

function decodeQuotedPrintable(text: string): string {
  return decodeOctets(text.replace(/=\r\n/g, ''));
}

function decodeOctets(text: string): string {
  return text.replace(/(=[0-9A-F]{2})+/gi, (octets) =>
    Buffer.from(octets.replaceAll('=', ''), 'hex').toString('utf8'),
  );
}
