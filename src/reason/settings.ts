import { connectionOf } from '../facts/access/who.ts';
import { accounts, groups } from '../facts/accounts.ts';
import { type Directive, setting, sshdConfig } from '../facts/sshd/index.ts';
import { keywordOf, SSHD_KEYWORD_NAMES, writtenKeyword } from '../knowledge/sshd-keywords.ts';
import { defaultsOf } from '../knowledge/sshd-releases.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';
import { LookError } from '../model/errors.ts';

/** A line of sshd_config and, where it stands in one, its innermost Match block. */
export interface SettingLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly match?: string;
}

/** What sshd uses for one keyword. */
export interface EffectiveSetting {
  readonly keyword: string;
  readonly values: readonly string[];
  /** Empty for a default. */
  readonly from: readonly SettingLine[];
  /** Lines without effect for this login, because others come before them or override them. */
  readonly shadowed: readonly SettingLine[];
  /** False when it hangs on something that was not said: the user, the address, a file that could not be read. */
  readonly certain: boolean;
}

/**
 * What sshd uses for the login asked about, keyword by keyword in alphabetical order, and which lines say so: `sshd -T`
 * with the reasons, from the files alone.
 * @throws LookError when the configuration is not in the Bundle.
 */
export function effectiveSettings(bundle: Bundle, attempt: Attempt): readonly EffectiveSetting[] {
  const config = sshdConfig.read(bundle);
  if (!config.known) throw new LookError(`sshd_config was not read (${config.gap})`);
  const { release } = config.value;
  const all = accounts.read(bundle);
  const memberships = groups.read(bundle);
  const account = all.known && attempt.user !== undefined ? all.value.find(attempt.user) : undefined;
  const who = connectionOf(attempt, account, memberships.known ? memberships.value : undefined);
  const names = [...Object.keys(defaultsOf(release)), ...SSHD_KEYWORD_NAMES.map((name) => name.toLowerCase())];
  const ids = new Set(names.flatMap((name) => keywordOf(name, release)?.id ?? []));
  return [...ids].sort().flatMap((id) => {
    const { values, from, shadowed, certain } = setting(config.value, id, who);
    if (values.length === 0 && shadowed.length === 0) return [];
    return [{ keyword: writtenKeyword(id), values, from: from.map(placed), shadowed: shadowed.map(placed), certain }];
  });
}

function placed({ file, line, text, within }: Directive): SettingLine {
  const block = within.at(-1);
  return { file, line, text, ...(block && { match: block.text }) };
}
