import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStreams, type Streams } from '@millrace/streams';
import { type Ending, Program } from './program.ts';
import { unlessAway, until } from './until.ts';
import { replayProgram } from './workspace.ts';

export interface ReplaySettings {
  /** Letters, digits, _ and -. */
  readonly run: string;
  readonly dataFolder: string;
  readonly streamsUrl: string | undefined;
  /** PostgreSQL; undefined for files in the run's folder. */
  readonly databaseUrl: string | undefined;
  readonly openingStock: number;
  /** Further options of the replay. */
  readonly options: readonly string[];
  readonly sales: string;
  readonly accessLog: string;
}

export interface ServiceEntry {
  readonly service: string;
  readonly processId: number;
  readonly url: string | null;
}

const partitions = 6;
/** Small, so that the services work while the feeder feeds: faults then hit everything in motion. */
const maxLag = 1_500;
/** Short, so that a killed member is soon replaced. */
const leaseMs = 1_000;

/** One session of a replay, in processes of its own. */
export class Replay implements AsyncDisposable {
  readonly #settings: ReplaySettings;
  readonly #program: Program;

  constructor(settings: ReplaySettings, resume = false) {
    const { run, dataFolder, streamsUrl, databaseUrl, openingStock, sales, accessLog, options } = settings;
    this.#settings = settings;
    const files = resume ? [] : ['--sales', sales, '--access-log', accessLog];
    const figures = resume
      ? []
      : ['--opening-stock', String(openingStock), '--partitions', String(partitions), ...options];
    this.#program = new Program(
      replayProgram,
      ['--run', run, '--max-lag', String(maxLag), '--patience', '90', ...files, ...figures],
      {
        DATA_DIR: dataFolder,
        STREAMS_URL: streamsUrl ?? '',
        DATABASE_URL: databaseUrl ?? '',
        LEASE_MS: String(leaseMs),
      },
    );
  }

  get folder(): string {
    return join(this.#settings.dataFolder, 'runs', this.#settings.run);
  }

  get streamsUrl(): string {
    return this.#settings.streamsUrl ?? `embedded:${this.folder}/streams.db`;
  }

  ended(): Promise<Ending> {
    return until(() => this.#program.ending, {
      what: 'the end of the replay',
      timeoutMs: 150_000,
      detail: () => this.progress,
    });
  }

  /** What it has said so far. */
  get progress(): string {
    return this.#program.errors;
  }

  /** The environment that its services have; for further ones. */
  get serviceEnvironment(): Readonly<Record<string, string>> {
    const { run, openingStock } = this.#settings;
    return {
      STREAMS_URL: this.streamsUrl,
      NAMESPACE: run,
      DATA_DIR: this.folder,
      PARTITIONS: String(partitions),
      OPENING_STOCK: String(openingStock),
      LEASE_MS: String(leaseMs),
      PORT: '0',
    };
  }

  services(): readonly ServiceEntry[] {
    try {
      return JSON.parse(readFileSync(join(this.folder, 'services.json'), 'utf8'));
    } catch {
      return [];
    }
  }

  /** The service's process, once it is ready. */
  async service(name: string): Promise<ServiceEntry> {
    return this.until(`a ready ${name}`, () =>
      this.services().find(({ service, url }) => service === name && url !== null),
    );
  }

  /** The run's streams, for a look at them. */
  async openStreams(): Promise<Streams> {
    await this.until('services that are ready', () => {
      const services = this.services();
      return services.length > 0 && services.every(({ url }) => url !== null);
    });
    // One that was just started on a busy machine may take longer than opening waits.
    return await this.until('a server that serves', () =>
      unlessAway(() => openStreams(this.streamsUrl, { namespace: this.#settings.run })),
    );
  }

  /** Waits while the replay goes on. */
  until<Found>(
    what: string,
    look: () => Promise<Found | false | undefined> | Found | false | undefined,
  ): Promise<Found> {
    return until(look, { what, alive: () => this.#program.assertAlive(), detail: () => this.progress });
  }

  signal(signal: NodeJS.Signals): void {
    this.#program.signal(signal);
  }

  report(): unknown {
    return JSON.parse(readFileSync(join(this.folder, 'report.json'), 'utf8'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const services = this.services();
    await this.#program.kill();
    await until(() => services.every(({ processId }) => !isAlive(processId)), {
      what: 'the services to end with their replay',
    });
  }
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}
