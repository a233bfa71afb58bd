import type { GroupDescription } from '@millrace/streams';
import { type Finding, fault, note } from './finding.ts';
import type { KafkaFacts } from './kafka-facts.ts';

type Settings = Readonly<Record<string, string>>;
type ShareGroup = Pick<GroupDescription, 'group' | 'settings'>;

const ownLetters = 'errors.deadletterqueue.topic.name';
const deliveries = 'share.delivery.count.limit';
const lock = 'share.record.lock.duration.ms';
const isolation = 'share.isolation.level';
const start = 'share.auto.offset.reset';
/** What a broker has unless it was told otherwise. */
const usual: Settings = {
  'group.share.delivery.count.limit': '5',
  'group.share.max.delivery.count.limit': '10',
  'group.share.min.record.lock.duration.ms': '15000',
  'group.share.max.record.lock.duration.ms': '60000',
};

/** Share groups of Kafka whose settings are not those that members of this library count on, and set when they join. */
export function checkShareGroups(
  groups: readonly ShareGroup[],
  { broker }: Pick<KafkaFacts, 'broker'>,
): Finding[] {
  return groups.flatMap(({ group, settings }) => {
    if (settings === undefined) return [];
    const isOurs = Object.keys(settings).some((name) => name.startsWith('share.'));
    return [
      ...checkLetters(group, settings),
      ...(isOurs ? checkOurs(group, settings, { ...usual, ...broker }) : [othersNote(group)]),
    ];
  });
}

/** Beside the dead letters of the group's members. */
function checkLetters(group: string, settings: Settings): Finding[] {
  const topic = settings[ownLetters];
  if (topic === undefined || topic === '') return [];
  return [
    fault(
      'dead letters',
      `the broker moves what the share group ${group} does not acknowledge to ${topic} by itself: streams dead-letters neither lists nor redrives what lies there`,
      `${configsOf(group)} --delete-config ${ownLetters}`,
    ),
  ];
}

function checkOurs(group: string, settings: Settings, broker: Settings): Finding[] {
  const set = (name: string, value: string): string =>
    `${configsOf(group)} --add-config ${name}=${value}; a member that joins sets it too`;
  const limit = settings[deliveries] ?? broker['group.share.delivery.count.limit'] ?? '';
  const most = broker['group.share.max.delivery.count.limit'] ?? '';
  const locked = settings[lock];
  const least = broker['group.share.min.record.lock.duration.ms'] ?? '';
  const longest = broker['group.share.max.record.lock.duration.ms'] ?? '';
  return [
    ...(Number(limit) < Number(most)
      ? [
          fault(
            'delivery limit',
            `the broker never delivers a record of the share group ${group} again after ${limit} deliveries, and its members count on ${most}: what ends its process so often is lost before it is a dead letter`,
            set(deliveries, most),
          ),
        ]
      : []),
    ...(locked !== undefined && (Number(locked) < Number(least) || Number(locked) > Number(longest))
      ? [
          fault(
            'record lock',
            `${lock} of the share group ${group} is ${locked}, which is not within the broker's bounds (${least} to ${longest}): its members do not know when they lose what they hold`,
            set(lock, Number(locked) < Number(least) ? least : longest),
          ),
        ]
      : []),
    ...(settings[isolation] === 'read_committed'
      ? []
      : [
          fault(
            'isolation',
            `${isolation} of the share group ${group} is not read_committed: it is given records of open and of aborted transactions`,
            set(isolation, 'read_committed'),
          ),
        ]),
    ...(settings[start] === 'earliest'
      ? []
      : [
          fault(
            'start',
            `${start} of the share group ${group} is ${settings[start] ?? 'latest, unless set'}: of partitions that a topic gets later it misses what is stored before it reads them`,
            set(start, 'earliest'),
          ),
        ]),
  ];
}

function othersNote(group: string): Finding {
  return note(
    'isolation',
    `the share group ${group} is another program's: unless told otherwise, it is given records of open and of aborted transactions`,
    `${configsOf(group)} --add-config ${isolation}=read_committed, if that is not wanted`,
  );
}

function configsOf(group: string): string {
  return `kafka-configs.sh --alter --entity-type groups --entity-name ${group}`;
}
