import { randomFillSync } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import { Id64 } from './id64.ts';
import { type DrawnTrace, TraceParents } from './trace-parents.ts';

const words = 1_024;
const traceIdBytes = 16;
const spanIdBytes = 8;
const poolBytes = 4_096;

/** Random ids for traces and spans, drawn from a pool: asking for randomness, and writing it out, costs more than an id. */
export class TraceIds implements IdGenerator {
  readonly #parents = new TraceParents();
  readonly #pool = Buffer.allocUnsafeSlow(poolBytes);
  readonly #words = new Int32Array(words);
  #nextWord: number = words;
  #text = '';
  #at: number = poolBytes;

  draw(): DrawnTrace {
    return this.#parents.draw();
  }

  drawSpan(): Id64 {
    if (this.#nextWord === words) {
      randomFillSync(this.#words);
      this.#nextWord = 0;
    }
    const at = this.#nextWord;
    this.#nextWord += 2;
    return new Id64(this.#words[at] ?? 0, this.#words[at + 1] ?? 0);
  }

  generateTraceId(): string {
    return this.#take(traceIdBytes);
  }

  generateSpanId(): string {
    return this.#take(spanIdBytes);
  }

  #take(bytes: number): string {
    if (this.#at + bytes > poolBytes) {
      randomFillSync(this.#pool);
      this.#text = this.#pool.toString('hex');
      this.#at = 0;
    }
    const at = this.#at;
    this.#at += bytes;
    return this.#text.substring(at * 2, (at + bytes) * 2);
  }
}
