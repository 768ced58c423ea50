import { section, Unparsable } from '../source.ts';
import { isObject, type Json, maybe, member, num, object, str, strings } from './json.ts';

export interface SshConfig {
  readonly argv: readonly string[];
  readonly hostname: string;
  readonly port: number;
  readonly user: string;
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  readonly strictHostKeyChecking: string;
  readonly proxyJump?: string;
  readonly proxyCommand?: string;
  readonly addressFamily: string;
  readonly hostKeyAlias?: string;
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** The client's system-wide policy of cryptography (crypto-policies(7)): its file, and its lists by lower-case keyword. */
  readonly policy?: { readonly path: string; readonly lists: ReadonlyMap<string, string> };
}

/** `Keyword a,b,c` a line (ssh_config(5)). */
function policyOf(from: Json): SshConfig['policy'] {
  const path = str(from, 'path');
  const text = str(from, 'text');
  if (path === undefined || text === undefined) return undefined;
  const lines = text.split('\n').flatMap((line) => {
    const [, keyword, list] = /^\s*([A-Za-z]{1,64})[\s=]+([^\s=]\S*)\s*$/.exec(line) ?? [];
    return keyword === undefined || list === undefined ? [] : [[keyword.toLowerCase(), list] as const];
  });
  return { path, lists: new Map(lines) };
}

/** Why `ssh -G` gave no answer: its exit status and its words. */
export interface SshConfigCheck {
  readonly rc: number | null;
  readonly stderr: string;
  readonly argv: readonly string[];
  /** The file that ssh does not read because of its mode or owner. */
  readonly untrusted?: { readonly path: string; readonly mode: string; readonly uid: number; readonly me: number };
}

/** Present even when the configuration is refused. */
export const sshConfigCheck = section<SshConfigCheck>(
  'client',
  'ssh-config',
  'exit status and complaints of ssh -G (ssh(1))',
  (text) => {
    const from = object(text);
    const file = member(from, 'untrusted');
    const [path, mode] = [str(file, 'path'), str(file, 'mode')];
    const [uid, me] = [num(file, 'uid'), num(file, 'me')];
    const whole = path !== undefined && mode !== undefined && uid !== undefined && me !== undefined;
    return {
      rc: num(from, 'rc') ?? null,
      stderr: str(from, 'stderr') ?? '',
      argv: strings(from, 'argv'),
      ...maybe('untrusted', whole ? { path, mode, uid, me } : undefined),
    };
  },
  'ssh-config-check',
);

export const sshConfig = section<SshConfig>(
  'client',
  'ssh-config',
  'what ssh itself makes of its files and flags (ssh -G, ssh_config(5))',
  (text) => {
    const from = object(text);
    if (num(from, 'rc') !== 0) throw new Unparsable(`ssh -G failed: ${str(from, 'stderr') ?? ''}`);
    const options = new Map<string, readonly string[]>();
    const given = from['options'];
    if (isObject(given)) for (const name of Object.keys(given)) options.set(name, strings(given, name));
    const one = (name: string): string | undefined => {
      const value = options.get(name)?.[0];
      return value === 'none' || value === '' ? undefined : value;
    };
    const hostname = one('hostname');
    const user = one('user');
    if (hostname === undefined || user === undefined) throw new Unparsable('ssh -G named no host or user');
    return {
      argv: strings(from, 'argv'),
      hostname,
      port: Number(one('port') ?? member(from, 'options')['port'] ?? 22) || 22,
      user,
      identityFiles: options.get('identityfile') ?? [],
      identitiesOnly: one('identitiesonly') === 'yes',
      strictHostKeyChecking: one('stricthostkeychecking') ?? 'ask',
      addressFamily: one('addressfamily') ?? 'any',
      ...maybe('proxyJump', one('proxyjump')),
      ...maybe('proxyCommand', one('proxycommand')),
      ...maybe('hostKeyAlias', one('hostkeyalias')),
      ...maybe('policy', policyOf(member(from, 'policy'))),
      options,
    };
  },
);
