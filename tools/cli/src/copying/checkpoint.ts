import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Environment } from '../verb.ts';
import { batchRecords } from './batches.ts';

export interface CopiedPartition {
  /** The last source offset that is stored at the destination. */
  readonly after?: string | undefined;
  /** Batches stored: the sequence of the last one. */
  readonly batches: number;
  readonly records: number;
  /** How far this round copies. It stays until it is reached, so that batches come out the same again. */
  readonly end?: string | undefined;
}

interface State {
  readonly producer: string;
  /** Of the batches that this copy is made of, to the end: a repeat must carry the same records. */
  readonly batchRecords: number;
  readonly partitions: Record<string, CopiedPartition>;
}

const partitionSchema: z.ZodType<CopiedPartition> = z.object({
  after: z.string().optional(),
  batches: z.int(),
  records: z.int(),
  end: z.string().optional(),
});
const checkpointSchema: z.ZodType<State> = z.object({
  producer: z.string(),
  // Files of earlier versions do not say it.
  batchRecords: z.int().positive().default(500),
  partitions: z.record(z.string(), partitionSchema),
});

/** How far a copy came, in a small file of DATA_DIR. */
export class Checkpoint {
  readonly resumed: boolean;
  readonly #file: string;
  readonly #state: State;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, state: State, resumed: boolean) {
    this.#file = file;
    this.#state = state;
    this.resumed = resumed;
  }

  /** Of the copy with this name: what it is from and to. */
  static async open(name: string, environment: Environment, restart: boolean): Promise<Checkpoint> {
    const folder = join(environment['DATA_DIR'] || './.data', 'copies');
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${createHash('sha256').update(name).digest('hex').slice(0, 24)}.json`);
    if (restart) await rm(file, { force: true });
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text !== undefined) return new Checkpoint(file, checkpointSchema.parse(JSON.parse(text)), true);
    const fresh = new Checkpoint(
      file,
      { producer: `copy-${randomUUID()}`, batchRecords, partitions: {} },
      false,
    );
    // Before the first record: a copy that dies must come back under the same name.
    await fresh.#write();
    return fresh;
  }

  /** The name under which records are stored once. */
  get producer(): string {
    return this.#state.producer;
  }

  get batchRecords(): number {
    return this.#state.batchRecords;
  }

  partition(number: number): CopiedPartition {
    return this.#state.partitions[number] ?? { batches: 0, records: 0 };
  }

  /** Resolves when it is on disk. */
  async save(number: number, progress: CopiedPartition): Promise<void> {
    this.#state.partitions[number] = progress;
    this.#writing = this.#writing.then(() => this.#write());
    await this.#writing;
  }

  async #write(): Promise<void> {
    await writeFile(`${this.#file}.new`, JSON.stringify(this.#state));
    await rename(`${this.#file}.new`, this.#file);
  }
}
