import { readProfiles } from '../../connection/profiles.ts';
import type { Run } from '../../verb.ts';

export const run: Run = async ({ environment, output }) => {
  const rows = Object.entries(await readProfiles(environment)).map(([name, profile]) => ({
    name,
    ...profile,
  }));
  await output.table(
    rows.toSorted((a, b) => a.name.localeCompare(b.name)),
    [
      { title: 'name', of: ({ name }) => name },
      { title: 'url', of: ({ url }) => url },
      { title: 'namespace', of: ({ namespace }) => namespace },
      { title: 'password from', of: ({ passwordVariable }) => passwordVariable },
    ],
    'no profiles; make one with: streams profiles set <name> <url>',
  );
  return 0;
};
