/** Enough of a file to tell what it is. */
export const kindBytes = 512;

/**
 * What a file is by how it begins, and what to do about it, as in "the file is …"; undefined for what may be a text in
 * UTF-8. `beginning` is decoded as `decodeUtf8` does.
 */
export function fileKind(beginning: string): string | undefined {
  return kinds.find(({ found }) => found(beginning))?.advice;
}

interface Known {
  readonly found: (text: string) => boolean;
  readonly advice: string;
}

/** Bytes that are no UTF-8 stand as U+EF00 plus the byte. */
const kinds: readonly Known[] = [
  packed('zstd', 'zstd -d', '\x28\uefb5\x2f\ueffd', '\x50\x2a\x4d\x18'),
  packed('xz', 'xz -d', '\ueffd7zXZ'),
  packed('lzma', 'unlzma', ']\0\0\uef80', ']\0\0\x10', ']\0\0\x04'),
  packed('bzip2', 'bunzip2', 'BZh'),
  packed('lz4', 'lz4 -d', '\x04\x22\x4d\x18'),
  packed('7-Zip', '7z x', '7z\uefbc\uefaf'),
  packed('RAR', 'unrar x', 'Rar!\x1a'),
  packed('compress', 'uncompress', '\x1f\uef9d'),
  packed('gzip twice', 'gunzip', '\x1f\uef8b'),
  {
    found: (text) => text.slice(257, 262) === 'ustar',
    advice: 'the file is a tar archive; unpack it (`tar -xf`) and name the file in it',
  },
  {
    found: startsWith('PK\x03\x04', 'PK\x05\x06'),
    advice:
      'the file is a zip archive or a spreadsheet; unpack it (`unzip`), or save the sheet as CSV with UTF-8',
  },
  {
    found: startsWith('\uefd0\uefcf\x11\u0871', '\uefd0\uefcf\x11\uefe0'),
    advice: 'the file is a spreadsheet of an old Excel; save the sheet as CSV with UTF-8',
  },
  // Before UTF-16, whose mark it begins with.
  unicode('UTF-32', /^(\uefff\ueffe\0\0|\0\0\ueffe\uefff|([ -~]\0\0\0){2}|(\0\0\0[ -~]){2})/),
  unicode('UTF-16', /^(\uefff\ueffe|\ueffe\uefff|[ -~]\0[ -~]\0|\0[ -~]\0[ -~])/),
];

function packed(kind: string, command: string, ...beginnings: readonly string[]): Known {
  return {
    found: startsWith(...beginnings),
    advice: `the file is packed as ${kind}; unpack it (\`${command}\`) or pack it with gzip`,
  };
}

function unicode(kind: string, beginning: RegExp): Known {
  return {
    found: (text) => beginning.test(text),
    advice: `the file is ${kind}; save it as UTF-8 (\`iconv -f ${kind} -t UTF-8\`)`,
  };
}

function startsWith(...beginnings: readonly string[]): (text: string) => boolean {
  return (text) => beginnings.some((beginning) => text.startsWith(beginning));
}
