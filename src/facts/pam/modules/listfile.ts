import { type Asked, cited, inGroup, linesOf, type Module, option, say, TTY } from '../asked.ts';

const SECRET = /(?:shadow|passwd-|secret|token|opasswd|_key$)/;

/** What the lines of the list are compared with; null where the item is empty, `undefined` where it is not known. */
function itemOf(item: string, { account, rhost }: Asked): string | null | undefined {
  if (item === 'user' || item === 'group') return account.name;
  if (item === 'shell') return account.shell;
  if (item === 'tty') return TTY;
  return item === 'rhost' ? rhost : null;
}

/** pam_listfile(8): lets in or refuses whoever is listed. */
export const listfile: Module = (rule, asked) => {
  const { files, paths } = asked;
  const [item = '', sense, path, onerr, apply] = ['item', 'sense', 'file', 'onerr', 'apply'].map((name) =>
    option(rule, name),
  );
  const failed = onerr === 'succeed' ? 'success' : 'service_err';
  // Each word that is not understood fails, by what `onerr` was up to there.
  if (rule.args.some((word) => word.includes('=') && !/^(?:item|sense|file|onerr|apply)=/.test(word))) return undefined;
  if ((sense !== 'allow' && sense !== 'deny') || (onerr !== undefined && onerr !== 'succeed' && onerr !== 'fail'))
    return undefined;
  if (!/^(?:user|group|shell|tty|rhost|ruser)$/.test(item) || path === undefined || apply === '' || apply === '@')
    return say(failed);
  // Of the other items the module says that it makes no sense.
  if (apply !== undefined && (item === 'tty' || item === 'rhost')) {
    const applies = apply.startsWith('@') ? inGroup(asked, apply.slice(1)) : apply === asked.account.name;
    if (!applies) return say('ignore');
  }
  const value = itemOf(item, asked);
  if (value === undefined) return undefined;
  if (value === null) return say(sense === 'deny' ? 'success' : 'auth_err');
  if (SECRET.test(path)) return undefined;
  const entry = paths?.get(path);
  if (entry?.type === 'missing' || (!entry && files.get(path)?.status === 'absent')) return say(failed);
  if (!entry || entry.type === 'denied') return undefined;
  if (entry.type !== 'file' || (entry.mode & 0o002) !== 0)
    return say('auth_err', { side: 'server', section: 'paths', line: entry.line, text: entry.text });
  const lines = linesOf(files, path);
  // A line that was made unreadable when it was collected cannot be compared.
  if (!lines || lines.some((line) => line.includes('[removed]') || line.includes('[private key'))) return undefined;
  const at = lines.findIndex((raw) => {
    const line = raw.replace(/\\r$/, '');
    if (line === '') return false;
    if (item === 'group') return inGroup(asked, line);
    return (item === 'tty' ? line.replace(/^\/dev\//, '') : line) === value;
  });
  if (sense === 'deny') return at < 0 ? say('success') : say('auth_err', cited(path, at + 1, lines[at] ?? ''));
  if (at >= 0) return say('success');
  return say(
    'auth_err',
    cited(path, 1, lines.length === 0 ? '(empty)' : `${lines.length} lines, none of them ${value}`),
  );
};
