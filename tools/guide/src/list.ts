import type { ScenarioSummary } from '@millrace/guide';
import { reachable } from './backend.ts';
import { drawTable } from './table.ts';
import type { Terminal } from './terminal.ts';

export async function list(
  { output, brush }: Terminal,
  scenarios: readonly ScenarioSummary[],
): Promise<void> {
  const there = await reachable();
  const rows = scenarios.map(({ id, pictures, title, backends, needs, parameters }) => [
    id,
    pictures.join(' '),
    title,
    backends.map((backend) => `${backend} ${there.has(backend) ? '✓' : '–'}`).join('  '),
    needs,
    parameters.map(({ name, default: standard }) => `--${name} ${standard}`).join(' '),
  ]);
  output.write(
    `${drawTable(['play', 'pictures', 'title', 'backends (✓ there now)', 'needs', 'parameters'], rows)}\n`,
  );
  output.write(
    brush.faint(
      'npm run guide -- 23 --backend redis://127.0.0.1:6379 plays one; --step waits at each step.\n',
    ),
  );
}
