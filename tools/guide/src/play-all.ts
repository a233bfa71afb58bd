import { backendKind, scenarios } from '@millrace/guide';
import type { GuideOptions } from './options.ts';
import { run } from './play-one.ts';
import { drawTable } from './table.ts';
import type { Terminal } from './terminal.ts';

/** Plays all that the backend can, and draws how each ended; the exit code. */
export async function playAll(terminal: Terminal, options: GuideOptions): Promise<number> {
  const backend = options.backend === undefined ? 'embedded' : backendKind(options.backend);
  const rows: string[][] = [];
  let allHold = true;
  for (const scenario of scenarios) {
    const cannot = scenario.cannot[backend];
    if (!scenario.backends.includes(backend)) {
      rows.push([scenario.id, scenario.title, '–', '', cannot ?? '']);
      continue;
    }
    const began = performance.now();
    let [kept, stated, holds] = [0, 0, false];
    let failure = '';
    for await (const event of run(terminal, scenario, options)) {
      if (event.kind === 'finished') holds = event.holds;
      if (event.kind !== 'claim-checked') continue;
      stated++;
      if (event.claim.holds) kept++;
      else failure ||= `${event.claim.text}: ${event.claim.evidence}`;
    }
    allHold &&= holds;
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    rows.push([
      scenario.id,
      scenario.title,
      `${holds ? '✓' : '✗'} ${kept}/${stated}`,
      `${seconds} s`,
      failure,
    ]);
    terminal.output.write(
      `${holds ? terminal.brush.good('✓') : terminal.brush.bad('✗')} ${scenario.id}  ${scenario.title}\n`,
    );
  }
  terminal.output.write(`\n${drawTable(['play', 'title', 'claims', 'time', ''], rows)}\n`);
  return allHold ? 0 : 1;
}
