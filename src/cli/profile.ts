import { readFileSync } from 'node:fs';
import { PROFILES, type ProfileName } from '../model/control.ts';
import { UsageError } from '../model/errors.ts';
import type { Profile } from '../model/hardening.ts';

/** A profile or a baseline is small. */
const MOST = 4 * 1024 * 1024;

/** What a file that a flag names holds. @throws UsageError when it cannot be read. */
export function textOf(flag: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(0, MOST);
  } catch (error) {
    throw new UsageError(`cannot read ${flag} ${file}: ${(error as Error).message}`);
  }
}

const isBuiltIn = (name: string): name is ProfileName => (PROFILES as readonly string[]).includes(name);

/** A profile of ours by its name, or the one in a file. @throws UsageError when it is neither. */
export async function namedProfile(name: string): Promise<Profile> {
  const { builtIn, readProfile } = await import('../app/harden-profile.ts');
  if (isBuiltIn(name)) return builtIn(name);
  if (!/[./]/.test(name))
    throw new UsageError(`--profile ${name}: use one of ${PROFILES.join(', ')}, or a file of your own (own.yaml)`);
  return readProfile(name, textOf('--profile', name));
}
