import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { requireService, runJavaClient, runKcat, runRedisPy } from '@millrace/testing';
import { Queue, QueueEvents, QueueEventsProducer, Worker } from 'bullmq';
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

  it('reads the events of BullMQ, which it never wrote to', async () => {
    const connection = { host: '127.0.0.1', port: Number(new URL(url()).port), maxRetriesPerRequest: null };
    const queue = new Queue('orders', { connection });
    const worker = new Worker('orders', () => Promise.resolve({ shipped: true }), { connection });
    const completed = new Promise((resolve) => worker.on('completed', resolve));
    await queue.add('ship', { orderId: 'order-7' });
    await completed;
    for (const each of [worker, queue]) await each.close();
    const stream = 'bull:orders:events';
    const { lines } = await call(['topics', 'list', '--json', '--url', url()]);
    expect(lines).toContainEqual(expect.objectContaining({ topic: stream, partitions: 1 }));
    const read = await call(['consume', stream, '--grep', 'event=completed', '--values', '--url', url()]);
    expect(JSON.parse(read.stdout)).toMatchObject({ jobId: '1', returnvalue: '{"shipped":true}' });
  });

  it('writes events that BullMQ reads', async () => {
    const connection = { host: '127.0.0.1', port: Number(new URL(url()).port), maxRetriesPerRequest: null };
    const producer = new QueueEventsProducer('parcels', { connection });
    await producer.publishEvent({ eventName: 'began' });
    await producer.close();
    const events = new QueueEvents('parcels', { connection, lastEventId: '0' });
    const paid = new Promise((resolve) => events.on('paid' as 'waiting', resolve));
    const stream = 'bull:parcels:events';
    const given = ['--fields', 'event=paid', 'orderId=order-7', 'note=a b'];
    const { lines } = await call(['produce', stream, ...given, '--json', '--url', url()]);
    expect(await paid).toEqual({ orderId: 'order-7', note: 'a b' });
    await events.close();
    const read = await call(['consume', stream, '--grep', 'event=paid', '--json', '--url', url()]);
    expect(read.lines).toMatchObject([
      { offset: lines[0]?.['offset'], value: { event: 'paid', orderId: 'order-7', note: 'a b' } },
    ]);
    for (const wrong of [
      ['--header', 'a=b'],
      ['--acks', 'all'],
      ['--key-path', '$.a'],
    ])
      expect(await call(['produce', stream, ...given, ...wrong, '--url', url()])).toMatchObject({ code: 2 });
  });

  requireService('redis-py')('with redis-py', () => {
    it('it reads what the command writes, and writes what it reads', async () => {
      await call(['topics', 'create', 'parcels', '--url', url()]);
      await call(['produce', 'parcels', '{"to":"ann"}', '--key', 'k', '-H', 'a=b', '--url', url()]);
      const program = `import json, redis, sys
client = redis.Redis.from_url(sys.argv[1], decode_responses=True)
[(_, entry)] = client.xrange('parcels:{P0}')
client.xadd('parcels:{P0}', {'key': 'k2', 'value': json.dumps({'to': 'bob'}, separators=(',', ':')), 'h:from': 'python'})
client.xadd('foreign', {'subject': '1st email'})
client.xgroup_create('foreign', 'py-mailer', 0)
client.xreadgroup('py-mailer', 'ann', {'foreign': '>'}, count=1)
print(json.dumps(entry))`;
      expect(JSON.parse(await runRedisPy(program, [url()]))).toMatchObject({
        key: 'k',
        value: '{"to":"ann"}',
        'h:a': 'b',
      });
      const { lines } = await call(['consume', 'parcels', '--json', '--url', url()]);
      expect(lines[1]).toMatchObject({ key: 'k2', value: { to: 'bob' }, headers: { from: 'python' } });
      const foreign = await call(['consume', 'foreign', '--values', '--url', url()]);
      expect(foreign.stdout).toBe('{"subject":"1st email"}\n');
      const pending = await call(['groups', 'pending', 'py-mailer', '--json', '--url', url()]);
      expect(pending.lines).toMatchObject([{ topic: 'foreign', member: 'ann', deliveries: 1 }]);
    });
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
      const byJava = await runJavaClient('consumer.ConsoleConsumer', [
        ...['--bootstrap-server', broker(), '--topic', 'Email', '--from-beginning', '--max-messages', '3'],
        ...['--formatter-property', 'print.key=true', '--formatter-property', 'print.headers=true'],
      ]);
      expect(byJava.split('\n')[0]).toMatch(/^id:[0-9a-f-]+,a:b\tk\t\{"to":"ann"\}$/);
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
