import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../usage-error.ts';
import type { Environment } from '../verb.ts';
import { hasPassword, withoutPassword } from './login.ts';

const name = /^[A-Za-z0-9._-]{1,100}$/;

export interface Profile {
  readonly url: string;
  readonly namespace?: string | undefined;
  /** The environment variable that holds the password, which is never in the profile. */
  readonly passwordVariable?: string | undefined;
}

const profileSchema: z.ZodType<Profile> = z.strictObject({
  url: z.string().min(1),
  namespace: z.string().min(1).optional(),
  passwordVariable: z.string().min(1).optional(),
});

const fileSchema = z.record(z.string(), profileSchema);

function profilesFile(environment: Environment): string {
  const base = environment['XDG_CONFIG_HOME'] || join(environment['HOME'] || homedir(), '.config');
  return join(base, 'millrace', 'profiles.json');
}

export async function readProfiles(environment: Environment): Promise<Readonly<Record<string, Profile>>> {
  const file = profilesFile(environment);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  const parsed = fileSchema.safeParse(parse(text, file));
  if (!parsed.success) throw new UsageError(`${file} holds no profiles: ${z.prettifyError(parsed.error)}`);
  for (const [each, { url }] of Object.entries(parsed.data)) refuseSecret(each, url);
  return parsed.data;
}

export async function findProfile(named: string, environment: Environment): Promise<Profile> {
  const profiles = await readProfiles(environment);
  const profile = Object.hasOwn(profiles, named) ? profiles[named] : undefined;
  if (profile) return profile;
  const known = Object.keys(profiles).join(', ') || 'none';
  throw new UsageError(`there is no profile ${named}; known: ${known}. Make one with: streams profiles set`);
}

/** Adds or replaces a profile, or removes it (undefined). The file is replaced whole. */
export async function saveProfile(
  named: string,
  profile: Profile | undefined,
  environment: Environment,
): Promise<void> {
  if (!name.test(named))
    throw new UsageError(`${named} is no name for a profile; use letters, digits, . _ -`);
  if (profile) refuseSecret(named, profile.url);
  const rest = Object.entries(await readProfiles(environment)).filter(([each]) => each !== named);
  const profiles = Object.fromEntries(profile ? [...rest, [named, profile]] : rest);
  const file = profilesFile(environment);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, `${JSON.stringify(profiles, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function refuseSecret(named: string, url: string): void {
  if (!hasPassword(url)) return;
  throw new UsageError(
    `the profile ${named} holds a password (${withoutPassword(url)}); leave it out and name the variable that holds it: --password-variable`,
  );
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is no JSON`);
  }
}
