import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const docs = join(import.meta.dirname, '../../../docs');
const most = 5;

/** Of each question in docs/architecture.md, what must stand in the files that it names. */
const answers: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  'Where is XCLAIM called?': {
    'pending-entries.ts': /\.callBuffer\('XCLAIM'/,
    'claim.lua': /redis\.call\('XCLAIM'/,
    'recover.lua': /redis\.call\('XCLAIM'/,
    'claim-stale.lua': /redis\.call\('XCLAIM'/,
    'keep-alive.lua': /redis\.call\('XCLAIM'/,
  },
  'Where is a transaction committed?': {
    'transactional-producer.ts': /endTransactionRequest\(producer, commit\)/,
    'transactions.ts': /'EndTxn'/,
    'commit.lua': /redis\.p?call\('XACK'/,
    'lease-commits.ts': /transaction\.append\(/,
  },
  'Where is the retry delay decided?': {
    'retry.ts': /readonly delay: \(attempts: number\) => number/,
    'failure.ts': /retry\.delay\(attempts\)/,
    'attempt-loop.ts': /pause\(action\.delayMs/,
  },
  'What does inventory do with a captured payment?': {
    'joined-events.ts': /join\(before, event\)/,
    'join.ts': /case 'PaymentCaptured':/,
    'stock-movements.ts': /stockAllocations/,
    'stock-allocations.ts': /collectedOrders/,
  },
};

const architecture = readFileSync(join(docs, 'architecture.md'), 'utf8');
const [, section = ''] = architecture.split('\n## Where is it?\n');
const rows = [...(section.split('\n## ')[0]?.matchAll(/^\| (.+\?) \| (.+) \|$/gm) ?? [])].map(
  ([, question = '', files = '']) => ({
    question,
    files: [...files.matchAll(/\[`([^`]+)`\]\(([^)]+)\)/g)].map(([, name = '', path = '']) => ({
      name,
      path,
    })),
  }),
);

describe('what docs/architecture.md says of where things are', () => {
  it('answers these questions', () => {
    expect(rows.map(({ question }) => question)).toEqual(Object.keys(answers));
  });

  it.each(rows)('is so: $question', ({ question, files }) => {
    expect(files.length).toBeLessThanOrEqual(most);
    const signs = answers[question] ?? {};
    expect(files.map(({ name }) => name)).toEqual(Object.keys(signs));
    for (const { name, path } of files)
      expect(readFileSync(join(docs, path), 'utf8')).toMatch(signs[name] ?? /^$/);
  });
});

it('every decision tells its context, what was decided and what follows', () => {
  const folder = join(docs, 'decisions');
  const parts = readdirSync(folder).map((name) => ({
    name,
    parts: [
      ...readFileSync(join(folder, name), 'utf8').matchAll(/^## (Context|Decision|Consequences)$/gm),
    ].map(([, part]) => part),
  }));
  const whole = ['Context', 'Decision', 'Consequences'];
  expect(parts.filter(({ parts: found }) => found.join() !== whole.join())).toEqual([]);
});
