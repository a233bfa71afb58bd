import { findProfile, saveProfile } from '../../connection/profiles.ts';
import type { Run } from '../../verb.ts';

export const run: Run = async ({ parameters, environment, output }) => {
  const name = parameters.argument(0);
  await findProfile(name, environment);
  await saveProfile(name, undefined, environment);
  await output.value({ name }, () => `forgot ${name}`);
  return 0;
};
