import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cardKey, cardKeyVariables, loadConfig } from '../../src/index.ts';

const bytes = randomBytes(32);
const load = (CARD_KEY: string) =>
  loadConfig({ CARD_KEY, DATA_DIR: folder() }, { service: 'payment', port: 0, own: cardKeyVariables });

describe('CARD_KEY', () => {
  it.each(['base64', 'base64url', 'hex'] as const)('is 32 bytes as %s', (encoding) => {
    const config = load(bytes.toString(encoding));
    expect(cardKey('payment', config).export()).toEqual(bytes);
    expect(readdirSync(config.DATA_DIR)).toEqual([]);
  });

  it.each([
    ['short', bytes.subarray(1).toString('base64')],
    ['long', `${bytes.toString('hex')}00`],
    ['a password', 'correct horse battery staple'],
  ])('that is %s is refused, and not shown', (_, text) => {
    expect(() => load(text)).toThrow(
      /payment cannot start.*\n {2}CARD_KEY="\*\*\*": must be 32 bytes as 64 hexadecimal digits or as base64/,
    );
  });

  it('is not shown where the configuration is', () => {
    const config = load(bytes.toString('hex'));
    const shown = JSON.stringify(config) + inspect(config, { depth: null, showHidden: true });
    for (const encoding of ['base64', 'base64url', 'hex'] as const)
      expect(shown).not.toContain(bytes.toString(encoding).slice(0, 12));
  });
});

describe('without CARD_KEY', () => {
  const shared = (DATA_DIR: string) => cardKey('payment', { CARD_KEY: undefined, DATA_DIR });

  it('says in one sentence that DATA_DIR is no folder, or cannot be written', () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    expect(() => shared(file)).toThrow(
      / {2}DATA_DIR=".*\/file": is no folder: make it writable or choose another/,
    );
    expect(() => shared('/sys/millrace')).toThrow('DATA_DIR="/sys/millrace": cannot be written');
  });

  it('is the same key for everybody in one data folder, which its owner alone can read', () => {
    const DATA_DIR = join(folder(), 'not', 'yet');
    const first = shared(DATA_DIR);
    expect(shared(DATA_DIR).equals(first)).toBe(true);
    expect(shared(folder()).equals(first)).toBe(false);
    expect(readdirSync(DATA_DIR)).toEqual(['card.key']);
    expect(statSync(join(DATA_DIR, 'card.key')).mode & 0o777).toBe(0o600);
  });

  it('is one key however many processes ask for it first', async () => {
    const DATA_DIR = folder();
    const program = join(import.meta.dirname, '..', 'fixtures', 'key-asker.ts');
    const askers = Array.from({ length: 6 }, () =>
      fork(program, [DATA_DIR], { execArgv: ['--conditions=@millrace/source'] }),
    );
    await Promise.all(askers.map((asker) => once(asker, 'message')));
    const answers = askers.map((asker) => once(asker, 'message'));
    for (const asker of askers) asker.send('ask');
    const keys = (await Promise.all(answers)).map(([key]) => key);
    expect(keys).toEqual(askers.map(() => shared(DATA_DIR).export().toString('hex')));
    expect(readdirSync(DATA_DIR)).toEqual(['card.key']);
  });

  it('says what is wrong with a file that holds no key, and leaves it as it is', () => {
    const DATA_DIR = folder();
    const file = join(DATA_DIR, 'card.key');
    writeFileSync(file, 'secret');
    expect(() => shared(DATA_DIR)).toThrow(
      `CARD_KEY is not set: the shared key cannot be used instead: ${file} holds no key of 32 bytes`,
    );
    expect(readFileSync(file, 'utf8')).toBe('secret');
  });

  it('says why the file cannot be read', () => {
    const DATA_DIR = folder();
    mkdirSync(join(DATA_DIR, 'card.key'));
    expect(() => shared(DATA_DIR)).toThrow(/CARD_KEY is not set: .*EISDIR/);
  });
});

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'card-key-'));
}
