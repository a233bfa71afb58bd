import { once } from 'node:events';
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { verbs } from '../src/verbs.ts';
import { call } from './support/call.ts';
import { expectPromisedJson } from './support/promised-json.ts';
import { startCommand } from './support/start-command.ts';

const folder = await mkdtemp(join(tmpdir(), 'streams-process-'));
const url = `embedded:${join(folder, 'streams.db')}`;

describe('the command as a process', () => {
  it('ends quietly when whoever reads its output has enough', async () => {
    await call(['topics', 'create', 'many', '--url', url]);
    const lines = Array.from({ length: 30_000 }, (_, index) => `value number ${index}\n`).join('');
    await call(['produce', 'many', '--quiet', '--url', url], { input: lines });
    const { child } = startCommand(['consume', 'many', '--url', url], folder);
    const errors = text(child.stderr);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = await once(child, 'exit');
    expect({ code, errors: await errors }).toEqual({ code: 0, errors: '' });
  });

  it('takes nothing but LF and CRLF for the end of a line', async () => {
    await call(['topics', 'create', 'lines', '--url', url]);
    const value = 'one\u2028and\u2029the same\rline';
    const input = `${value}\n\nsecond\r\nthird`;
    const produced = await call(['produce', 'lines', '--url', url], { input });
    expect(produced.stdout).toBe('lines:0:0\nlines:0:1\nlines:0:2\n');
    const { lines } = await call(['consume', 'lines', '--json', '--url', url]);
    expect(lines.map((line) => line['text'])).toEqual([value, 'second', 'third']);
  });

  it('follows until it is stopped', async () => {
    await call(['topics', 'create', 'news', '--url', url]);
    const { child } = startCommand(['consume', 'news', '--follow', '--values', '--url', url], folder);
    const exit = once(child, 'exit');
    await call(['produce', 'news', 'flash', '--url', url]);
    const [chunk] = await once(child.stdout, 'data');
    expect(String(chunk)).toBe('flash\n');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  it('says 2 for wrong usage, on standard error', async () => {
    for (const line of [
      ['bogus'],
      ['topics'],
      ['consume'],
      ['produce', 'x', '--acks', 'some'],
      ['topics', 'list', 'x'],
    ]) {
      const { code, stdout, stderr } = await call([...line]);
      expect({ code, stdout }, line.join(' ')).toEqual({ code: 2, stdout: '' });
      expect(stderr).not.toBe('');
    }
    expect(await call(['topics', 'list', '--url', 'rabbit://ann:hunter2@host'])).toMatchObject({
      code: 2,
      stderr: expect.not.stringContaining('hunter2'),
    });
  });

  it('says what the verb may have been that there is not', async () => {
    expect((await call(['topic', 'list'])).stderr).toContain('Did you mean topics?');
    expect((await call(['topics', 'lst'])).stderr).toContain('Did you mean list?');
  });

  it('refuses what ends before it begins, and two formats at once', async () => {
    await call(['topics', 'create', 'back', '--url', url]);
    for (const given of [
      ['consume', 'back', '--from', '@-1h', '--to', '@-2h'],
      ['consume', 'back', '--from', '@-1h:@-2h'],
      ['range', 'back', '0:9', '0:2'],
      ['lag', '--json', '--prometheus'],
      ['lag', '--max-age', 'forever'],
    ])
      expect(await call([...given, '--url', url]), given.join(' ')).toMatchObject({ code: 2, stdout: '' });
    // What is not stored yet is not waited for.
    await call(['produce', 'back', 'only', '--url', url]);
    for (const given of [
      ['range', 'back', '0:0', '0:9'],
      ['consume', 'back', '--to', '0:2'],
      ['consume', 'back', '--to', '@2999-01-01T00:00:00Z'],
    ])
      expect(await call([...given, '--values', '--url', url])).toMatchObject({ code: 0, stdout: 'only\n' });
    expect(await call(['range', 'back', '0:2', '0:2', '--url', url])).toMatchObject({ code: 0, stdout: '' });
  });

  it('stores what comes before a line that is wrong, and says how much; no byte is changed in silence', async () => {
    await call(['topics', 'create', 'bytes', '--url', url]);
    const produced = await call(['produce', 'bytes', '--url', url], {
      input: Buffer.from([...Buffer.from('first\nsecond\n'), 0xff, 0x0a, 0x78]),
    });
    expect(produced).toMatchObject({
      code: 2,
      stdout: 'bytes:0:0\nbytes:0:1\n',
      stderr: expect.stringMatching(/line 3: .*no UTF-8.*base64.*; 2 records before it are stored/),
    });
    const { stdout } = await call(['consume', 'bytes', '--values', '--url', url]);
    expect(stdout).toBe('first\nsecond\n');
  });

  it('serves the console on an embedded log, and ends with what serves it', async () => {
    const file = join(folder, 'dev', 'streams.db');
    const { child } = startCommand(['dev', file, '--port', '0', '--json'], folder);
    const exit = once(child, 'exit');
    const [line] = await once(child.stdout, 'data');
    expectPromisedJson(String(line));
    const said: { readonly url: string; readonly console: string } = JSON.parse(String(line));
    expect(said.url).toBe(`embedded:${file}`);
    expect(await (await fetch(said.console)).text()).toContain('<!doctype html>');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    await expect(fetch(said.console)).rejects.toThrow();
  });

  it('says its version, which is that of its package', async () => {
    const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../package.json'), 'utf8'));
    for (const flag of ['--version', '-V'])
      expect(await call([flag])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('loads for a call no client that the call does not use', async () => {
    const listing = `import { registerHooks } from 'node:module';
      registerHooks({ resolve: (name, context, next) => {
        const found = next(name, context);
        process.stderr.write(found.url + '\\n');
        return found;
      } });`;
    const loadedBy = async (given: readonly string[]): Promise<string> => {
      const { child } = startCommand(given, folder, [
        '--import',
        `data:text/javascript,${encodeURIComponent(listing)}`,
      ]);
      const [loaded] = await Promise.all([text(child.stderr), text(child.stdout), once(child, 'exit')]);
      return loaded;
    };
    const listed = await loadedBy(['topics', 'list', '--url', url]);
    expect(listed).toContain('/libs/streams/embedded/');
    expect(listed).not.toMatch(/\/(ioredis|kafkajs|zod|cli-progress)\/|\/libs\/streams\/(redis|kafka)\//);
    expect(await loadedBy(['--help'])).not.toMatch(/\/libs\/streams\//);
  });

  it('keeps profiles without a password, and finds it in the environment', async () => {
    const environment = { XDG_CONFIG_HOME: folder };
    const refused = await call(['profiles', 'set', 'prod', 'redis://ann:hunter2@127.0.0.1:1'], {
      environment,
    });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--password-variable') });
    expect(refused.stdout + refused.stderr).not.toContain('hunter2');
    await call(['profiles', 'set', 'prod', 'redis://ann@127.0.0.1:1', '--password-variable', 'PROD'], {
      environment,
    });
    const file = join(folder, 'millrace', 'profiles.json');
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect((await call(['profiles', 'list'], { environment })).stdout).toMatch(
      /prod +redis:\/\/ann@127.0.0.1:1 +- +PROD/,
    );
    const away = await call(['topics', 'list', '--profile', 'prod'], {
      environment: { ...environment, PROD: 'hunter2' },
    });
    expect(away.code).toBe(1);
    expect(away.stdout + away.stderr).not.toContain('hunter2');
    await writeFile(file, JSON.stringify({ prod: { url: 'redis://ann:hunter2@h' } }));
    const found = await call(['topics', 'list', '--profile', 'prod'], { environment });
    expect(found).toMatchObject({ code: 2, stderr: expect.not.stringContaining('hunter2') });
    await call(['profiles', 'delete', 'prod'], { environment }).catch(() => undefined);
  });

  it('tells the password of the environment to no server but the one that it is for', async () => {
    const environment = { STREAMS_PASSWORD: 'hunter2', DATA_DIR: join(folder, 'data') };
    // It is not asked for, and a log has none.
    await call(['produce', 'secret', 'x', '--create', '1', '--url', url], { environment });
    const heard = Promise.withResolvers<string>();
    const server = createServer((socket) => socket.once('data', (bytes) => heard.resolve(String(bytes))));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const stop = new AbortController();
    const copied = call(['copy', 'secret', `redis://127.0.0.1:${port}`, '--url', url], { environment, stop });
    expect(await heard.promise).not.toContain('hunter2');
    server.close();
    stop.abort();
    await copied;
  });

  it('describes itself as JSON, with a schema for each verb', async () => {
    const { stdout } = await call(['--help-json']);
    const help = JSON.parse(stdout) as { verbs: { name: string; output: { type: string } }[] };
    expect(help.verbs.map(({ name }) => name)).toEqual(verbs.map(({ name }) => name));
    for (const verb of help.verbs) expect(verb.output, verb.name).toMatchObject({ type: 'object' });
  });

  it('every example names a verb and options that there are', async () => {
    for (const { examples } of verbs) {
      for (const { command } of examples) {
        const first = command.replace(/^source <\((.*)\)$/, '$1').split(/ [|<>] /)[0] ?? '';
        const words = first.split(' ').slice(1);
        const verb = verbs.find(({ name }) => words.slice(0, name.split(' ').length).join(' ') === name);
        expect(verb, command).toBeDefined();
        const known = [
          ...(verb?.options ?? []).map(({ flags }) => flags),
          '-u, --url',
          '--json',
          '--profile',
        ].join(' ');
        for (const word of words.filter((each) => /^--?[a-z]/.test(each)))
          expect(known, command).toMatch(new RegExp(`(^|[ ,])${word}\\b`));
      }
    }
  });

  it('shows the commands of Redis, Kafka and its own side by side', async () => {
    const { stdout } = await call(['cheat', 'pending']);
    expect(stdout).toContain('XPENDING');
    expect(stdout).toContain('streams groups pending');
    expect((await call(['cheat', 'zebra'])).code).toBe(1);
  });

  it('writes no table and no message into JSON', async () => {
    const { stdout } = await call(['topics', 'list', '--json', '--url', url]);
    for (const line of stdout.trimEnd().split('\n'))
      expect(JSON.parse(line)).toHaveProperty('schema', 'topics.list/1');
    expect(await readFile(join(import.meta.dirname, '..', 'package.json'), 'utf8')).toContain(
      '"streams": "./bin/streams.js"',
    );
  });
});
