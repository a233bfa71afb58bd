import { randomFillSync } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import { type DrawnTrace, TraceParents } from './trace-parents.ts';

const traceIdBytes = 16;
const spanIdBytes = 8;
const poolBytes = 4_096;

/** Random ids for traces and spans, drawn from a pool: asking for randomness, and writing it out, costs more than an id. */
export class TraceIds implements IdGenerator {
  readonly #parents = new TraceParents();
  readonly #pool = Buffer.allocUnsafeSlow(poolBytes);
  #text = '';
  #at: number = poolBytes;

  draw(): DrawnTrace {
    return this.#parents.draw();
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
