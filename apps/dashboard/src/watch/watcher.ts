import {
  type GroupDescription,
  isStreamsError,
  type Streams,
  type TopicDescription,
} from '@millrace/streams';
import type { GroupFigures, GroupState, TopicFigures } from '../api/snapshot.ts';
import { OldestAge } from './oldest-age.ts';
import { Rates } from './rates.ts';
import { sumOf } from './sum.ts';

export interface Watched {
  readonly topics: readonly TopicFigures[];
  readonly groups: readonly GroupFigures[];
}

/** Lag that a group at work always has for a moment. */
const smallLag = 50;
const atOnce = 8;

/** Asks the backend for topics and groups and makes figures of what it says, whoever wrote them. */
export class Watcher {
  readonly #streams: Streams;
  readonly #age: OldestAge;
  readonly #stored = new Rates(5_000);
  readonly #lags = new Rates(10_000);

  constructor(streams: Streams) {
    this.#streams = streams;
    this.#age = new OldestAge(streams);
  }

  async look(): Promise<Watched> {
    const { admin } = this.#streams;
    this.#age.beginRound();
    const [topicNames, groupNames] = await Promise.all([admin.topics(), admin.groups()]);
    const topics = await eachOf(topicNames.toSorted(), (name) => admin.describe(name));
    const groups = await eachOf(groupNames.toSorted(), (name) => admin.describeGroup(name));
    const now = Date.now();
    this.#stored.keep(new Set(topicNames));
    this.#lags.keep(new Set(groupNames));
    return {
      topics: topics.map((description) => this.#topicFigures(description, now)),
      groups: await Promise.all(groups.map((description) => this.#groupFigures(description, now))),
    };
  }

  /** Of each partition of a group; unknown where it could not be read. */
  async #ages({ group, partitions }: GroupDescription, now: number): Promise<(number | undefined)[]> {
    return Promise.all(
      partitions.map((partition) => this.#age.of(group, partition, now).catch(() => undefined)),
    );
  }

  #topicFigures({ name, partitions }: TopicDescription, now: number): TopicFigures {
    const records = partitions.reduce((sum, partition) => sum + partition.records, 0);
    const rate = this.#stored.add(name, records, now);
    return {
      name,
      partitions: partitions.length,
      records,
      perSecond: rate === null ? null : Math.max(round(rate), 0),
    };
  }

  async #groupFigures(description: GroupDescription, now: number): Promise<GroupFigures> {
    const { group, mode, members, partitions } = description;
    const lag = sumOf(partitions.map((partition) => partition.lag));
    const ages = await this.#ages(description, now);
    const known = ages.filter((age) => age !== undefined);
    const atLeast = Math.max(0, ...known);
    // The oldest may be in a partition whose age is not known.
    const ageMs = known.length < ages.length ? null : atLeast;
    const trend = lag === null ? null : this.#lags.add(group, lag, now);
    return {
      name: group,
      mode,
      topics: [...new Set(partitions.map(({ topic }) => topic))],
      members: members.length,
      lag,
      pending: sumOf(partitions.map(({ pending }) => pending)),
      ageMs,
      trend: trend === null ? null : round(trend),
      caughtUpInS: lag !== null && trend !== null && trend < -0.5 ? Math.ceil(lag / -trend) : null,
      state: stateOf(members.length, lag, { trend, ageMs: atLeast }),
    };
  }
}

function stateOf(
  members: number,
  lag: number | null,
  { trend, ageMs }: { readonly trend: number | null; readonly ageMs: number },
): GroupState {
  if (members === 0) return lag === 0 ? 'empty' : 'stalled';
  if (lag === 0) return 'idle';
  if (lag === null || lag <= smallLag) return ageMs > 15_000 ? 'stalled' : 'working';
  return (trend ?? 0) >= 0 && ageMs > 15_000 ? 'stalled' : 'behind';
}

/** What is deleted meanwhile is left out. */
async function eachOf<Found>(
  names: readonly string[],
  look: (name: string) => Promise<Found>,
): Promise<Found[]> {
  const found: Found[] = [];
  for (let next = 0; next < names.length; next += atOnce) {
    const some = await Promise.all(
      names.slice(next, next + atOnce).map(async (name) => {
        try {
          return await look(name);
        } catch (error) {
          if (isStreamsError(error, 'UNKNOWN_TOPIC') || isStreamsError(error, 'UNKNOWN_GROUP'))
            return undefined;
          throw error;
        }
      }),
    );
    found.push(...some.filter((one) => one !== undefined));
  }
  return found;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
