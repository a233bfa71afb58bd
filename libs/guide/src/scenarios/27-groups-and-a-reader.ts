import type { Scenario } from '../engine/scenario.ts';
import { everyBackend, numbered, parameter, sameList, sameNumber } from './common.ts';

export const groupsAndReader: Scenario = {
  id: '27',
  pictures: ['27', '28'],
  title: 'Two groups and a plain consumer on the same streams',
  text: 'Each group gets every record once, whatever the other group does, and a plain consumer gets them all as well. One consumer may read several streams. A consumer that comes later reads from the beginning.',
  backends: everyBackend,
  cannot: {},
  needs: 'one server',
  parameters: [parameter('messages', 'records of each of two streams', 3, [1, 20])],
  leavesOut: 'Members that share a group’s work; see pictures 23 and 40.',
  play: async (stage) => {
    const messages = stage.parameter('messages');
    const topics = ['email', 'payment'];
    const member = (name: string, group: string): ReturnType<typeof stage.members.start> =>
      stage.members.start(name, { group, topics, mode: 'partitioned', delivery: 'exactly-once' });
    await stage.step('Two streams', `${messages} records in each.`, async () => {
      for (const topic of topics) await stage.records.createTopic(topic, 1);
      for (const topic of topics) await stage.records.publish(topic, numbered(topic, messages));
    });
    await stage.step('Two groups of one consumer', 'Each reads both streams in one loop.', async () => {
      await Promise.all([member('C1', 'crm'), member('C2', 'reports')]);
      await stage.records.untilJournal(messages * 4);
    });
    await stage.step('A plain consumer comes later', 'It reads from the beginning.', async () => {
      for (const topic of topics) await stage.records.readPlainly('C3', topic, messages);
      for (const group of ['crm', 'reports']) await stage.groups.untilCaughtUp(group);
    });
    stage.claim('Everyone got every record of both streams once', async () => {
      const byConsumer = Map.groupBy(await stage.records.journal(), ({ consumer }) => consumer);
      const counts = ['C1', 'C2', 'C3'].map((consumer) => {
        const got = byConsumer.get(consumer) ?? [];
        return `${consumer} ${new Set(got.map(({ label }) => label)).size}/${got.length}`;
      });
      return sameList(
        'different/all',
        counts,
        ['C1', 'C2', 'C3'].map((c) => `${c} ${messages * 2}/${messages * 2}`),
      );
    });
    stage.claim('The backend knows two groups, and both have nothing left to do', async () => {
      const groups = [...(await stage.streams.admin.groups())].sort();
      const lags = await Promise.all(['crm', 'reports'].map((group) => stage.groups.lag(group)));
      return sameList('groups and lags', [...groups, ...lags.map(String)], ['crm', 'reports', '0', '0']);
    });
    stage.claim('Reading took nothing out of the streams', async () => {
      const stored = await Promise.all(topics.map((topic) => stage.records.stored(topic)));
      return sameNumber('records', stored.flat().length, messages * 2);
    });
  },
};
