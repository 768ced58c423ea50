import type { Attempt } from '../../model/attempt.ts';
import type { Evidence } from '../../model/finding.ts';
import type { Account } from '../accounts.ts';
import { sectionName } from '../bundle.ts';
import { blockApplies } from '../sshd/applies.ts';
import { quoted } from '../sshd/evidence.ts';
import { type Connection, type MatchBlock, type SshdConfig, setting } from '../sshd/index.ts';
import type { AccountKeys } from './keys.ts';
import { matchesHost, matchesUser } from './patterns.ts';

/** A rule that lets a login in by the client's name, and nothing else does; for clients that sshd knows by address alone. */
export interface NameRule {
  readonly kind: 'key' | 'user' | 'block';
  readonly file: string;
  readonly line: number;
  /** Names that would do, as written. */
  readonly names: string;
  /** False where it only looks as if the rule were meant for this login. */
  readonly sure: boolean;
  readonly evidence: readonly Evidence[];
}

/** from="…" of authorized_keys: the offered key stands in lines that want a name, and in no other. */
export function keyRule(mine: AccountKeys, attempt: Attempt): NameRule | undefined {
  const from = attempt.from ?? '';
  const lines = mine.files.flatMap(({ path, keys, modes }) =>
    modes.ok ? keys.filter((key) => attempt.keys?.includes(key.fingerprint)).map((key) => ({ path, ...key })) : [],
  );
  const refused = lines.filter(({ options }) => {
    const list = options.get('from');
    return list !== undefined && matchesHost(list, from, from) === false;
  });
  const byName = refused.find(({ options }) => matchesHost(options.get('from') ?? '', from) === undefined);
  if (!byName || refused.length < lines.length) return undefined;
  const names = byName.options.get('from') ?? '';
  const text = `from="${names}" … ${byName.fingerprint}`;
  const evidence = [{ side: 'server', section: sectionName(byName.path), line: byName.line, text } as const];
  return { kind: 'key', file: byName.path, line: byName.line, names, sure: mine.complete, evidence };
}

/** AllowUsers USER@HOST: the user is let in from hosts of a name, and not otherwise. */
export function userRule(config: SshdConfig, account: Account, who: Connection): NameRule | undefined {
  const { from: rules, certain } = setting(config, 'allowusers', who);
  const { addr = '' } = who;
  const patterns = rules.flatMap((rule) => rule.words.args.map((pattern) => ({ rule, pattern })));
  if (!certain || patterns.some(({ pattern }) => matchesUser(account.name, pattern, addr, addr) !== false))
    return undefined;
  const byName = patterns.find(({ pattern }) => matchesUser(account.name, pattern, addr) === undefined);
  if (!byName) return undefined;
  const { rule, pattern } = byName;
  return { kind: 'user', file: rule.file, line: rule.line, names: pattern, sure: true, evidence: [quoted(rule)] };
}

/** What is refused to everybody else, and not in a Match Host block, for the way of logging in that is asked about. */
function opens(config: SshdConfig, keywords: readonly string[], named: Connection, nameless: Connection): boolean {
  const first = (keyword: string, who: Connection) => setting(config, keyword, who).values[0]?.toLowerCase();
  return keywords.some((keyword) => first(keyword, nameless) === 'no' && first(keyword, named) !== 'no');
}

/** Match Host: a block that would apply to a client of that name, and that switches on what is off without it. */
export function blockRule(config: SshdConfig, by: 'key' | 'password', who: Connection): NameRule | undefined {
  const keywords = [
    by === 'key' ? 'pubkeyauthentication' : 'passwordauthentication',
    ...(who.user === 'root' ? ['permitrootlogin'] : []),
  ];
  const nameless = { ...who, host: who.addr ?? '' };
  const blocks = new Set<MatchBlock>(config.directives.flatMap(({ within }) => within));
  for (const block of blocks) {
    const names = block.criteria.find((one) => one.name === 'host')?.list;
    const [first] = names?.split(',') ?? [];
    if (names === undefined || first === undefined || blockApplies(block, nameless) !== false) continue;
    // Somebody of a name that the block wants.
    const named = { ...who, host: first.replace(/[*?]/g, 'x') };
    if (!/[a-z]/i.test(first) || blockApplies(block, named) !== true) continue;
    if (!opens(config, keywords, named, nameless)) continue;
    const { file, line } = block;
    return { kind: 'block', file, line, names, sure: false, evidence: [quoted(block)] };
  }
  return undefined;
}
