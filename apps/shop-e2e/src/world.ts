import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Backend, OpenBackend } from './backends.ts';
import { Replay, type ReplaySettings } from './replay.ts';
import type { ExpectedFigures, ShopFiles, WriteFiles } from './shop-files.ts';

export interface WorldOptions {
  /** With the usual little opening stock of 100 many orders wait. */
  readonly openingStock?: number;
  /** PostgreSQL; files unless it is given. */
  readonly databaseUrl?: string | undefined;
  /** Further options of the replay. */
  readonly options?: readonly string[];
}

/** A backend, files and a folder for one test's runs. */
export class World implements AsyncDisposable {
  readonly #backend: OpenBackend;
  readonly #folder: string;
  readonly #settings: ReplaySettings;
  readonly #files: ShopFiles;

  private constructor(
    backend: OpenBackend,
    folder: string,
    files: ShopFiles,
    { openingStock = 100, databaseUrl, options = [] }: WorldOptions,
  ) {
    const { sales, accessLog } = files;
    const run = `e2e-${Date.now().toString(36)}-${process.pid}`;
    this.#backend = backend;
    this.#folder = folder;
    this.#files = files;
    this.#settings = {
      run,
      dataFolder: folder,
      streamsUrl: backend.url,
      databaseUrl,
      openingStock,
      options,
      sales,
      accessLog,
    };
  }

  static async create(backend: Backend, files: WriteFiles, options: WorldOptions = {}): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), 'shop-e2e-'));
    return new World(await backend.open(), folder, await files(folder), options);
  }

  start(): Replay {
    return new Replay(this.#settings);
  }

  resume(): Replay {
    return new Replay(this.#settings, true);
  }

  /** What the rules alone make of the files. */
  expected(): Promise<ExpectedFigures> {
    return this.#files.expected(this.#settings.openingStock);
  }

  /** How many payments and refunds the files ask for. */
  async payments(): Promise<number> {
    const { sales = 0, cancellations = 0 } = (await this.expected()).input;
    return sales + cancellations;
  }

  /** Waits for the end: everything reconciles and agrees with the reference. */
  async expectAgreement(replay: Replay): Promise<void> {
    const { code, errors, output } = await replay.ended();
    expect(code, `${errors}\n${output}`).toBe(0);
    expect(replay.report()).toMatchObject(await this.expected());
    expect(replay.report()).toMatchObject({ delivery: { lost: 0, duplicated: 0, outOfOrder: 0 } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#backend[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
