import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { requireService, runJavaClient, runKcat } from '@millrace/testing';
import { expect, it } from 'vitest';
import { onBackend } from './support/backends.ts';
import { call } from './support/call.ts';

const run = promisify(execFile);

onBackend('redis', (url) => {
  const redis = async (...given: string[]): Promise<string> =>
    (await run('redis-cli', ['-u', url(), ...given])).stdout.trimEnd();

  it('redis-cli reads what the command writes, and writes what it reads', async () => {
    await call(['topics', 'create', 'Email', '--url', url()]);
    await call(['produce', 'Email', '{"to":"ann"}', '--key', 'k', '--header', 'a=b', '--url', url()]);
    expect(await redis('XRANGE', 'Email:{P0}', '-', '+')).toMatch(
      /key\nk\nvalue\n\{"to":"ann"\}\n[\s\S]*h:a\nb/,
    );
    await redis('XADD', 'Email:{P0}', '*', 'subject', '1st email', 'body', 'Hello');
    const { stdout } = await call(['consume', 'Email', '--grep', 'subject', '--values', '--url', url()]);
    expect(stdout).toBe('{"subject":"1st email","body":"Hello"}\n');
  });

  it('stores the lines that are at hand in one command', async () => {
    await call(['topics', 'create', 'lines', '--url', url()]);
    const input = Array.from({ length: 100 }, (_, index) => `line ${index}\n`).join('');
    const { stderr } = await call(['produce', 'lines', '--show-commands', '--url', url()], { input });
    expect(stderr.match(/^redis> (EVALSHA|FCALL|XADD) .*lines:\{P0\}/gm)).toHaveLength(1);
    expect(await redis('XLEN', 'lines:{P0}')).toBe('100');
  });

  it('agrees with XINFO GROUPS about lag', async () => {
    await call(['topics', 'create', 'orders', '--url', url()]);
    await call(['produce', 'orders', 'a', 'b', 'c', '--url', url()]);
    await call(['consume', 'orders', '--group', 'g', '--limit', '1', '--url', url()]);
    const { lines } = await call(['lag', 'g', '--json', '--url', url()]);
    const info = (await redis('XINFO', 'GROUPS', 'orders:{P0}')).split('\n');
    expect(lines).toMatchObject([{ topic: 'orders', records: 2 }]);
    const pending = Number(info[info.indexOf('pending') + 1]);
    const lag = Number(info[info.indexOf('lag') + 1]);
    expect(pending + lag).toBe(2);
  });

  it('shows the commands that a verb sends, and no password', async () => {
    await redis('ACL', 'SETUSER', 'ann', 'on', '>hunter2', '~*', '&*', '+@all');
    const login = url().replace('://', '://ann:hunter2@');
    const { stderr } = await call(['topics', 'describe', 'Email', '--show-commands', '--url', login]);
    expect(stderr).toMatch(/redis> XLEN Email:\{P0\}/);
    expect(stderr).toContain('***');
    expect(stderr).not.toContain('hunter2');
  });
});

onBackend('kafka', (url) => {
  requireService('kafka-clients')('with clients of Kafka', () => {
    const broker = (): string => url().slice('kafka://'.length);

    it('kcat and the console tools read what the command writes, and write what it reads', async () => {
      await call(['topics', 'create', 'Email', '--url', url()]);
      await call(['produce', 'Email', '{"to":"ann"}', '--key', 'k', '--header', 'a=b', '--url', url()]);
      const read = await runKcat(['-b', broker(), '-C', '-t', 'Email', '-e', '-q', '-f', '%k %s %h\n']);
      expect(read).toMatch(/^k \{"to":"ann"\} id=[0-9a-f-]+,a=b\n$/);
      await runKcat(['-b', broker(), '-P', '-t', 'Email', '-K', '=', '-H', 'from=kcat'], 'key-2=from kcat\n');
      await runJavaClient(
        'ConsoleProducer',
        [
          '--bootstrap-server',
          broker(),
          '--topic',
          'Email',
          '--reader-property',
          'parse.key=true',
          '--reader-property',
          'key.separator==',
        ],
        'key-3=from java\n',
      );
      const { lines } = await call(['consume', 'Email', '--json', '--url', url()]);
      expect(lines.slice(1)).toMatchObject([
        { key: 'key-2', text: 'from kcat', headers: { from: 'kcat' } },
        { key: 'key-3', text: 'from java' },
      ]);
    });

    it('agrees with kafka-consumer-groups about lag', async () => {
      await call(['consume', 'Email', '--group', 'g', '--limit', '1', '--url', url()]);
      const { lines } = await call(['lag', 'g', '--json', '--url', url()]);
      const shown = await runJavaClient('consumer.group.ConsumerGroupCommand', [
        '--bootstrap-server',
        broker(),
        '--describe',
        '--group',
        'g',
      ]);
      const row = shown.split('\n').find((line) => /^g +Email/.test(line)) ?? '';
      expect(lines).toMatchObject([{ records: Number(row.split(/ +/)[5]) }]);
      expect(lines).toMatchObject([{ records: 2 }]);
    });

    it('shows the requests that a verb sends', async () => {
      const { stderr } = await call(['topics', 'describe', 'Email', '--show-commands', '--url', url()]);
      expect(stderr).toMatch(/kafka> Metadata v\d+/);
      expect(stderr).toMatch(/kafka> ListOffsets v\d+/);
    });
  });
});
