import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workspaceRoot } from '../../src/index.ts';
import { servingSettings } from '../../src/processes/index.ts';

const heap = /--max-(?:semi|old)-space-size=\S+/g;

describe('servingSettings', () => {
  it('are small heaps, which MAX_HEAP_MB makes larger', () => {
    expect(servingSettings({}).flags).toContain('--max-old-space-size=64');
    expect(servingSettings({ MAX_HEAP_MB: '100' }).flags).toContain('--max-old-space-size=100');
  });

  it('are those of the image', () => {
    const script = readFileSync(join(workspaceRoot(), 'infra/docker/service.sh'), 'utf8').replaceAll('"', '');
    const { flags, variables } = servingSettings({});
    const own = script.replace(/\$\{MAX_HEAP_MB:-(\d+)\}/, '$1').match(heap);
    expect(own).toEqual(flags.filter((flag) => flag.match(heap)));
    expect(script).toContain(`MALLOC_ARENA_MAX=${variables.MALLOC_ARENA_MAX}`);
    expect(script).toContain(`MALLOC_MMAP_THRESHOLD_=${variables.MALLOC_MMAP_THRESHOLD_}`);
  });
});
