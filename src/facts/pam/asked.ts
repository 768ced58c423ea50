import type { Evidence } from '../../model/finding.ts';
import type { Account, Groups, ShadowEntry } from '../accounts.ts';
import { sectionName } from '../bundle.ts';
import type { LockedFailure } from '../faillock.ts';
import type { PathTable } from '../paths.ts';
import type { Family } from '../source.ts';
import type { PamMachine } from './machine.ts';
import type { Answer, Kind, Rule } from './stack.ts';

/** What modules look at. What is absent is not known. */
export interface Asked {
  readonly kind: Kind;
  readonly account: Account;
  readonly groups: Groups;
  readonly shadow?: ShadowEntry | undefined;
  readonly files: Family;
  readonly paths?: PathTable | undefined;
  /** The server's clock, epoch milliseconds. */
  readonly now: number;
  /** Minutes that the server's local time is ahead of UTC. */
  readonly zone?: number | undefined;
  /** PAM_RHOST: the client's address, as sshd sets it with UseDNS no. */
  readonly rhost?: string | undefined;
  readonly hostname: string;
  readonly machine?: PamMachine | undefined;
  readonly selinux?: string | undefined;
  /** fs.nr_open: more open files nobody may have. */
  readonly nrOpen?: number | undefined;
  /** What pam_faillock holds against the user; null where there is no such tool. */
  readonly tally?: readonly LockedFailure[] | null | undefined;
  /** PermitEmptyPasswords; sshd tells PAM (auth-pam.c, PAM_DISALLOW_NULL_AUTHTOK). */
  readonly emptyAllowed?: boolean | undefined;
  /** Lines of the stack in front of the module, as far as they are asked. */
  readonly before?: readonly string[];
}

/** PAM_TTY as sshd sets it until there is a terminal (auth-pam.c, PAM_TTY_KLUDGE), and PAM_SERVICE. */
export const TTY = 'ssh';
export const SERVICE = 'sshd';

/** What a module answers, and the lines that make it do so. */
export interface Said {
  readonly answer: Answer;
  readonly because?: readonly Evidence[];
}

/** A module: `undefined` when what it answers is not known. */
export type Module = (rule: Rule, asked: Asked) => Said | undefined;

export const say = (answer: Answer, ...because: readonly Evidence[]): Said =>
  because.length === 0 ? { answer } : { answer, because };

/** Lines of a file; none where it is absent, `undefined` where they are not known. */
export function linesOf(files: Family, path: string): readonly string[] | undefined {
  const found = files.get(path);
  if (found?.status === 'absent') return [];
  if (found?.status !== 'ok' || found.detail === 'truncated') return undefined;
  return found.text === '' ? [] : found.text.split('\n');
}

/** Value of `name=…` among the arguments; the last one counts. */
export function option(rule: Rule, name: string): string | undefined {
  return rule.args.findLast((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** A line of a file, quoted. */
export const cited = (path: string, line: number, text: string): Evidence => ({
  side: 'server',
  section: sectionName(path),
  line,
  text: text.trim(),
});

/** pam_modutil_user_in_group_nam_nam(). */
export const inGroup = ({ account, groups }: Asked, name: string): boolean => groups.of(account).includes(name);

/** Whether the user is in the group with this number; `undefined` when no such group is known. */
export function inGroupId({ account, groups }: Asked, gid: number): boolean {
  const name = groups.byId(gid)?.name;
  return account.gid === gid || (name !== undefined && groups.of(account).includes(name));
}

/** Compares the release of Linux-PAM; `undefined` when it is not known. */
export function sinceRelease({ machine }: Asked, wanted: readonly [number, number]): boolean | undefined {
  const release = machine?.release;
  return release && (release[0] > wanted[0] || (release[0] === wanted[0] && release[1] >= wanted[1]));
}
