import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { on, openDriver, openStreams, Rejected, topic } from '@millrace/streams';
import { describe, expect, it } from 'vitest';
import { lineSchema, outputSchemas } from '../src/output/schemas.ts';
import { onEveryBackend } from './support/backends.ts';
import { type Called, type CallOptions, call } from './support/call.ts';
import { seenSchemas } from './support/promised-json.ts';

const golden = join(import.meta.dirname, 'golden', 'verbs.txt');

describe('the verbs', () => {
  onEveryBackend((backend, url) => {
    const streams = (line: string | readonly string[], options: CallOptions = {}): Promise<Called> =>
      call([...(typeof line === 'string' ? line.split(' ') : line), '--url', url()], options);

    it('print the same on every backend, but for positions', async () => {
      const shown: string[] = [];
      const show = async (line: string, input?: string): Promise<void> => {
        const { code, stdout, stderr } = await streams(line, input === undefined ? {} : { input });
        shown.push(`$ streams ${line}`, withoutPositions(stdout + stderr), `exit ${code}`, '');
      };
      await show('topics list');
      await show('topics create emails --partitions 2');
      await show('topics create emails --partitions 2');
      await show('topics create emails --partitions 3');
      await show('topics create clicks --partitions 1 --max-age 7d');
      await show('topics list');
      await show('produce emails first second --key order-7 --header source=test');
      await show('produce emails --fields subject=3rd body=Hello --key order-8');
      await show('produce emails --key-separator =', 'order-7=four=4\norder-9=five\n');
      await show('produce emails --key-path $.orderId --acks leader', '{"orderId":"order-7","pence":120}\n');
      await show(
        'produce emails --ndjson --quiet',
        '{"key":"order-9","value":{"a":1},"headers":{"b":"c"}}\n',
      );
      await show('produce emails --ndjson', 'no json\n');
      await show('produce nowhere x');
      await show('consume emails --partition 0');
      await show('consume emails --key order-9 --headers');
      await show('consume emails --grep pence=120 --values');
      await show('consume emails --grep orderId --grep pence!=120');
      await show('consume emails --from @-1h:@now --limit 1 --partition 1');
      await show('range emails - + --limit 2 --partition 1 --values');
      await show('consume emails --from yesterday');
      await show('consume emails --follow --until-end');
      await show('consume emails --group audit --limit 2 --values --from earliest');
      await show('groups list');
      await show('consume emails --group audit --grep nothing');
      await show('groups list');
      await show('lag audit');
      await show('lag audit --max-records 0');
      await show('groups seek audit earliest --dry-run');
      await show('groups seek audit earliest');
      await show('lag audit --max-records 3');
      await show('groups seek audit latest');
      await show('lag audit --max-records 3');
      await show('groups describe nobody');
      await show('groups delete audit');
      await show('groups delete audit --yes');
      await show('topics trim emails --keep 1');
      await show('topics trim emails');
      await show('topics delete clicks');
      await show('topics delete clicks emails missing --yes');
      await show('topics list');
      // UPDATE_GOLDEN=1 writes what the embedded log prints; the others have to print the same.
      if (process.env['UPDATE_GOLDEN'] && backend === 'embedded') await writeFile(golden, shown.join('\n'));
      expect(shown.join('\n')).toBe(await readFile(golden, 'utf8'));
    });

    it('as JSON print nothing but what their schema allows', async () => {
      const check = async (line: string, input?: string): Promise<Called> => {
        const called = await streams(`${line} --json`, input === undefined ? {} : { input });
        expect(called.lines.length, line).toBeGreaterThan(0);
        for (const each of called.lines) lineSchema(String(each['schema'])).parse(each);
        return called;
      };
      await check('topics create notes --partitions 2');
      const [stored] = (await check('produce notes one --key a')).lines;
      await check('topics list');
      await check('topics describe notes');
      const [read] = (await check('consume notes')).lines;
      expect(read).toMatchObject({ key: 'a', text: 'one', offset: stored?.['offset'] });
      await check(`range notes ${stored?.['partition']}:${stored?.['offset']} +`);
      await check('consume notes --group readers');
      await check('groups list');
      await check('groups describe readers');
      await check('groups seek readers earliest');
      const [late] = (await check('lag readers')).lines;
      expect(late).toMatchObject({ records: 1, oldestMs: expect.any(Number) });
      expect((await streams('lag readers --max-age 1h')).code).toBe(0);
      expect((await streams('lag readers --max-age 0ms')).stderr).toContain(
        'late: readers has a record of notes',
      );
      expect((await streams('lag readers --prometheus')).stdout).toContain(
        'streams_group_lag_records{group="readers",topic="notes"} 1',
      );
      await check('doctor');
      const folder = await mkdtemp(join(tmpdir(), 'streams-json-'));
      const environment = { XDG_CONFIG_HOME: folder, DATA_DIR: folder };
      const file = join(folder, 'notes.backup');
      for (const line of [
        `copy notes embedded:${join(folder, 'copy.db')}`,
        `backup notes ${file}`,
        `verify ${file} --topic notes`,
        `restore ${file} --as again`,
        'topics delete again --yes',
      ])
        expect(await streams(`${line} --json`, { environment }), line).toMatchObject({ code: 0 });
      for (const line of [
        'cheat pending',
        'completion bash',
        'profiles set here redis://127.0.0.1:1 --namespace shop --password-variable PASSWORD',
        'profiles list',
        'profiles delete here',
      ])
        expect(await call([...line.split(' '), '--json'], { environment }), line).toMatchObject({ code: 0 });
      await rm(folder, { recursive: true, force: true });
      await check('topics trim notes --keep 0 --even-if-unacknowledged');
      await check('groups delete readers --yes');
      await check('topics delete notes --yes');
    });

    it('give records on, whatever bytes they hold', async () => {
      await streams('topics create from');
      await streams('topics create to');
      const lines = [
        { keyBase64: '/w==', base64: '/wD+', headers: { a: 'b=c' } },
        { key: 'ü', value: { text: '€' }, headers: {} },
        { key: null, text: '{ "not": "compact" }', headers: {} },
      ];
      await streams('produce from --ndjson', { input: lines.map((line) => JSON.stringify(line)).join('\n') });
      const { stdout } = await streams('consume from --json');
      await streams('produce to --ndjson', { input: stdout });
      const content = async (name: string): Promise<unknown[]> =>
        (await streams(`consume ${name} --json`)).lines.map(
          ({ key, keyBase64, value, text, base64, headers }) => ({
            key,
            keyBase64,
            value,
            text,
            base64,
            headers,
          }),
        );
      const copied = await content('to');
      expect(copied).toHaveLength(3);
      expect(copied).toEqual(await content('from'));
    });

    it('begin and end at positions and times', async () => {
      await streams('topics create places');
      const { lines } = await streams('produce places a b c d --json');
      const at = (index: number): string => `0:${lines[index]?.['offset']}`;
      const values = async (line: string): Promise<string> =>
        (await streams(`${line} --values`)).stdout.replaceAll('\n', '');
      expect(await values(`consume places --from ${at(1)}`)).toBe('bcd');
      expect(await values(`consume places --after ${at(1)}`)).toBe('cd');
      expect(await values(`consume places --to ${at(1)}`)).toBe('ab');
      expect(await values(`range places ${at(1)} places:${at(2)}`)).toBe('bc');
      expect(await values(`range places - +`)).toBe('abcd');
      expect(await values(`consume places --from ${at(0)}`)).toBe('abcd');
      expect(await values('consume places --to @-1h')).toBe('');
      expect(await values('consume places --from latest')).toBe('');
      expect((await streams(`topics trim places --before ${at(2)}`)).stdout).toBe(
        'trimmed 2 records of places\n',
      );
      expect(await values('consume places')).toBe('cd');
    });

    it('list, show, edit, redrive and purge dead letters', async () => {
      await streams('topics create payments');
      await streams([
        'produce',
        'payments',
        '{"pence":-1,"to":{"city":"York"}}',
        '{"pence":-2}',
        '{"pence":-3}',
        '--key',
        'order-1',
      ]);
      const group = 'judge';
      await giveUp(url(), group, 3);
      const { lines } = await streams(`dead-letters list ${group} --json`);
      expect(lines).toMatchObject([{ code: 'REJECTED', attempts: 1, error: 'never' }, {}, {}]);
      const [first = '', second = ''] = lines.map(({ position }) => String(position));
      for (const line of lines) lineSchema('dead-letters.list/1').parse(line);
      const shown = (await streams(`dead-letters show ${group} --json`)).lines;
      expect(shown).toMatchObject([{ position: first, record: { key: 'order-1', value: { pence: -1 } } }]);
      lineSchema('dead-letters.show/1').parse(shown[0]);
      const early = await streams(`dead-letters edit ${group} ${second} --value x`);
      expect(early).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('1 dead letter of partition 0 comes before'),
      });
      const edited = await streams(
        `dead-letters edit ${group} ${first} --set pence=5 --set to.city=Leeds --json`,
      );
      expect(edited).toMatchObject({ code: 0, lines: [{ redriven: true }] });
      lineSchema('dead-letters.edit/1').parse(edited.lines[0]);
      expect((await streams('consume payments --values')).stdout.split('\n').at(3)).toBe(
        '{"pence":5,"to":{"city":"Leeds"}}',
      );
      expect((await streams(`dead-letters redrive ${group} --dry-run --json`)).lines).toHaveLength(2);
      expect((await streams(`dead-letters redrive ${group} --limit 1 --json`)).lines).toMatchObject([
        { redriven: 1 },
      ]);
      expect((await streams(`dead-letters list ${group} --json`)).lines).toHaveLength(1);
      expect((await streams(`dead-letters purge ${group} --json`)).code).toBe(1);
      expect((await streams(`dead-letters purge ${group} --yes`)).stdout).toBe(
        'purged 1 dead letter of judge\n',
      );
      expect((await streams(`dead-letters list ${group}`)).stderr).toContain('no dead letters');
      expect((await streams('consume payments --json')).lines).toHaveLength(5);
    });

    it('refuse to move or delete a group that has members', async () => {
      await streams('topics create busy');
      await using open = await openStreams(url());
      const running = await open.run({
        group: 'workers',
        mode: 'partitioned',
        delivery: 'at-least-once',
        routes: [on(topic('busy'), () => undefined)],
      });
      await running.caughtUp();
      for (const line of [
        'groups seek workers earliest',
        'groups seek workers earliest --dry-run',
        'groups delete workers --yes',
      ])
        expect(await streams(line), line).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('GROUP_ACTIVE'),
        });
      await running.stop();
    });

    it(
      backend === 'kafka' ? 'say why there is nothing pending to see' : 'show and claim what is pending',
      async () => {
        await streams('topics create jobs');
        await streams('produce jobs a b');
        if (backend === 'kafka') {
          await streams('consume jobs --group crew --limit 1');
          for (const line of ['groups pending crew', 'claim crew ann'])
            expect(await streams(line)).toMatchObject({
              code: 1,
              stdout: '',
              stderr: expect.stringContaining('UNSUPPORTED'),
            });
          return;
        }
        await using crew = await crewOfTwo(url());
        const pending = await streams('groups pending crew --json');
        expect(pending.lines).toMatchObject([
          { topic: 'jobs', partition: 0, member: expect.any(String) },
          { topic: 'jobs' },
        ]);
        for (const line of pending.lines) lineSchema('groups.pending/1').parse(line);
        expect(await streams(`claim crew ${crew.idle} --min-idle 1h`)).toMatchObject({ code: 0, stdout: '' });
        const claimed = await streams(`claim crew ${crew.idle} --min-idle 0ms --json`);
        expect(claimed.lines).toHaveLength(2);
        for (const line of claimed.lines) lineSchema('claim/1').parse(line);
        // The embedded log lists them again once their new owner has fetched them.
        const owners = (await streams('groups pending crew --json')).lines.map(({ member }) => member);
        expect(owners).not.toContain(crew.busy);
      },
    );

    it('have been seen as JSON, each with the schema that it publishes', () => {
      // Kafka has no pending entries; `dev` is a process of its own.
      const unseen = ['dev/1', ...(backend === 'kafka' ? ['groups.pending/1', 'claim/1'] : [])];
      expect(
        Object.keys(outputSchemas()).filter((name) => !seenSchemas.has(name) && !unseen.includes(name)),
      ).toEqual([]);
      seenSchemas.clear();
    });

    it('keep namespaces apart', async () => {
      const own = await mkdtemp(join(tmpdir(), 'streams-cli-home-'));
      const environment = { XDG_CONFIG_HOME: own };
      await call(['profiles', 'set', 'here', url(), '--namespace', 'shop'], { environment });
      await call(['topics', 'create', 'orders', '--profile', 'here'], { environment });
      expect(
        (await call(['topics', 'list', '--profile', 'here', '--json'], { environment })).lines,
      ).toMatchObject([{ topic: 'orders' }]);
      expect((await streams('topics list --json')).lines.map((line) => line['topic'])).toContain(
        'shop.orders',
      );
    });
  });
});

