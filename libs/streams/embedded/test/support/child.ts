import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./child-main.ts', import.meta.url));

/** What a child process does with the log. */
export type Task =
  | {
      readonly kind: 'append';
      readonly file: string;
      readonly writer: number;
      readonly appends: number;
      readonly bytes: number;
    }
  | { readonly kind: 'idle'; readonly file: string; readonly group: string }
  | { readonly kind: 'echo'; readonly file: string };

export interface Child extends Disposable {
  readonly pid: number;
  /** Resolves when the child has said `ready`. */
  readonly ready: Promise<void>;
  /** Resolves with the exit code. */
  readonly gone: Promise<number | null>;
  kill(): void;
}

export function startChild(task: Task): Child {
  const child: ChildProcess = fork(program, [JSON.stringify(task)], {
    execArgv: ['--conditions=@millrace/source'],
  });
  const gone = once(child, 'exit').then(([code]: unknown[]) => (typeof code === 'number' ? code : null));
  return {
    pid: child.pid ?? 0,
    ready: once(child, 'message').then(() => undefined),
    gone,
    kill: () => child.kill('SIGKILL'),
    [Symbol.dispose]: () => child.kill('SIGKILL'),
  };
}
