import { streamsUrlProblem } from '@millrace/streams';
import { withoutPassword } from '../../connection/login.ts';
import { type Profile, saveProfile } from '../../connection/profiles.ts';
import { UsageError } from '../../usage-error.ts';
import type { Run } from '../../verb.ts';

export const run: Run = async ({ parameters, environment, output }) => {
  const [name, url] = [parameters.argument(0), parameters.argument(1)];
  const problem = streamsUrlProblem(url);
  if (problem !== undefined) throw new UsageError(`the URL ${withoutPassword(url)} ${problem}`);
  const namespace = parameters.text('namespace');
  const passwordVariable = parameters.text('passwordVariable');
  const profile: Profile = {
    url,
    ...(namespace === undefined ? {} : { namespace }),
    ...(passwordVariable === undefined ? {} : { passwordVariable }),
  };
  await saveProfile(name, profile, environment);
  await output.value({ name, ...profile }, () => `${name} is ${url}`);
  return 0;
};
