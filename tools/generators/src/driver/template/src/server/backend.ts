import type { Calls, Fetched } from '../protocol.ts';
import { Changes } from './changes.ts';
import { Groups } from './groups.ts';
import { Log } from './log.ts';

type Handlers = {
  readonly [Name in keyof Calls]: (
    parameters: Calls[Name]['parameters'],
    client: Client,
  ) => Calls[Name]['result'] | Promise<Calls[Name]['result']>;
};

/** The client that calls. */
export interface Client {
  /** Aborts when the client cancels the call or is gone. */
  readonly signal: AbortSignal;
  /** What to do for each member of the client when its connection breaks, by the names of group and member. */
  readonly members: Map<string, () => void>;
}

const nothing: Fetched = { deliveries: [], losses: [] };

/** The whole backend: what it answers to each call. */
export function createBackend(): Handlers {
  const changes = new Changes();
  const groups = new Groups(changes);
  const log = new Log((partition) => groups.oldestNeeded(partition));
  const changed = (): null => {
    changes.announce();
    return null;
  };

  return {
    partitions: ({ topic }) => log.partitions(topic).length,
    append: ({ records, once }) => {
      const offsets = log.append(records, once);
      changes.announce();
      return offsets;
    },
    locateStart: ({ topic, partition, start }) => log.partition(topic, partition).startOf(start),
    locateEnd: ({ topic, partition, end }) => log.partition(topic, partition).endOf(end),
    read: async ({ topic, partition, offset, max }, { signal }) => {
      const found = await changes.until(signal, () => {
        const records = log.partition(topic, partition).read(offset, max);
        return records.length > 0 ? records : undefined;
      });
      return found ?? [];
    },

    join: ({ group: name, member, options }, { members }) => {
      const group = groups.open(name, options.mode, log);
      group.enter(member, options);
      groups.keep(group);
      members.set(`${name} ${member}`, () => group.remove(member, 'died'));
      return null;
    },
    heartbeat: ({ group, member }) => groups.get(group).heartbeat(member),
    leave: ({ group, member }) => {
      groups.get(group).leave(member);
      return null;
    },
    quit: ({ group, member }, { members }) => {
      members.delete(`${group} ${member}`);
      groups.get(group).remove(member, 'returned');
      return null;
    },
    assignment: async ({ group, member, version }, { signal }) => {
      const found = await changes.until(signal, () => {
        const assignment = groups.get(group).assignmentOf(member);
        return assignment.version > version || !assignment.known ? assignment : undefined;
      });
      return found ?? { known: true, version, leases: [] };
    },

    fetch: async ({ group, partition, epoch, max }, { signal }) =>
      (await changes.until(signal, () => groups.partitioned(group).fetch(partition, epoch, max))) ?? nothing,
    commit: ({ group, partition, epoch, commit }) => {
      groups.partitioned(group).commit(partition, epoch, commit);
      return null;
    },
    seekLease: ({ group, partition, epoch, positions }) => {
      groups.partitioned(group).seekLease(partition, epoch, positions);
      return null;
    },
    load: ({ group, partition, epoch, store, keys }) =>
      groups.partitioned(group).load(partition, epoch, store, keys),
    knownDedupeIds: ({ group, partition, epoch, ids }) =>
      groups.partitioned(group).knownDedupeIds(partition, epoch, ids),
    release: ({ group, partition, epoch }) => {
      groups.partitioned(group).release(partition, epoch);
      return null;
    },

    take: async ({ group, member, max }, { signal }) =>
      (await changes.until(signal, () => groups.competing(group).take(member, max))) ?? nothing,
    commitTaken: ({ group, member, steps }) => groups.competing(group).commit(member, steps),
    giveBack: ({ group, member, records }) => {
      groups.competing(group).giveBack(member, records);
      return null;
    },

    ensureTopics: ({ topics }) => {
      const retentions = log.ensure(topics);
      changed();
      return retentions;
    },
    topics: () => log.names,
    describe: ({ topic }) => log.describe(topic),
    trim: ({ topic, options }) => {
      const removed = log.trim(topic, options);
      changes.announce();
      return removed;
    },
    deleteTopic: ({ topic }) => {
      log.delete(topic);
      groups.forgetTopic(topic);
      return changed();
    },
    groups: () => groups.names,
    describeGroup: ({ group }) => groups.get(group).describe(),
    pending: ({ group, limit, topic }) => groups.get(group).pending(limit, topic),
    claim: ({ group, member, positions, minIdleMs }) =>
      groups.competing(group).handOver(member, positions, minIdleMs),
    seek: ({ group, to, ...where }) => {
      groups.get(group).seek(to, where);
      return changed();
    },
    deleteGroup: ({ group }) => {
      groups.delete(group);
      return null;
    },
  };
}
