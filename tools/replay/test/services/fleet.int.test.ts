import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Fleet } from '../../src/services/fleet.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const never = new AbortController().signal;
const fixture = (name: string): string => new URL(`../fixtures/${name}`, import.meta.url).pathname;

function startFleet(behaviour: string) {
  const folder = temporaryFolder();
  const starts = join(folder, 'starts');
  const notes: string[] = [];
  const environment = { ...process.env, BEHAVIOUR: behaviour, STARTS: starts };
  const spec = {
    name: 'fake',
    entry: fixture('fake-service.ts'),
    environment,
    log: join(folder, 'fake.log'),
  };
  const file = join(folder, 'services.json');
  const fleet = new Fleet([spec], { file, note: (text) => notes.push(text) });
  onTestFinished(() => fleet.kill());
  const processId = (): number => fleet.processes()[0]?.processId ?? 0;
  return {
    fleet,
    notes,
    file,
    processId,
    starts: () => readFileSync(starts, 'utf8').trim().split('\n').length,
  };
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}

test('a service that dies is said and started again; its new address is known', async () => {
  const { fleet, notes, processId, file } = startFleet('sound');
  await fleet.ready(never, 30_000);
  const first = processId();
  process.kill(first, 'SIGKILL');
  await expect.poll(processId).not.toBe(first);
  expect(await fleet.urlOf('fake', never)).toBe(`http://127.0.0.1:${processId()}`);
  expect(notes).toEqual(['fake ended (killed by SIGKILL); starting it again']);
  expect(fleet.restarts()).toBe(1);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject([{ service: 'fake', processId: processId() }]);
});

test('a service that refuses its environment is not started twice, and its log is shown', async () => {
  const { fleet, starts } = startFleet('refuses');
  await expect(fleet.ready(never, 30_000)).rejects.toThrow(
    /the fake service cannot be kept running: exit code 1.*PORT=abc: must be a number/s,
  );
  await expect(fleet.watch(never)).rejects.toThrow(/fake/);
  expect(starts()).toBe(1);
});

test('stopping ends the processes and starts none', async () => {
  const { fleet, processId, starts } = startFleet('sound');
  await fleet.ready(never, 30_000);
  const ended = processId();
  await fleet.stop(5_000);
  expect(isAlive(ended)).toBe(false);
  expect(starts()).toBe(1);
});

test('a service that will not stop is killed after the grace', async () => {
  const { fleet, processId } = startFleet('stubborn');
  await fleet.ready(never, 30_000);
  const ended = processId();
  await fleet.stop(50);
  expect(isAlive(ended)).toBe(false);
});

test('services do not outlive a replay that is killed', async () => {
  const folder = temporaryFolder();
  const argv = [fixture('fake-service.ts'), join(folder, 'log'), join(folder, 'services.json')];
  const holder = spawn(
    process.execPath,
    ['--conditions=@millrace/source', fixture('fleet-holder.ts'), ...argv],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [output] = await once(holder.stdout, 'data');
  const service = Number(String(output));
  expect(isAlive(service)).toBe(true);
  holder.kill('SIGKILL');
  await expect.poll(() => isAlive(service), { timeout: 5_000 }).toBe(false);
});

test('services that do not become ready are named, with what they said', async () => {
  const { fleet } = startFleet('slow');
  await expect(fleet.ready(never, 1_500)).rejects.toThrow(
    /do not become ready:\s+fake, .*still looking for its backend/s,
  );
});

test('of a service whose heap was full it is said what to do', async () => {
  const { fleet, notes } = startFleet('hungry');
  await fleet.ready(never, 30_000);
  await expect.poll(() => notes, { timeout: 30_000 }).not.toEqual([]);
  expect(notes[0]).toMatch(/^fake ended \(.*heap was full: set MAX_HEAP_MB higher\); starting it again$/);
});
