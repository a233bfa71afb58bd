import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromStage, StageOrder } from './stage.ts';

export interface ChainResult {
  /** Records appended a second, by the feeder and all moving stages together. */
  readonly appendedPerSecond: number;
  readonly residentMb: readonly number[];
}

const program = fileURLToPath(new URL('./process.ts', import.meta.url));

/** Starts all processes, lets them settle, then measures from the feeder's first record to the sink's last. */
export async function runChain(order: Omit<StageOrder, 'stage'>): Promise<ChainResult> {
  const children: ChildProcess[] = [];
  try {
    for (let stage = order.last; stage >= 0; stage--) {
      const child = fork(program, [JSON.stringify({ ...order, stage })], {
        execArgv: ['--conditions=@millrace/source'],
      });
      children.push(child);
      await heard(child, 'ready');
    }
    const started = performance.now();
    const ends = children.map((child) => heard(child, 'done'));
    for (const child of children) child.send('go');
    const [sink] = ends;
    await sink;
    const seconds = (performance.now() - started) / 1000;
    const answers = await Promise.all(ends);
    for (const child of children) child.send('end');
    await Promise.all(children.map((child) => once(child, 'exit')));
    const residentMb = answers.map((answer) => (answer.say === 'done' ? answer.residentMb : 0));
    return { appendedPerSecond: (order.messages * order.last) / seconds, residentMb };
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

function heard(child: ChildProcess, say: FromStage['say']): Promise<FromStage> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: FromStage) => {
      if (message.say === say) resolve(message);
    });
    child.once('exit', (code, signal) =>
      reject(new Error(`a process of the chain ended early (${signal ?? code})`)),
    );
  });
}
