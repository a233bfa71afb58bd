import { backendIdentity } from '../../connection/identity.ts';
import { Checkpoint } from '../../copying/checkpoint.ts';
import { copyTopic } from '../../copying/copy-topic.ts';
import { Progress } from '../../copying/progress.ts';
import { topicSource } from '../../copying/topic-source.ts';
import { counted } from '../../output/output.ts';
import { UsageError } from '../../usage-error.ts';
import type { Connection, Run } from '../../verb.ts';

export const run: Run = async (call) => {
  const { parameters, output, signal, environment } = call;
  const from = await call.connect();
  const to = await call.connectTo(parameters.argument(1));
  const topic = parameters.argument(0);
  const target = parameters.text('as') ?? topic;
  if (topic === target && (await isSame(from, to)))
    throw new UsageError(`${topic} would be copied onto itself; --as gives the copy another name`);
  const source = await topicSource(from.driver, topic, signal);
  const name = ['copy', from.url, from.namespace, topic, to.url, to.namespace, target].join(' ');
  const checkpoint = await Checkpoint.open(name, environment, parameters.flag('restart'));
  using progress = new Progress(output, `copying ${topic}`, signal);
  const records = await copyTopic(source, {
    to: to.driver,
    topic: target,
    checkpoint,
    progress,
    signal,
    compare: (one, other) => from.driver.compareOffsets(one, other),
  });
  const { resumed } = checkpoint;
  await output.value({ topic, from: from.url, to: to.url, as: target, records, resumed }, () =>
    resumed
      ? `went on and copied ${counted(records, 'record')} of ${topic} to ${target} on ${to.url}`
      : `copied ${counted(records, 'record')} of ${topic} to ${target} on ${to.url}`,
  );
  return 0;
};

/** One backend can be reached by many names: 127.0.0.1 and localhost, a path and another one. */
async function isSame(one: Connection, other: Connection): Promise<boolean> {
  if (one.driver.name !== other.driver.name) return false;
  const identity = await backendIdentity(one);
  return identity !== undefined && identity === (await backendIdentity(other));
}
