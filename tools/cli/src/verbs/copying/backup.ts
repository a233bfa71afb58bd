import { access } from 'node:fs/promises';
import { Progress } from '../../copying/progress.ts';
import { topicSource } from '../../copying/topic-source.ts';
import { writeBackup } from '../../copying/write-backup.ts';
import { counted } from '../../output/output.ts';
import { UsageError } from '../../usage-error.ts';
import type { Run } from '../../verb.ts';

export const run: Run = async (call) => {
  const { parameters, output, signal } = call;
  const topic = parameters.argument(0);
  const path = parameters.argument(1);
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists) throw new UsageError(`${path} is there already; choose another name, or remove it`);
  const { driver } = await call.connect();
  const source = await topicSource(driver, topic, signal);
  using progress = new Progress(output, `saving ${topic}`, signal);
  const { seal, resumed } = await writeBackup(source, {
    path,
    restart: parameters.flag('restart'),
    progress,
    signal,
  });
  const { records, sha256 } = seal;
  await output.value(
    { topic, file: path, records, sha256, resumed },
    () =>
      `${counted(records, 'record')} of ${topic} ${records === 1 ? 'is' : 'are'} in ${path}, sealed by ${sha256}`,
  );
  return 0;
};
