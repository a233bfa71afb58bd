import { PassThrough } from 'node:stream';
import { paint } from '../../src/draw/paint.ts';
import { installedServers } from '../../src/servers.ts';
import type { Terminal } from '../../src/terminal.ts';

/** A terminal without colours whose text can be read. */
export function memoryTerminal(width = 80): { readonly terminal: Terminal; readonly text: () => string } {
  let written = '';
  const terminal: Terminal = {
    output: {
      write: (text) => {
        written += text;
      },
    },
    input: Object.assign(new PassThrough(), { isTTY: false }),
    brush: paint(false),
    width,
    signal: new AbortController().signal,
    servers: installedServers(process.env),
  };
  return { terminal, text: () => written };
}
