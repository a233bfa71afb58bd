import type { GroupDescription } from '@millrace/streams';
import { type Finding, fault } from './finding.ts';

const ownLetters = 'errors.deadletterqueue.topic.name';

/** Share groups of Kafka whose broker gives up on records by itself, beside the dead letters of the group's members. */
export function checkShareGroups(groups: readonly Pick<GroupDescription, 'group' | 'settings'>[]): Finding[] {
  return groups.flatMap(({ group, settings }) => {
    const topic = settings?.[ownLetters];
    if (topic === undefined || topic === '') return [];
    return [
      fault(
        'dead letters',
        `the broker moves what the share group ${group} does not acknowledge to ${topic} by itself: streams dead-letters neither lists nor redrives what lies there`,
        `kafka-configs.sh --alter --entity-type groups --entity-name ${group} --delete-config ${ownLetters}`,
      ),
    ];
  });
}
