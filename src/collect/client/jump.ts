import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellQuote } from '../../model/remedy.ts';
import { HARMLESS_HOP, hostKeyOptions, words } from './harmless.ts';
import { option, readSshConfig, type SshConfig, type Target } from './ssh-config.ts';

/** One machine on the way, as ssh's own configuration resolves it. */
export interface Hop {
  /** As it stands in ProxyJump. */
  readonly name: string;
  readonly target: Target;
  readonly config: SshConfig;
}

/** More are a loop in the configuration. */
const HOPS_MAX = 8;

/** `[user@]host[:port]` or `ssh://…`, as ProxyJump takes it (ssh_config(5)). */
export function parseHop(name: string): { host: string; user?: string; port?: string } {
  const plain = name.replace(/^ssh:\/\//, '').replace(/\/$/, '');
  // A user may have an @ in his name, a host has none.
  const at = plain.lastIndexOf('@');
  const [, bracketed, bare, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(plain.slice(at + 1)) ?? [];
  const user = at >= 0 && (bracketed ?? bare) !== undefined ? plain.slice(0, at) : undefined;
  return {
    host: bracketed ?? bare ?? plain,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
  };
}

/**
 * The hops to a target, first one first. A first hop that has a ProxyJump of its own is reached by way of that, as ssh
 * does; for the others ssh gives -J, which wins over their configuration.
 */
export async function planJump(ssh: string, target: Target, jump: string, signal?: AbortSignal): Promise<Hop[]> {
  const file = target.argv.indexOf('-F');
  const common = file < 0 ? [] : ['-F', target.argv[file + 1] ?? 'none'];
  const hops: Hop[] = [];
  let names = jump.split(',').filter((name) => name !== '');
  for (let ahead = names; ahead.length > 0 && hops.length < HOPS_MAX; ) {
    const found: Hop[] = [];
    for (const name of ahead) {
      const { host, user, port } = parseHop(name);
      const argv = [
        ...common,
        ...(user === undefined ? [] : ['-l', user]),
        ...(port === undefined ? [] : ['-p', port]),
      ];
      found.push({ name, target: { argv, host }, config: await readSshConfig(ssh, { argv, host }, signal) });
    }
    hops.unshift(...found);
    names = (option(found[0]?.config.options ?? {}, 'proxyjump') ?? '').split(',').filter((name) => name !== '');
    ahead = names;
  }
  return hops.slice(-HOPS_MAX);
}

/** ssh's flags without -J, which it does not take beside a ProxyCommand. */
export function withoutJump(argv: readonly string[]): string[] {
  const at = argv.indexOf('-J');
  return at < 0 ? [...argv] : argv.toSpliced(at, 2);
}

/** Where the log of each hop's ssh is written. */
export const hopLog = (folder: string, index: number): string => join(folder, `hop-${index}.log`);

/**
 * Options that lead the target's ssh over the hops. ssh itself would start the hops' ssh with none of our options, so it
 * could write to the user's known_hosts, and its log would be mixed with what others say; each hop is a script of ours
 * in `folder` instead.
 */
export function jumpOptions(ssh: string, hops: readonly Hop[], folder: string, connectSeconds: number): string[] {
  const throwaway = join(folder, 'known_hosts');
  let before: string[] = [];
  for (const [index, { target, config }] of hops.entries()) {
    const harmless = words([
      ...HARMLESS_HOP,
      `ConnectTimeout=${connectSeconds}`,
      ...hostKeyOptions(config.options, throwaway),
    ]);
    const argv = [ssh, '-v', '-E', hopLog(folder, index), ...harmless, ...before, ...target.argv];
    const script = join(folder, `hop-${index}`);
    const line = `exec ${argv.map(shellQuote).join(' ')} -W "$1" -- ${shellQuote(target.host)}\n`;
    writeFileSync(script, line, { mode: 0o600 });
    // The first of ProxyCommand and ProxyJump wins, and shuts the other out (ssh_config(5)).
    before = words([`ProxyCommand=sh ${shellQuote(script).replaceAll('%', '%%')} '[%h]:%p'`]);
  }
  return before;
}
