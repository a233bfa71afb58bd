import { deadLettersOf } from './dead-letters.ts';
import type { Driver } from './driver.ts';
import { redrive } from './redrive.ts';
import type { Streams } from './streams.ts';
import type { Admin } from './streams-admin.ts';

export function createAdmin(driver: Driver, streams: () => Streams): Admin {
  const { admin } = driver;
  return {
    ensureTopics: (topics) => admin.ensureTopics(topics),
    topics: () => admin.topics(),
    describe: (topic) => admin.describe(topic),
    groups: () => admin.groups(),
    describeGroup: (group) => admin.describeGroup(group),
    pending: (group, options) => admin.pending(group, options),
    claim: (group, member, options) => admin.claim(group, member, options),
    seek: (group, to, options) => admin.seek(group, to, options),
    trim: (topic, options) => admin.trim(topic, options),
    deleteGroup: (group) => admin.deleteGroup(group),
    deleteTopic: (topic) => admin.deleteTopic(topic),
    deadLetters: (group, options) => deadLettersOf(driver, group, options ?? {}),
    redrive: (group, options) => redrive(streams(), driver, group, options ?? {}),
    lag: async (group) => {
      const { partitions } = await admin.describeGroup(group);
      return partitions.reduce<number | undefined>(
        (sum, { lag }) => (sum === undefined || lag === undefined ? undefined : sum + lag),
        0,
      );
    },
  };
}
