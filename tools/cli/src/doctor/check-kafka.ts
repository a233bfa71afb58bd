import { type Finding, fault, note, ok } from './finding.ts';
import type { KafkaFacts, TopicFacts } from './kafka-facts.ts';

/** What the settings of a cluster do to its topics. */
export function checkKafka(facts: KafkaFacts): Finding[] {
  const alone = facts.brokers.length === 1;
  return [
    alone
      ? note(
          'replicas',
          'there is one broker: a lost disk is lost data',
          'run three brokers in production, or accept it',
        )
      : ok('replicas', `${facts.brokers.length} brokers`),
    ...checkUnclean(facts),
    ...checkWritable(facts),
    ...(alone ? [] : checkCopies(facts)),
  ];
}

function checkUnclean({ broker, topics }: KafkaFacts): Finding[] {
  const setting = 'unclean.leader.election.enable';
  const bad = [
    ...(broker[setting] === 'true' ? ['the brokers'] : []),
    ...topics.filter(({ settings }) => settings[setting] === 'true').map(({ name }) => name),
  ];
  if (bad.length === 0) return [ok('leaders', `${setting} is false`)];
  return [
    fault(
      'leaders',
      `${setting} is true for ${list(bad)}: a copy that lacks acknowledged records may become the leader`,
      `set ${setting}=false`,
    ),
  ];
}

/** With fewer copies in sync than a write has to reach, nothing that wants all of them can be stored. */
function checkWritable({ topics }: KafkaFacts): Finding[] {
  const wanted = ({ settings }: TopicFacts): number => Number(settings['min.insync.replicas'] ?? 1);
  return topics
    .filter((topic) => topic.inSync < wanted(topic))
    .map((topic) =>
      fault(
        'writable',
        `${topic.name} has ${topic.inSync} of ${topic.replicas} copies in sync and min.insync.replicas ${wanted(topic)}: nothing can be stored in it with acks all`,
        topic.replicas < wanted(topic)
          ? `set min.insync.replicas=${Math.max(1, topic.replicas - 1)}, or give the topic more copies`
          : 'start the broker that is missing, or look into its log',
      ),
    );
}

function checkCopies({ brokers, topics }: KafkaFacts): Finding[] {
  return [
    ...aboutTopics(
      'copies',
      topics.filter(({ replicas }) => replicas < Math.min(2, brokers.length)),
      'have one copy: a lost disk is lost data',
      'create topics with --setting replication.factor=3 (existing ones: kafka-reassign-partitions)',
    ),
    ...aboutTopics(
      'min.insync.replicas',
      topics.filter(
        ({ replicas, settings }) => replicas > 1 && Number(settings['min.insync.replicas'] ?? 1) < 2,
      ),
      'have min.insync.replicas 1: acks all may wait for the leader alone',
      'set min.insync.replicas=2',
    ),
    ...aboutTopics(
      'in sync',
      topics.filter(({ replicas, inSync }) => inSync < replicas),
      'have a copy that is not in sync',
      'start the broker that is missing, or look into its log',
    ),
  ];
}

function aboutTopics(check: string, bad: readonly TopicFacts[], problem: string, todo: string): Finding[] {
  if (bad.length === 0) return [ok(check, 'as it should be for every topic')];
  return [fault(check, `${list(bad.map(({ name }) => name))} ${problem}`, todo)];
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
