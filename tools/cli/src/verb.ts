import type { Readable } from 'node:stream';
import type { Driver, Streams } from '@millrace/streams';
import type { Parameters } from './command-line/parameters.ts';
import type { Output } from './output/output.ts';

/** 0 done, 1 an item or a check failed. 2 is for wrong usage and comes from {@link UsageError}. */
export type ExitCode = 0 | 1;

/** One verb of the command: all that help, completion and the reference say is derived from it. */
export interface Verb {
  /** Words as they are typed, such as `topics create`. */
  readonly name: string;
  readonly summary: string;
  /** Arguments as commander writes them: `<topic>`, `[values...]`. */
  readonly takes: readonly Argument[];
  readonly options: readonly Option[];
  readonly examples: readonly Example[];
  /** Does not use a backend: it gets no options of a connection. */
  readonly offline?: boolean;
  /** Loaded when the verb is called: the command starts without what it does not need. */
  readonly load: () => Promise<{ readonly run: Run }>;
}

export interface Argument {
  readonly name: string;
  readonly description: string;
  /** What completion offers for it. */
  readonly completes?: Completes;
}

export type Completes = 'topic' | 'group' | 'profile';

export interface Option {
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  /** Can be given several times. */
  readonly repeats?: boolean;
  /** What completion offers for its value. */
  readonly completes?: Completes;
}

export interface Example {
  readonly command: string;
  readonly does: string;
}

export type Run = (call: Call) => Promise<ExitCode>;

/** One call of a verb. */
export interface Call {
  readonly parameters: Parameters;
  readonly output: Output;
  readonly input: Readable & { readonly isTTY?: boolean };
  /** Aborts on Ctrl-C, on SIGTERM and when whoever reads the output goes away. */
  readonly signal: AbortSignal;
  readonly environment: Environment;
  /** The backend that the call names, opened once and closed after the verb. */
  connect(): Promise<Connection>;
  /** Another backend, by its URL or the name of a profile; closed after the verb. */
  connectTo(place: string): Promise<Connection>;
}

export interface Connection {
  readonly driver: Driver;
  readonly streams: Streams;
  /** Without a password. */
  readonly url: string;
  /** With what it takes to log in; for clients of the server's own protocol, never to be printed. */
  readonly login: string;
  readonly namespace: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;
