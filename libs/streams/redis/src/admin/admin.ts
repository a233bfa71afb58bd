import type { DriverAdmin } from '@millrace/streams/driver';
import type { DriverContext } from '../context.ts';
import { translate } from '../errors.ts';
import { claimEntries } from './claim.ts';
import { describeGroup } from './describe-group.ts';
import { deleteGroup, pendingEntries, seekGroup } from './groups.ts';
import { deleteTopic, describeTopic, trimTopic } from './topics.ts';

export function createAdmin(context: DriverContext, assertOpen: () => void): DriverAdmin {
  const attempt = async <Result>(doing: string, work: () => Promise<Result>): Promise<Result> => {
    assertOpen();
    try {
      return await work();
    } catch (error) {
      throw translate(error, doing);
    }
  };
  return {
    ensureTopics: (topics) =>
      attempt('topics could not be created', async () => {
        await Promise.all(topics.map((topic) => context.topics.ensure(topic)));
      }),
    topics: () =>
      attempt('topics could not be listed', async () => [
        ...(await context.topics.names()),
        ...(await context.foreign.found()).topics,
      ]),
    describe: (topic) =>
      attempt(`the topic ${topic} could not be described`, () => describeTopic(context, topic)),
    groups: () =>
      attempt('groups could not be listed', async () => [
        ...new Set([...(await context.groups.names()), ...(await context.foreign.found()).groups.keys()]),
      ]),
    describeGroup: (group) =>
      attempt(`the group ${group} could not be described`, () => describeGroup(context, group)),
    pending: (group, options) =>
      attempt(`what is pending to ${group} could not be listed`, () =>
        pendingEntries(context, group, options),
      ),
    claim: (group, member, options) =>
      attempt(`entries of ${group} could not be claimed`, () =>
        claimEntries(context, group, member, options),
      ),
    seek: (group, to, options) =>
      attempt(`the group ${group} could not be moved`, () => seekGroup(context, group, to, options)),
    trim: (topic, options) =>
      attempt(`the topic ${topic} could not be trimmed`, () => trimTopic(context, topic, options)),
    deleteGroup: (group) =>
      attempt(`the group ${group} could not be deleted`, () => deleteGroup(context, group)),
    deleteTopic: (topic) =>
      attempt(`the topic ${topic} could not be deleted`, () => deleteTopic(context, topic)),
  };
}
