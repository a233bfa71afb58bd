import { type DriverAdmin, type Notices, retentionChanged } from '@millrace/streams/driver';
import type { Connection } from './connection.ts';
import { encodeStart, positionOf } from './wire.ts';

/** Each method is one call of the server. */
export function createAdmin(connection: Connection, notices: Notices): DriverAdmin {
  return {
    ensureTopics: async (topics) => {
      for (const { topic, before, after } of await connection.call('ensureTopics', { topics }))
        notices.notify(retentionChanged(topic, before, after));
    },
    topics: () => connection.call('topics', {}),
    describe: (topic) => connection.call('describe', { topic }),
    groups: () => connection.call('groups', {}),
    describeGroup: (group) => connection.call('describeGroup', { group }),
    pending: (group, options) => connection.call('pending', { group, ...options }),
    claim: (group, member, { positions, minIdleMs }) =>
      connection.call('claim', { group, member, positions: positions.map(positionOf), minIdleMs }),
    seek: async (group, to, where) =>
      void (await connection.call('seek', { group, to: encodeStart(to), ...where })),
    trim: (topic, { before, ...options }) => {
      const target = before instanceof Date ? before.getTime() : before;
      return connection.call('trim', {
        topic,
        options: { ...options, ...(target !== undefined && { before: target }) },
      });
    },
    deleteGroup: async (group) => void (await connection.call('deleteGroup', { group })),
    deleteTopic: async (topic) => void (await connection.call('deleteTopic', { topic })),
  };
}
