import { spawnSync } from 'node:child_process';

interface Check {
  readonly heading: string;
  readonly command: string;
  /** What to do when it fails. */
  readonly hint: string;
}

/** Cheap before dear: the first failure ends the run. */
const checks: readonly Check[] = [
  {
    heading: 'Format and lint',
    command: 'biome check --error-on-warnings .',
    hint: 'npm run format mends most of it',
  },
  {
    heading: 'Boundaries',
    command: 'npm run --silent boundaries',
    hint: 'each line above says what to do instead',
  },
  { heading: 'Types', command: 'tsc -b', hint: 'npm run types repeats it' },
  {
    heading: 'Public API',
    command: 'npm run --silent api -- --check',
    hint: 'npm run api writes the reports again; commit them with the change, if the change is meant',
  },
  {
    heading: 'Unused code',
    command: 'knip --no-config-hints',
    hint: 'remove it, or its export, or the dependency from package.json',
  },
  {
    heading: 'Spelling',
    command: 'cspell lint --no-progress --no-summary',
    hint: 'mend the word, or add it to docs/words.txt when it is one',
  },
  { heading: 'Duplicate code', command: 'jscpd', hint: 'make one piece of code serve both places' },
];

const unitTests: Check = {
  heading: 'Unit tests',
  command: 'vitest run --project unit',
  hint: 'npx vitest --project unit repeats it',
};

// `--static` leaves the tests out, for whoever runs all of them afterwards.
const chosen = process.argv.includes('--static') ? checks : [...checks, unitTests];

for (const [index, { heading, command, hint }] of chosen.entries()) {
  console.log(`\n=== ${index + 1}/${chosen.length} ${heading} (${command})`);
  const started = performance.now();
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`\n=== FAILED: ${heading}. ${hint}.`);
    process.exit(1);
  }
  console.log(`    passed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
console.log(`\n=== All ${chosen.length} checks passed`);
