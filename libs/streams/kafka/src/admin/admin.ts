import { StreamsError } from '@millrace/streams';
import type { DriverAdmin } from '@millrace/streams/driver';
import { claimLack, pendingLack } from '../capabilities.ts';
import { ensureTopics } from '../catalog/ensure-topics.ts';
import { translate } from '../client/errors.ts';
import type { Context } from '../context.ts';
import { describeGroup } from './describe-group.ts';
import { describeTopic } from './describe-topic.ts';
import { deleteGroup, groupNames, memberCount, seekGroup } from './groups.ts';
import { RecordCounts } from './record-counts.ts';
import { deleteTopic, topicNames } from './topics.ts';
import { trimTopic } from './trim.ts';

export function createAdmin(context: Context, assertOpen: () => void): DriverAdmin {
  const attempt = async <Result>(doing: string, work: () => Promise<Result>): Promise<Result> => {
    assertOpen();
    try {
      return await work();
    } catch (error) {
      throw translate(error, doing);
    }
  };
  const counts = new RecordCounts();
  return {
    ensureTopics: (topics) => attempt('topics could not be created', () => ensureTopics(context, topics)),
    deleteTopic: (topic) =>
      attempt(`the topic ${topic} could not be deleted`, () => deleteTopic(context, topic)),
    topics: () => attempt('topics could not be listed', () => topicNames(context)),
    describe: (topic) =>
      attempt(`the topic ${topic} could not be described`, () => describeTopic(context, counts, topic)),
    trim: (topic, options) =>
      attempt(`the topic ${topic} could not be trimmed`, () => trimTopic(context, topic, options)),
    describeGroup: (group) =>
      attempt(`the group ${group} could not be described`, () => describeGroup(context, group)),
    groups: () => attempt('groups could not be listed', () => groupNames(context)),
    deleteGroup: (group) =>
      attempt(`the group ${group} could not be deleted`, () => deleteGroup(context, group)),
    seek: (group, to, options) =>
      attempt(`the group ${group} could not be moved`, () => seekGroup(context, group, to, options)),
    pending: (group) =>
      attempt(`what is pending to ${group} could not be listed`, async () => {
        await memberCount(context, group);
        throw new StreamsError('UNSUPPORTED', `Kafka: ${pendingLack}`);
      }),
    claim: (group) =>
      attempt(`entries of ${group} could not be claimed`, async () => {
        await memberCount(context, group);
        throw new StreamsError('UNSUPPORTED', `Kafka: ${claimLack}`);
      }),
  };
}
