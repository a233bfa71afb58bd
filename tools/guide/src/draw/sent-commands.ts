import type { GuideCommand } from '@millrace/guide';
import { cut, flow } from './flow.ts';
import type { Brush } from './paint.ts';

type Sent = Extract<GuideCommand, { source: 'sent' }>;

const shownAtOnce = 6;

/** What really went to the server in a step: the book's commands, or all of them. */
export function drawSent(commands: readonly Sent[], all: boolean, width: number, brush: Brush): string[] {
  if (commands.length === 0) return [];
  if (commands.every(({ text }) => /^\w+( \d+)? v\d+$/.test(text))) return [requests(commands, width, brush)];
  const shown = all ? commands : commands.filter(({ ofTheBook }) => ofTheBook).slice(0, shownAtOnce);
  const hidden = commands.filter((command) => !shown.includes(command));
  return [
    ...shown.map((command) =>
      brush.faint(cut(`    ${sourceOf(command)} ${readable(command.text)}${timesOf(command)}`, width)),
    ),
    ...(hidden.length === 0 ? [] : [brush.faint(`    and ${counted(hidden)}; --commands shows them`)]),
  ];
}

/** Kafka's requests have names and no text. */
function requests(commands: readonly Sent[], width: number, { faint }: Brush): string {
  return flow(
    commands.map((command) => faint(command.text + timesOf(command))),
    { width, first: `    ${faint('sent')} `, separator: faint(' · ') },
  );
}

function sourceOf({ script }: Sent): string {
  return script ? 'script' : 'sent  ';
}

function timesOf({ times }: Sent): string {
  return times > 1 ? `  ×${times}` : '';
}

/** A script is called by the first sentence that it says of itself. */
function readable(text: string): string {
  const [, sentence] = /^EVAL "(?:#!lua[^\\]*\\n)?--\[\[\\n(.*?)[.…\\]/.exec(text) ?? [];
  return sentence === undefined ? text : `EVAL … (${sentence})`;
}

function counted(hidden: readonly Sent[]): string {
  const sum = (commands: readonly Sent[]): number => commands.reduce((total, { times }) => total + times, 0);
  const byScripts = sum(hidden.filter(({ script }) => script));
  const others = sum(hidden) - byScripts;
  const parts = [
    ...(others > 0 ? [`${others} more`] : []),
    ...(byScripts > 0 ? [`${byScripts} by scripts`] : []),
  ];
  return parts.join(', ');
}
