import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { openStreams, type Streams, topic } from '@millrace/streams';
import type { Work } from './exercise.ts';
import './own-packages.ts';
import { createWorld, type Mishap, type Moment, moments } from './world.ts';

const memberFile = new URL('./member.ts', import.meta.url).pathname;

/** Where one attempt is judged: streams of its own, the reader's work, and processes that run it. */
export class Lab implements AsyncDisposable {
  readonly streams: Streams;
  readonly work: Work;
  readonly place: { readonly url: string; readonly namespace: string };
  readonly #file: string;
  readonly #children: ChildProcess[] = [];

  private constructor(streams: Streams, work: Work, place: { url: string; namespace: string; file: string }) {
    this.streams = streams;
    this.work = work;
    this.place = { url: place.url, namespace: place.namespace };
    this.#file = place.file;
  }

  /** What the reader's file exports; throws what it throws. */
  static async load(file: string): Promise<Work> {
    const work = (await import(pathToFileURL(file).href)) as Partial<Work>;
    if (typeof work.start === 'function') return work as Work;
    throw new TypeError('it has to export the function start');
  }

  static async open(url: string, file: string, work: Work): Promise<Lab> {
    const namespace = `learn-${randomUUID().slice(0, 8)}`;
    const streams = await openStreams(url, { namespace });
    await streams.admin.ensureTopics([{ name: moments.name, partitions: 1 }]);
    return new Lab(streams, work, { url, namespace, file });
  }

  /** Stores JSON values; those of one key keep their order. */
  async publish<Value extends object>(
    name: string,
    values: readonly Value[],
    key: keyof Value,
    id?: keyof Value,
  ): Promise<void> {
    const of = topic<Value>(name, {
      key: (value) => String(value[key]),
      ...(id === undefined ? {} : { id: (value: Value) => String(value[id]) }),
    });
    await this.streams.publish(of, [...values] as NoInfer<Value>[]);
  }

  async values<Value>(name: string): Promise<Value[]> {
    const found: Value[] = [];
    for await (const { value } of this.streams.read(topic<Value>(name), { to: 'now' })) found.push(value);
    return found;
  }

  /** What acts of this name were about, in the order in which they were done. */
  async acts(name: string): Promise<string[]> {
    return (await this.values<Moment>(moments.name))
      .filter((moment) => moment.name === name)
      .map(({ about }) => about);
  }

  /** Runs the work in this process until nothing is left to do, then stops it. */
  async runToEnd(options: { readonly now?: () => number } = {}): Promise<void> {
    await using running = await this.work.start(this.streams, createWorld(this.streams, options));
    await Promise.race([running.caughtUp(), running.finished]);
    await running.stop();
  }

  /** Starts the work in a process of its own, which a mishap may befall. */
  startMember(mishap?: Mishap): Member {
    const child = spawn(
      process.execPath,
      [
        '--conditions=@millrace/source',
        '--disable-warning=ExperimentalWarning',
        memberFile,
        this.#file,
        this.place.url,
        this.place.namespace,
        JSON.stringify(mishap ?? null),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    this.#children.push(child);
    const ended = once(child, 'exit').then(() => undefined);
    const caughtUp = once(child.stdout, 'data').then(
      () => undefined,
      () => undefined,
    );
    return { child, ended, settled: Promise.race([ended, caughtUp]) };
  }

  /** Runs the work until the mishap kills it, or it is done without: then it is killed all the same. */
  async runAndCrash(mishap: Mishap): Promise<void> {
    const { child, ended, settled } = this.startMember(mishap);
    await settled;
    child.kill('SIGKILL');
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    const { admin } = this.streams;
    for (const group of await admin.groups()) await admin.deleteGroup(group).catch(() => undefined);
    for (const name of await admin.topics()) await admin.deleteTopic(name).catch(() => undefined);
    await this.streams[Symbol.asyncDispose]();
  }
}

export interface Member {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  /** Resolves when it has caught up or has ended. */
  readonly settled: Promise<void>;
}
