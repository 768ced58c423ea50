import type { SectionStatus } from '../../model/bundle.ts';
import type { Account } from '../accounts.ts';
import { type ModesVerdict, type PathTable, strictModes } from '../paths.ts';
import type { Family } from '../source.ts';
import { type Connection, type SshdConfig, setting, word } from '../sshd/index.ts';
import { type AuthorizedKey, parseAuthorizedKeys, type SkippedLine } from './authorized-keys.ts';

/** One place where sshd looks for an account's keys. */
export interface KeyFile {
  readonly path: string;
  readonly status: SectionStatus;
  readonly keys: readonly AuthorizedKey[];
  readonly skipped: readonly SkippedLine[];
  /** What StrictModes makes of it; `ok` when StrictModes is off. */
  readonly modes: ModesVerdict;
}

export interface KeyFiles {
  readonly files: readonly KeyFile[];
  /** False when it hangs on a condition that is not known which places these are. */
  readonly complete: boolean;
}

/** Expands the tokens of sshd_config(5), TOKENS, that AuthorizedKeysFile takes. */
export function expandTokens(pattern: string, account: Account): string {
  const tokens: Readonly<Record<string, string>> = {
    '%': '%',
    h: account.home,
    u: account.name,
    U: String(account.uid),
  };
  const path = pattern.replace(/%(.)/g, (whole, letter: string) => tokens[letter] ?? whole);
  return path.startsWith('/') ? path : `${account.home}/${path}`;
}

/** Where sshd looks for the keys of an account, what is there, and whether it would trust it (auth2-pubkey.c). */
export function keyFiles(
  config: SshdConfig,
  files: Family,
  table: PathTable,
  account: Account,
  who: Connection,
  ownGroup: (gid: number) => boolean,
): KeyFiles {
  const where = setting(config, 'authorizedkeysfile', who);
  const patterns = where.values.filter((value) => value !== 'none');
  const strict = word(config, 'strictmodes', who) !== 'no';
  return {
    files: patterns.map((pattern): KeyFile => {
      const path = expandTokens(pattern, account);
      const found = files.get(path);
      const parsed = found?.status === 'ok' ? parseAuthorizedKeys(found.text.split('\n')) : { keys: [], skipped: [] };
      const modes = strict ? strictModes(table, path, account.home, account.uid, ownGroup) : ({ ok: true } as const);
      return { path, status: found?.status ?? 'not-collected', ...parsed, modes };
    }),
    complete: where.certain,
  };
}
