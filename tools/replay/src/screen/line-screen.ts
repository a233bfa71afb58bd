import { formatCount, formatRows, formatSeconds, type Screen, type Status } from './screen.ts';

const everyMs = 3_000;

/** A line every few seconds, for logs and pipes. */
export function lineScreen(write: (line: string) => void): Screen {
  let shownAt = Number.NEGATIVE_INFINITY;
  let phase: Status['phase'] | undefined;
  return {
    note: (text) => write(`${text}\n`),
    show(status) {
      const now = performance.now();
      if (status.phase === phase && now - shownAt < everyMs) return;
      shownAt = now;
      phase = status.phase;
      write(`${describe(status)}\n`);
    },
    [Symbol.dispose]: () => undefined,
  };
}

function describe(status: Status): string {
  return [
    `${status.phase}: ${Math.floor(status.fraction * 100)} %`,
    formatRows(status),
    `${formatSeconds(status.secondsLeft)} left`,
    `backlog ${formatCount(status.lag)}`,
  ].join(', ');
}
