import { type RequestLogged, webserverEvents } from '@millrace/events';
import type { InputFile } from '../run/input-file.ts';
import { readAccessLog } from '../sales/read-access-log.ts';
import { readChunks } from '../sales/read-chunks.ts';
import { batch, type Chunk } from './chunk.ts';
import type { Feed } from './feed.ts';
import { ReadingProgress } from './progress.ts';

/** Changing this changes every chunk: runs begun before cannot go on. */
const linesPerChunk = 2_000;

/** The access log: one event a line. `readAt` must be the same at every reading. */
export class AccessLogFeed implements Feed {
  readonly name = 'access-log';
  readonly #file: InputFile;
  readonly #progress: ReadingProgress;
  readonly #readAt: string;
  #lines = 0;

  constructor(file: InputFile, readAt: string) {
    this.#file = file;
    this.#progress = new ReadingProgress(file);
    this.#readAt = readAt;
  }

  get fraction(): number {
    return this.#progress.fraction;
  }

  /** Read so far, blank ones left out. */
  get lines(): number {
    return this.#lines;
  }

  async *chunks(): AsyncGenerator<Chunk> {
    let number = 1;
    let collected: RequestLogged[] = [];
    const content = this.#progress.count(readChunks(this.#file.path));
    for await (const lines of readAccessLog(content, this.#readAt)) {
      this.#lines += lines.length;
      collected.push(...lines);
      for (; collected.length >= linesPerChunk; collected = collected.slice(linesPerChunk)) {
        yield chunkOf(number++, collected.slice(0, linesPerChunk));
      }
    }
    if (collected.length > 0) yield chunkOf(number, collected);
  }
}

function chunkOf(number: number, lines: readonly RequestLogged[]): Chunk {
  return { number, batches: [batch(webserverEvents, lines)] };
}
