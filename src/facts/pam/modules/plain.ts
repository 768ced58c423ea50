import type { Evidence } from '../../../model/finding.ts';
import { type Asked, linesOf, type Module, option, say } from '../asked.ts';

export const permit: Module = () => say('success');

export const deny: Module = (_, { kind }) => say(kind === 'session' ? 'session_err' : 'auth_err');

/** sshd asks PAM as root, so whoever logs in passes (pam_rootok(8)). */
export const rootok: Module = () => say('success');

/** pam_nologin(8): everybody but root is refused while one of the files is there. */
export const nologin: Module = (rule, { files, account }) => {
  const own = option(rule, 'file');
  const free = say(rule.args.includes('successok') ? 'success' : 'ignore');
  for (const path of own ? [own] : ['/run/nologin', '/var/run/nologin', '/etc/nologin']) {
    const found = files.get(path);
    if (found?.status === 'absent') continue;
    // /var/run is /run nearly everywhere, and not always collected beside it.
    if (found === undefined && path === '/var/run/nologin') continue;
    if (found?.status !== 'ok') return undefined;
    const text = found.text.split('\n').join(' ').trim() || '(empty)';
    const line: Evidence = { side: 'server', section: `file:${path}`, line: 1, text };
    return account.uid === 0 ? free : say('auth_err', line);
  }
  return free;
};

/** pam_shells(8): the shell of the account must be a line of /etc/shells. */
export const shells: Module = (_, { files, paths, account }) => {
  const lines = linesOf(files, '/etc/shells');
  const entry = paths?.get('/etc/shells');
  if (!lines || (entry && (entry.mode & 0o002) !== 0)) return lines && say('auth_err');
  const shell = account.shell === '' ? '/bin/sh' : account.shell;
  const at: Evidence = {
    side: 'server',
    section: 'accounts',
    line: account.line,
    text: `${account.name}: shell ${shell}`,
  };
  return lines.includes(shell) ? say('success') : say('auth_err', at);
};

/** pam_localuser(8): whether the account stands in /etc/passwd, which is so where names come from nowhere else. */
export const localuser: Module = (rule, { files }: Asked) => {
  const lines = linesOf(files, '/etc/nsswitch.conf');
  const from = lines?.map((line) => /^\s*passwd:([^#]*)/.exec(line)?.[1]).find((value) => value !== undefined);
  const local = (from ?? 'files')
    .trim()
    .split(/\s+/)
    .every((name) => /^(?:files|compat|systemd)$/.test(name));
  return lines && local && option(rule, 'file') === undefined ? say('success') : undefined;
};

/** pam_warn(8) and pam_faildelay(8) have no opinion. */
export const warn: Module = () => say('ignore');
