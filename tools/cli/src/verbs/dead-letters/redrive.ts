import { isStreamsError } from '@millrace/streams';
import type { Call, Run } from '../../verb.ts';
import { lettersOf, letterValue } from './list.ts';

export const run: Run = async (call) => {
  const { parameters, output, signal } = call;
  const group = parameters.argument(0);
  const limit = parameters.integer('limit', 1);
  if (parameters.flag('dryRun')) {
    for await (const letter of lettersOf(call, limit)) {
      const { position, origin } = letterValue(letter);
      await output.value({ position, origin, redriven: false }, () => `${position} → ${origin}`);
    }
    output.message('nothing was published (--dry-run)');
    return 0;
  }
  const redriven = await redrive(call, { signal, ...(limit === undefined ? {} : { limit }) });
  await output.value({ group, redriven }, () => `${redriven} redriven`);
  return 0;
};

async function redrive(
  { connect, parameters }: Call,
  options: { readonly signal: AbortSignal; readonly limit?: number },
): Promise<number> {
  const { streams } = await connect();
  const group = parameters.argument(0);
  try {
    return await streams.admin.redrive(group, options);
  } catch (error) {
    if (!isStreamsError(error, 'UNKNOWN_TOPIC')) throw error;
    await streams.admin.describeGroup(group);
    return 0;
  }
}
