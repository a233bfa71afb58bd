import type { DriverAdmin } from '@millrace/streams/driver';
import type { Tables } from '../group/tables.ts';
import type { LogEngine } from '../log/log-engine.ts';
import { GroupAdmin } from './groups.ts';
import { PendingAdmin } from './pending.ts';
import { TopicAdmin } from './topics.ts';
import type { Trimmer } from './trim.ts';

export function createAdmin(engine: LogEngine, tables: Tables, trimmer: Trimmer): DriverAdmin {
  const topics = new TopicAdmin(engine);
  const groups = new GroupAdmin(engine, tables);
  const pending = new PendingAdmin(engine, tables);
  const guard = async <T>(act: () => T | Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw engine.translate(error);
    }
  };
  return {
    ensureTopics: (specs) => guard(() => topics.ensure(specs)),
    topics: () => guard(() => topics.names()),
    describe: (topic) => guard(() => topics.describe(topic)),
    groups: () => guard(() => groups.names()),
    describeGroup: (group) => guard(() => groups.describe(group)),
    pending: (group, options) => guard(() => pending.list(group, options)),
    claim: (group, member, options) => guard(() => pending.claim(group, member, options)),
    seek: (group, to, options) => guard(() => groups.seek(group, to, options)),
    trim: (topic, options) => guard(() => trimmer.trim(topic, options)),
    deleteGroup: (group) => guard(() => groups.delete(group)),
    deleteTopic: (topic) => guard(() => topics.delete(topic)),
  };
}
