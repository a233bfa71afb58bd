import { join } from 'node:path';
import { makeFolder } from '@millrace/streams';
import { ReplayError } from '../replay-error.ts';

/** Where a run keeps what it needs to be looked at and to be resumed. Its name is its namespace on the backend too. */
export interface RunFolder {
  readonly name: string;
  readonly path: string;
  readonly settings: string;
  readonly checkpoint: string;
  /** Present once the run is complete. */
  readonly outcome: string;
  readonly report: string;
  readonly badRows: string;
  readonly lock: string;
  /** The service processes that run now: names, process ids, addresses. */
  readonly services: string;
  readonly log: (service: string) => string;
}

const namePattern = /^[A-Za-z0-9_-]{1,40}$/;

export function runFolder(dataFolder: string, name: string): RunFolder {
  if (!namePattern.test(name)) {
    throw new ReplayError(
      `the run name ${JSON.stringify(name)} must be 1 to 40 letters, digits, _ or -; choose another with --run`,
    );
  }
  const path = join(dataFolder, 'runs', name);
  return {
    name,
    path,
    settings: join(path, 'run.json'),
    checkpoint: join(path, 'checkpoint.json'),
    outcome: join(path, 'outcome.json'),
    report: join(path, 'report.json'),
    badRows: join(path, 'bad-rows.txt'),
    lock: join(path, 'lock'),
    services: join(path, 'services.json'),
    log: (service) => join(path, 'logs', `${service}.log`),
  };
}

export function createFolders(folder: RunFolder): void {
  makeFolder(join(folder.path, 'logs'));
}

/** A name that sorts by time: `replay-20261122-203915-417`. */
export function newRunName(now: Date): string {
  const [date = '', time = ''] = now.toISOString().split('T');
  return `replay-${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${time.slice(9, 12)}`;
}
