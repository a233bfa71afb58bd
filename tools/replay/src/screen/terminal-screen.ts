import { MultiBar, type SingleBar } from 'cli-progress';
import { formatCount, formatRows, formatSeconds, type Screen, type Status } from './screen.ts';

const steps = 1_000;
const format = '{phase} {bar} {percentage}% | {rows} | {left} left | backlog {lag}';

/** A progress bar that stays at the bottom; notes scroll above it. */
export function terminalScreen(stream: NodeJS.WriteStream): Screen {
  const bars = new MultiBar({
    stream,
    format,
    barsize: 24,
    hideCursor: true,
    fps: 8,
    barCompleteChar: '█',
    barIncompleteChar: '░',
  });
  let bar: SingleBar | undefined;
  return {
    note(text) {
      if (bar) bars.log(`${text}\n`);
      else stream.write(`${text}\n`);
    },
    show(status) {
      bar ??= bars.create(steps, 0, payload(status));
      bar.update(Math.round(status.fraction * steps), payload(status));
    },
    [Symbol.dispose]() {
      if (bar) bars.update();
      bars.stop();
    },
  };
}

function payload(status: Status): Record<string, string> {
  return {
    phase: status.phase.padEnd('catching up'.length),
    rows: formatRows(status),
    left: formatSeconds(status.secondsLeft),
    lag: formatCount(status.lag),
  };
}
