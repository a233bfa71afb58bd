import { isStreamsError } from '@millrace/streams';
import { explainError } from '../../output/explain-error.ts';
import { counted } from '../../output/output.ts';
import type { ExitCode, Run } from '../../verb.ts';

/** Goes on after a topic that cannot be deleted. */
export const run: Run = async ({ connect, parameters, output }) => {
  const { streams } = await connect();
  let exitCode: ExitCode = 0;
  for (const topic of parameters.rest(0)) {
    try {
      const { partitions } = await streams.admin.describe(topic);
      const records = partitions.reduce((sum, each) => sum + each.records, 0);
      const deleted = parameters.flag('yes');
      if (deleted) await streams.admin.deleteTopic(topic);
      else exitCode = 1;
      await output.value({ topic, records, deleted }, () =>
        deleted
          ? `deleted ${topic} (${counted(records, 'record')})`
          : `${topic} has ${counted(records, 'record')}; delete it with --yes`,
      );
    } catch (error) {
      if (!isStreamsError(error)) throw error;
      output.message(`streams: ${explainError(error)}`);
      exitCode = 1;
    }
  }
  return exitCode;
};
