import { optionsEnd } from '../../facts/access/key-options.ts';
import type { Bundle } from '../../model/bundle.ts';
import type { Change } from '../../model/change.ts';
import type { Grant, HostKeyring } from '../../model/keys.ts';
import { type KeyPlan, keyringOf, lineAt, type PlainKey } from './plain-key.ts';

/** Lines of an account with a key, that of a CA not among them. */
const linesOf = (host: HostKeyring, user: string, fingerprint: string): readonly Grant[] =>
  host.grants.filter((one) => one.account === user && one.fingerprint === fingerprint && !one.authority);

const sameOptions = (a: Grant, b: Grant): boolean => JSON.stringify(a.options) === JSON.stringify(b.options);

/** What stands before the key, white space included. */
function optionsOf(line: string, { type }: Grant): string {
  const text = line.replace(/^[ \t]+/, '');
  return text.startsWith(`${type} `) || text.startsWith(`${type}\t`) ? '' : `${text.slice(0, optionsEnd(text))} `;
}

/**
 * The first half of a rotation: the new key beside each line of the old one, with the same options, so that it may do what
 * the old one may and nothing else.
 */
export function planAdd(bundle: Bundle, user: string, old: string, fresh: PlainKey): KeyPlan {
  const host = keyringOf(bundle);
  if (!host) return { is: 'refused', why: 'what sshd reads there was not seen' };
  const before = linesOf(host, user, old);
  const there = linesOf(host, user, fresh.fingerprint);
  const hidden = host.blind.find(({ what }) => what.startsWith(`keys of ${user} in `));
  if (before.length === 0 && hidden) return { is: 'refused', why: `${hidden.what} were not seen: ${hidden.why}` };
  if (before.length === 0)
    return there.length > 0
      ? { is: 'done', says: [`${fresh.fingerprint} stands for ${user}, and the old key does not`] }
      : { is: 'refused', why: `${old} does not stand among the keys of ${user}` };
  const changes: Change[] = [];
  const says: string[] = [];
  // From the last line to the first, so that no number changes before it is used.
  for (const grant of before.toSorted((a, b) => b.line - a.line)) {
    if (there.some((one) => one.file === grant.file && sameOptions(one, grant))) continue;
    const was = lineAt(bundle, grant.file, grant.line);
    if (was === undefined) return { is: 'refused', why: `line ${grant.line} of ${grant.file} was not read` };
    const added = `${optionsOf(was, grant)}${fresh.type} ${fresh.blob}${fresh.comment === '' ? '' : ` ${fresh.comment}`}`;
    changes.push({ kind: 'line', file: grant.file, line: grant.line, was, becomes: `${added}\n${was}` });
    says.push(`${fresh.fingerprint} before line ${grant.line} of ${grant.file}`);
  }
  return changes.length > 0 ? { is: 'changes', changes, says } : { is: 'done', says: ['the new key is there already'] };
}

/** The second half: each line of the old key becomes a remark of what became of it. `day`: YYYY-MM-DD. */
export function planRemove(bundle: Bundle, user: string, old: string, fresh: PlainKey, day: string): KeyPlan {
  const host = keyringOf(bundle);
  if (!host) return { is: 'refused', why: 'what sshd reads there was not seen' };
  const lines = linesOf(host, user, old);
  if (lines.length === 0) return { is: 'done', says: [`${old} does not stand among the keys of ${user}`] };
  const there = linesOf(host, user, fresh.fingerprint);
  const orphan = lines.find((one) => !there.some((other) => other.file === one.file && sameOptions(one, other)));
  if (orphan) return { is: 'refused', why: `the new key does not stand beside line ${orphan.line} of ${orphan.file}` };
  const changes = lines.map(({ file, line }): Change => {
    const was = lineAt(bundle, file, line);
    const becomes = `# ${old} was replaced on ${day} by ${fresh.fingerprint}`;
    return { kind: 'line', file, line, becomes, ...(was === undefined ? {} : { was }) };
  });
  return { is: 'changes', changes, says: lines.map(({ file, line }) => `${old} out of line ${line} of ${file}`) };
}
