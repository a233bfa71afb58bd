import { describe, expect, test } from 'vitest';
import { decodeReply } from '../../src/protocol/reply.ts';
import { ReplyFramer } from '../../src/protocol/reply-framer.ts';

const replies = [
  '+OK\r\n',
  ':-12\r\n',
  '-ERR one\r\n',
  '$-1\r\n',
  '*-1\r\n',
  '*0\r\n',
  '$0\r\n\r\n',
  '$7\r\na\r\n*2\r\n\r\n',
  '*2\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\nk\r\n$4\r\n\u00fc\u00fc\r\n:5\r\n',
  '*3\r\n+QUEUED\r\n-ERR two\r\n*1\r\n*0\r\n',
];
const stream = Buffer.from(replies.join(''));

function cut(chunks: readonly Buffer[]): string[] {
  const frames: string[] = [];
  const framer = new ReplyFramer((frame) => frames.push(frame.toString()));
  for (const chunk of chunks) framer.push(chunk);
  return frames;
}

describe('a stream of replies', () => {
  test('is cut into replies wherever its chunks end', () => {
    for (let first = 0; first <= stream.length; first++) {
      for (const second of [first, first + 1, first + 7]) {
        const chunks = [stream.subarray(0, first), stream.subarray(first, second), stream.subarray(second)];
        expect(cut(chunks)).toEqual(replies);
      }
    }
  });

  test('is cut into replies when it comes byte by byte', () => {
    expect(cut(Array.from(stream, (byte) => Buffer.of(byte)))).toEqual(replies);
  });
});

describe('a reply', () => {
  test('becomes texts, numbers, lists, null and errors', () => {
    const decoded = replies.map((reply) => decodeReply(Buffer.from(reply), false));
    expect(decoded).toEqual([
      'OK',
      -12,
      new Error('ERR one'),
      null,
      null,
      [],
      '',
      'a\r\n*2\r\n',
      [['1-0', ['k', '\u00fc\u00fc']], 5],
      ['QUEUED', new Error('ERR two'), [[]]],
    ]);
  });

  test('becomes bytes when they are asked for', () => {
    expect(decodeReply(Buffer.from('*1\r\n$2\r\n\u00fc\r\n'), true)).toEqual([Buffer.from('\u00fc')]);
  });
});
