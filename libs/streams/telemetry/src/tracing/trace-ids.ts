import { randomFillSync } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace';

const traceIdBytes = 16;
const spanIdBytes = 8;
const poolBytes = 4_096;

/** The id of a new trace, and the number by which the share of the sampled traces is measured. */
export interface DrawnTraceId {
  readonly traceId: string;
  /** 0 to 2^32 - 1: the exclusive or of the id's four words, as the ratio samplers of OpenTelemetry's SDK have it. */
  readonly measure: number;
}

/** Random ids for traces and spans, drawn from a pool: asking for randomness, and writing it out, costs more than an id. */
export class TraceIds implements IdGenerator {
  readonly #pool = Buffer.allocUnsafeSlow(poolBytes);
  #text = '';
  #at: number = poolBytes;

  draw(): DrawnTraceId {
    const at = this.#take(traceIdBytes);
    const pool = this.#pool;
    const words =
      pool.readInt32BE(at) ^ pool.readInt32BE(at + 4) ^ pool.readInt32BE(at + 8) ^ pool.readInt32BE(at + 12);
    return { traceId: this.#text.substring(at * 2, (at + traceIdBytes) * 2), measure: words >>> 0 };
  }

  generateTraceId(): string {
    return this.draw().traceId;
  }

  generateSpanId(): string {
    const at = this.#take(spanIdBytes);
    return this.#text.substring(at * 2, (at + spanIdBytes) * 2);
  }

  #take(bytes: number): number {
    if (this.#at + bytes > poolBytes) {
      randomFillSync(this.#pool);
      this.#text = this.#pool.toString('hex');
      this.#at = 0;
    }
    const at = this.#at;
    this.#at += bytes;
    return at;
  }
}
