import { Readable, Writable } from 'node:stream';
import { runStreams } from '../../src/index.ts';
import type { Environment } from '../../src/verb.ts';
import { expectPromisedJson } from './promised-json.ts';

export interface Called {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of standard output, parsed. */
  readonly lines: readonly Record<string, unknown>[];
}

export interface CallOptions {
  readonly environment?: Environment;
  readonly input?: string | Buffer;
  readonly stop?: AbortController;
}

/** Runs the command in this process. */
export async function call(given: readonly string[], options: CallOptions = {}): Promise<Called> {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const code = await runStreams(given, {
    environment: options.environment ?? {},
    stdin: Readable.from(options.input === undefined ? [] : [Buffer.from(options.input)]),
    stdout,
    stderr,
    stop: options.stop ?? new AbortController(),
  });
  if (given.includes('--json')) expectPromisedJson(stdout.text);
  return {
    code,
    stdout: stdout.text,
    stderr: stderr.text,
    get lines() {
      return stdout.text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
  };
}

class Collected extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
