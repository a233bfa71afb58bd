import { Checkpoint } from '../../copying/checkpoint.ts';
import { copyTopic } from '../../copying/copy-topic.ts';
import { Progress } from '../../copying/progress.ts';
import { openSealedFile } from '../../copying/sealed-file.ts';
import { counted } from '../../output/output.ts';
import type { Run } from '../../verb.ts';

export const run: Run = async (call) => {
  const { parameters, output, signal, environment } = call;
  const path = parameters.argument(0);
  const source = await openSealedFile(path);
  const target = parameters.text('as') ?? source.topic;
  const { driver, url, namespace } = await call.connect();
  const name = ['restore', source.seal.sha256, url, namespace, target].join(' ');
  const checkpoint = await Checkpoint.open(name, environment, parameters.flag('restart'));
  using progress = new Progress(output, `restoring ${target}`, signal);
  const records = await copyTopic(source, {
    to: driver,
    topic: target,
    checkpoint,
    progress,
    signal,
    // A sealed file never changes.
    compare: () => 0,
  });
  const { resumed } = checkpoint;
  await output.value({ file: path, topic: target, records, resumed }, () =>
    records === 0 && resumed
      ? `${target} holds all of ${path} already`
      : `restored ${counted(records, 'record')} to ${target}`,
  );
  return 0;
};
