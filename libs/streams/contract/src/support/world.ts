import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createStreams,
  type Driver,
  type Running,
  type RunOptions,
  type Streams,
  type Topic,
} from '@millrace/streams';
import type { Harness, Opener } from '../harness.ts';
import { type Item, itemTopic } from '../member/items.ts';
import type { Script } from '../member/script.ts';
import { createGate, type Gate } from './gate.ts';
import { type MemberProcess, startMember } from './member-process.ts';
import { pauseBetweenWrites } from './pause.ts';
import { within } from './wait-for.ts';

/** What one test works with: names and topics of its own, clients, members and children, all gone when it ends. */
export interface World extends AsyncDisposable {
  readonly driver: Driver;
  /** The library over a client of its own. */
  readonly streams: Streams;
  /** A name that no other test of any run uses. */
  name(kind: string): string;
  /** A path in a folder that only this test has. */
  file(name: string): string;
  /** A new topic of items. */
  topic(partitions: number): Promise<Topic<Item>>;
  /** Another client of the same backend. */
  open(): Promise<Driver>;
  /** The library over another client. */
  connect(): Promise<Streams>;
  /** A group member in this process, on a client of its own. */
  run(options: RunOptions): Promise<Running>;
  /** A child process; `Script` without the opener, which the harness knows. */
  start<Of extends Script>(script: WithoutOpener<Of>): MemberProcess;
  /**
   * Stops a child at a moment when it holds up nobody: one that is stopped in the middle of a write to a shared file would
   * stop the whole backend with it, which is no question to a driver.
   */
  pause(child: MemberProcess): Promise<void>;
  /** A gate that opens at the latest when the test ends, so that no handler waits for ever. */
  gate(): Gate;
}

type WithoutOpener<Of extends Script> = Of extends Script ? Omit<Of, 'opener'> : never;

export async function openWorld(harness: Harness): Promise<World> {
  const opened: AsyncDisposable[] = [];
  const running: Running[] = [];
  const children: MemberProcess[] = [];
  const gates: Gate[] = [];
  const unique = randomUUID().slice(0, 8);
  const folder = mkdtempSync(join(tmpdir(), 'streams-contract-'));
  let names = 0;

  const open = async (): Promise<Driver> => {
    const driver = await harness.open();
    opened.push(driver);
    return driver;
  };
  const connect = async (): Promise<Streams> => {
    const streams = createStreams(await harness.open());
    opened.push(streams);
    return streams;
  };
  const name = (kind: string): string => `${kind}-${unique}-${names++}`;
  const driver = await open();

  return {
    driver,
    streams: await connect(),
    name,
    file: (base) => join(folder, base),
    topic: async (partitions) => {
      const created = itemTopic(name('t'));
      await driver.admin.ensureTopics([{ name: created.name, partitions }]);
      return created;
    },
    open,
    connect,
    run: async (options) => keep(running, await (await connect()).run(options)),
    start: (script) => keep(children, startMember(withOpener(script, harness.opener()))),
    pause: (child) => pauseBetweenWrites(driver, name('probe'), child),
    gate: () => keep(gates, createGate()),
    [Symbol.asyncDispose]: async () => {
      for (const gate of gates) gate.open();
      await closeAll(
        'children',
        children.map((child) => child[Symbol.asyncDispose]()),
      );
      await closeAll(
        'members',
        running.map((member) => member.stop()),
      );
      await closeAll('topics', [forget(driver, unique)]);
      await closeAll(
        'clients',
        opened.toReversed().map((client) => client[Symbol.asyncDispose]()),
      );
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** So that the backend does not grow with the tests: a broker with thousands of partitions takes long to start again. */
async function forget(driver: Driver, mark: string): Promise<void> {
  const topics = (await driver.admin.topics()).filter((topic) => topic.includes(mark));
  await Promise.allSettled(topics.map((topic) => driver.admin.deleteTopic(topic)));
}

/** The test has its verdict by now; what a broken member says when it is closed would only hide it. */
async function closeAll(what: string, ends: readonly PromiseLike<unknown>[]): Promise<void> {
  await within(`${what} are closed`, Promise.allSettled(ends));
}

function withOpener(script: WithoutOpener<Script>, opener: Opener): Script {
  return { ...script, opener };
}

function keep<Value>(list: Value[], value: Value): Value {
  list.push(value);
  return value;
}
