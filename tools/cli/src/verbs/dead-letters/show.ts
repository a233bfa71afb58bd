import { rawHeadersOf, StreamsError } from '@millrace/streams';
import { headerText, recordValue, valueText } from '../../output/record-value.ts';
import type { Run } from '../../verb.ts';
import { lettersOf, letterValue } from './list.ts';

export const run: Run = async (call) => {
  const wanted = call.parameters.optionalArgument(1);
  for await (const letter of lettersOf(call)) {
    const shown = letterValue(letter);
    if (wanted !== undefined && wanted !== shown.position && wanted !== shown.origin) continue;
    const { topic, partition, offset, time, ...content } = recordValue(letter.record);
    await call.output.value({ ...shown, record: content }, () =>
      [
        ...Object.entries(shown).map(([name, each]) => `${name.padEnd(10)}${each}`),
        `${'key'.padEnd(10)}${content.key ?? '-'}`,
        ...rawHeadersOf(letter.record).map((header) => `${'header'.padEnd(10)}${headerText(header)}`),
        '',
        valueText(letter.record.value),
      ].join('\n'),
    );
    return 0;
  }
  const group = call.parameters.argument(0);
  throw new StreamsError(
    'INVALID_ARGUMENT',
    `${group} has no dead letter${wanted === undefined ? '' : ` ${wanted}`}`,
  );
};
