import { expect, test } from 'vitest';
import { parseMonitorLine } from '../src/native/monitor-line.ts';

test('a command of a client, with quotes, spaces and bytes beyond ASCII', () => {
  expect(
    parseMonitorLine(
      String.raw`+1339518083.107412 [0 127.0.0.1:60866] "XADD" "email" "say \"hi\"\\\n" "caf\xc3\xa9"`,
    ),
  ).toEqual({ words: ['XADD', 'email', 'say "hi"\\\n', 'café'], script: false });
});

test('a command of a script, and of a client over IPv6', () => {
  expect(parseMonitorLine('+1.2 [0 lua] "xlen" "a"')).toEqual({ words: ['xlen', 'a'], script: true });
  expect(parseMonitorLine('+1.2 [9 [::1]:60866] "ping"')).toEqual({ words: ['ping'], script: false });
});

test('replies are no commands', () => {
  for (const line of ['+OK', '-NOPERM no permissions', '$5', '', '+1.2'])
    expect(parseMonitorLine(line)).toBeUndefined();
});
