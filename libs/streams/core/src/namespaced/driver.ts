import type { AppendOptions, Driver, GroupOptions, Notice, ReadOptions } from '../driver.ts';
import type { End } from '../position.ts';
import { namespacedAdmin } from './admin.ts';
import { namespacedCompeting } from './competing.ts';
import { namespacedMembership } from './lease.ts';
import { Names } from './names.ts';

/** A driver whose topics, groups and producers all bear a prefix that its user never sees. */
export function namespaced(inner: Driver, namespace: string): Driver {
  const names = new Names(namespace);
  const groupOptions = <Options extends GroupOptions>(options: Options): Options => ({
    ...options,
    topics: options.topics.map((topic) => names.add(topic)),
    start: names.start(options.start),
  });
  return {
    name: inner.name,
    capabilities: inner.capabilities,
    admin: namespacedAdmin(inner.admin, names),
    partitions: (topic) => inner.partitions(names.add(topic)),
    async append(records, options) {
      const positions = await inner.append(
        records.map((record) => names.outgoing(record)),
        appendOptions(options, names),
      );
      return positions.map((position) => names.stripTopic(position));
    },
    async *read(topic, partition, from, options) {
      const chunks = inner.read(names.add(topic), partition, names.start(from), readOptions(options, names));
      for await (const records of chunks) {
        for (const record of records) names.stripTopicOf(record);
        yield records;
      }
    },
    join: async (group, options) =>
      namespacedMembership(await inner.join(names.add(group), groupOptions(options)), names),
    compete: async (group, options) =>
      namespacedCompeting(await inner.compete(names.add(group), groupOptions(options)), names),
    compareOffsets: (a, b) => inner.compareOffsets(a, b),
    onNotice: (listener) => inner.onNotice((notice) => listener(withOwnNames(notice, names))),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

/** Its user knows groups and topics by their own names, in the text too. */
function withOwnNames(notice: Notice, names: Names): Notice {
  const known = (['group', 'topic'] as const).flatMap((kind) => {
    const name = notice.details[kind];
    return typeof name === 'string' ? [{ kind, name, own: names.strip(name) }] : [];
  });
  return {
    ...notice,
    message: known.reduce((text, { name, own }) => text.replaceAll(name, own), notice.message),
    details: { ...notice.details, ...Object.fromEntries(known.map(({ kind, own }) => [kind, own])) },
  };
}

function appendOptions(options: AppendOptions, names: Names): AppendOptions {
  if (!options.once) return options;
  return { ...options, once: { ...options.once, producer: names.add(options.once.producer) } };
}

function readOptions(options: ReadOptions, names: Names): ReadOptions {
  const to: End | undefined = options.to;
  if (typeof to !== 'object' || !('through' in to)) return options;
  return { ...options, to: { through: names.addTo(to.through) } };
}
