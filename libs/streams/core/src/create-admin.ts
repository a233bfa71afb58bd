import type { TopicSpec } from './admin.ts';
import { deadLettersOf } from './dead-letters.ts';
import type { Driver } from './driver.ts';
import { redrive } from './redrive.ts';
import type { Streams } from './streams.ts';
import type { Admin, TopicOrName, TopicToEnsure } from './streams-admin.ts';

export function createAdmin(driver: Driver, streams: () => Streams): Admin {
  const { admin } = driver;
  return {
    ensureTopics: (topics) => admin.ensureTopics(topics.map(specOf)),
    topics: () => admin.topics(),
    describe: (topic) => admin.describe(nameOf(topic)),
    groups: () => admin.groups(),
    describeGroup: (group) => admin.describeGroup(group),
    pending: (group, options) => admin.pending(group, options),
    claim: (group, member, options) => admin.claim(group, member, options),
    seek: (group, to, options) => admin.seek(group, to, options),
    trim: (topic, options) => admin.trim(nameOf(topic), options),
    deleteGroup: (group) => admin.deleteGroup(group),
    deleteTopic: (topic) => admin.deleteTopic(nameOf(topic)),
    deadLetters: (group, options) => deadLettersOf(driver, group, options ?? {}),
    redrive: (group, options) => redrive(streams(), driver, group, options ?? {}),
    unsafeSettings: () => {
      const found: string[] = [];
      // A driver tells each listener of them as it begins to listen.
      const stop = driver.onNotice(({ kind, message }) => {
        if (kind === 'unsafe-settings') found.push(message);
      });
      stop();
      return found;
    },
    lag: async (group) => {
      const { partitions } = await admin.describeGroup(group);
      return partitions.reduce<number | undefined>(
        (sum, { lag }) => (sum === undefined || lag === undefined ? undefined : sum + lag),
        0,
      );
    },
  };
}

function nameOf(topic: TopicOrName): string {
  return typeof topic === 'string' ? topic : topic.name;
}

function specOf(wanted: TopicToEnsure): TopicSpec {
  if (!('topic' in wanted)) return wanted;
  const { topic, ...spec } = wanted;
  return { ...spec, name: topic.name };
}
