import type { DriverAdmin, GroupDescription, TopicDescription, TrimOptions } from '../admin.ts';
import type { Names } from './names.ts';

/** Shows and touches only what belongs to the namespace. */
export function namespacedAdmin(inner: DriverAdmin, names: Names): DriverAdmin {
  return {
    ensureTopics: (topics) =>
      inner.ensureTopics(
        topics.map(({ replicatedLike, ...topic }) => ({
          ...topic,
          name: names.add(topic.name),
          ...(replicatedLike ? { replicatedLike: replicatedLike.map((name) => names.add(name)) } : {}),
        })),
      ),
    topics: async () => names.own(await inner.topics()),
    describe: async (topic) => describedTopic(await inner.describe(names.add(topic)), names),
    groups: async () => names.own(await inner.groups()),
    describeGroup: async (group) => describedGroup(await inner.describeGroup(names.add(group)), names),
    pending: async (group, options) => {
      const topic = options.topic === undefined ? {} : { topic: names.add(options.topic) };
      const entries = await inner.pending(names.add(group), { ...options, ...topic });
      return entries.map((entry) => ({ ...entry, position: names.stripTopic(entry.position) }));
    },
    claim: async (group, member, options) => {
      const positions = options.positions.map((position) => names.addTo(position));
      const moved = await inner.claim(names.add(group), member, { ...options, positions });
      return moved.map((position) => names.stripTopic(position));
    },
    seek: (group, to, options) => {
      const topic = options.topic === undefined ? {} : { topic: names.add(options.topic) };
      return inner.seek(names.add(group), names.start(to), { ...options, ...topic });
    },
    trim: (topic, options) => inner.trim(names.add(topic), trimOptions(options, names)),
    deleteGroup: (group) => inner.deleteGroup(names.add(group)),
    deleteTopic: (topic) => inner.deleteTopic(names.add(topic)),
  };
}

function describedTopic(topic: TopicDescription, names: Names): TopicDescription {
  return { ...topic, name: names.strip(topic.name) };
}

function describedGroup(group: GroupDescription, names: Names): GroupDescription {
  return {
    ...group,
    group: names.strip(group.group),
    partitions: group.partitions.map((partition) => names.stripTopic(partition)),
  };
}

function trimOptions(options: TrimOptions, names: Names): TrimOptions {
  const { before } = options;
  return before === undefined || before instanceof Date
    ? options
    : { ...options, before: names.addTo(before) };
}
