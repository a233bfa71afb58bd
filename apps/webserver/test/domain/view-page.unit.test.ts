import type { RequestLogged } from '@millrace/events';
import { describe, expect, test } from 'vitest';
import { viewPage } from '../../src/domain/view-page.ts';

const rest = '- - [17/May/2015:10:05:03 +0000] "GET /images/a.png HTTP/1.1" 200 203023';

describe('a line in the combined format', () => {
  test('is a page view', () => {
    expect(view(`83.149.9.216 ${rest} "http://semicomplete.com/" "Mozilla/5.0 (X11)"`)).toEqual({
      outcome: 'viewed',
      page: {
        type: 'PageViewed',
        occurredAt: '2015-05-17T10:05:03.000Z',
        requestId: 'access.log:7',
        client: '83.149.9.216',
        method: 'GET',
        target: '/images/a.png',
        status: '200',
        bytes: 203023,
        referrer: 'http://semicomplete.com/',
        agent: 'Mozilla/5.0 (X11)',
      },
    });
  });

  test.each([
    [
      'a host name and a user',
      'host.example id frank [17/May/2015:10:05:03 +0000] "GET / HTTP/1.0" 200 5 "-" "-"',
      {},
    ],
    ['no protocol', '::1 - - [17/May/2015:10:05:03 +0000] "GET /" 200 5 "-" "-"', { target: '/' }],
    [
      'no size',
      '::1 - - [17/May/2015:10:05:03 +0000] "HEAD / HTTP/1.1" 304 - "-" "-"',
      { bytes: 0, status: '304' },
    ],
    [
      'a status of zeros',
      '::1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 000 5 "-" "-"',
      { status: '000' },
    ],
    [
      'escapes',
      String.raw`::1 ${rest} "\x22\"\\" "a \"b\" c"`,
      { referrer: String.raw`\x22\"\\`, agent: String.raw`a \"b\" c` },
    ],
    ['empty quotes', `::1 ${rest} "" ""`, { referrer: '', agent: '' }],
    [
      'another zone',
      '::1 - - [01/Jan/2015:00:30:00 +0200] "GET / HTTP/1.1" 200 5 "-" "-"',
      { occurredAt: '2014-12-31T22:30:00.000Z' },
    ],
    [
      'a quote in the target',
      '::1 - - [17/May/2015:10:05:03 +0000] "GET /a"b HTTP/1.1" 200 5 "-" "-"',
      { target: '/a"b' },
    ],
    [
      'the largest size',
      '::1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 9007199254740991 "-" "-"',
      { bytes: Number.MAX_SAFE_INTEGER },
    ],
    [
      'digits of another script',
      '::1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 ١٢٣ "-" "-"',
      { bytes: 123 },
    ],
  ])('may have %s', (_, line, page) => {
    expect(view(line)).toMatchObject({ outcome: 'viewed', page });
  });

  test('with a size that cannot be counted exactly is malformed', () => {
    expect(
      view('::1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 9007199254740992 "-" "-"'),
    ).toEqual({
      outcome: 'malformed',
      reason: 'not the Apache combined format: wrong size',
    });
  });

  test.each([
    '31/Feb/2015:10:05:03 +0000',
    '17/Foo/2015:10:05:03 +0000',
    '17/May/2015:99:05:03 +0000',
    '17/May/2015:10:05:03 +9999',
    '٠١/May/2015:10:05:03 +0000',
  ])('is a view even with the impossible time %s', (time) => {
    const line = `::1 - - [${time}] "GET / HTTP/1.1" 200 5 "-" "-"`;
    expect(view(line)).toMatchObject({ outcome: 'viewed', page: { occurredAt: '2025-01-02T03:04:05.000Z' } });
  });
});

describe('a malformed line names what is wrong', () => {
  test.each([
    ['client address', ' - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5 "-" "-"'],
    ['client address', 'nonsense'],
    ['user', '::1 - '],
    ['time', '::1 - - [17/May/15:10:05:03 +0000] "GET / HTTP/1.1" 200 5 "-" "-"'],
    ['request', '::1 - - [17/May/2015:10:05:03 +0000] "get / HTTP/1.1" 200 5 "-" "-"'],
    ['request', '::1 - - [17/May/2015:10:05:03 +0000] "GET  HTTP/1.1" 200 5 "-" "-"'],
    ['request', '::1 - - [17/May/2015:10:05:03 +0000] "\\x16\\x03" 400 5 "-" "-"'],
    ['status', '::1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 20 5 "-" "-"'],
    ['size', '::1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 -5 "-" "-"'],
    ['referrer', `::1 ${rest} - "-"`],
    ['user agent', `::1 ${rest} "-" "Mozilla/5.0 (unterminated`],
    ['user agent', `::1 ${rest} "-" "ends with a backslash\\"`],
    ['end', `::1 ${rest} "-" "-" 17`],
  ])('%s', (field, line) => {
    expect(view(line)).toEqual({
      outcome: 'malformed',
      reason: `not the Apache combined format: wrong ${field}`,
    });
  });
});

test('a very long field is read without trouble', () => {
  const agent = String.raw`\"a`.repeat(200_000);
  expect(view(`::1 ${rest} "-" "${agent}"`)).toMatchObject({ page: { agent } });
  expect(view(`::1 ${rest} "-" "${agent}`)).toMatchObject({ outcome: 'malformed' });
});

function view(line: string) {
  const request: RequestLogged = {
    type: 'RequestLogged',
    occurredAt: '2025-01-02T03:04:05.000Z',
    requestId: 'access.log:7',
    client: '83.149.9.216',
    line,
  };
  return viewPage(request);
}