/** Offsets, times, ids, clocks and the address of the server differ. */
function withoutPositions(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/\bid=[0-9a-f-]{36}/g, 'id=<id>')
    .replace(/(emails|clicks):(\d):[\d-]+/g, '$1:$2:<offset>')
    .replace(/^(\d):[\d-]+(?= {2})/gm, '$1:<offset>')
    .replace(/after [\d-]+/g, 'after <offset>')
    .replace(/(→ {2})[\d-]+/g, '$1<offset>')
    .replace(/\b\d+(ms|s)\b/g, '<age>')
    .replace(/^─+$/gm, '<line>')
    .replace(/ +/g, ' ')
    .trimEnd();
}

async function giveUp(url: string, group: string, count: number): Promise<void> {
  await using streams = await openStreams(url);
  const all = Promise.withResolvers<void>();
  let given = 0;
  await using running = await streams.run({
    group,
    mode: 'partitioned',
    delivery: 'at-least-once',
    routes: [
      on(topic('payments'), () => {
        throw new Rejected('never');
      }),
    ],
    observer: {
      deadLettered: () => {
        given += 1;
        if (given === count) all.resolve();
      },
    },
  });
  await all.promise;
  await running.caughtUp();
  await running.stop();
}

/** One member that is given two messages and says nothing, and an idle one, to whom they can be handed. */
async function crewOfTwo(
  url: string,
): Promise<{ readonly busy: string; readonly idle: string } & AsyncDisposable> {
  const driver = await openDriver(url);
  const options = {
    topics: ['jobs'],
    start: 'earliest',
    acks: 'all',
    leaseMs: 60_000,
    maxInFlight: 10,
  } as const;
  const busy = await driver.compete('crew', options);
  const taken: unknown[] = [];
  while (taken.length < 2) taken.push(...(await busy.fetch(2, { signal: AbortSignal.timeout(20_000) })));
  const { member: idle } = await driver.compete('crew', options);
  return { busy: busy.member, idle, [Symbol.asyncDispose]: () => driver[Symbol.asyncDispose]() };
}
