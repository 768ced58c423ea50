import { octal, type PathEntry, type PathTable } from '../../facts/paths.ts';
import type { Check, Severity, Want } from '../../model/control.ts';
import type { Judged } from '../../model/hardening.ts';
import { type Given, unseen } from './given.ts';

type Of = Extract<Check, { kind: 'modes' }>['of'];

interface Wanted {
  readonly path: string;
  /** Bits that may be set. */
  readonly mode: number;
}

const FOLDER = 0o755;

function dropIns(given: Given, table: PathTable, mode: number): Wanted[] {
  if (!given.running.known) return [];
  const { config, main } = given.running.value;
  const read = config.directives.map(({ file }) => file).filter((file) => file !== main);
  const beside = [...table.values()]
    .filter(({ path, type }) => type !== 'missing' && /^\/etc\/ssh\/sshd_config\.d\/[^/]+$/.test(path))
    .map(({ path }) => path);
  const files = [...new Set([...read, ...beside])];
  const folders = new Set(files.map((path) => path.slice(0, path.lastIndexOf('/'))));
  if (table.get('/etc/ssh/sshd_config.d')?.type === 'dir') folders.add('/etc/ssh/sshd_config.d');
  return [...[...folders].map((path) => ({ path, mode: FOLDER })), ...files.map((path) => ({ path, mode }))];
}

function wantedPaths(given: Given, table: PathTable, of: Of, mode: number): readonly Wanted[] | Judged {
  if (!given.running.known) return unseen(given.running);
  if (of === 'sshd-config') return [{ path: given.running.value.main, mode }];
  if (of === 'drop-ins') return dropIns(given, table, mode);
  if (!given.hostKeys.known) return unseen(given.hostKeys);
  const keys = given.hostKeys.value.map(({ path }) => (of === 'private-host-keys' ? path : `${path}.pub`));
  return keys.filter((path) => table.get(path)?.type !== 'missing').map((path) => ({ path, mode }));
}

/** On RHEL and its kin ssh-keysign reads the keys as a member of this group. */
function forSigning({ group, mode }: PathEntry, of: Of): boolean {
  return of === 'private-host-keys' && group === 'ssh_keys' && (mode & ~0o640) === 0;
}

function judgeOne(entry: PathEntry, allowed: number, of: Of): Judged | undefined {
  const { path, mode, uid, user, group, line, text } = entry;
  const evidence = [{ side: 'server' as const, section: 'paths', line, text }];
  const now = `${octal(mode)} ${user}:${group}`;
  const base = { status: 'fail' as const, subject: path, now, evidence };
  if (uid !== 0) return { ...base, detail: `it belongs to ${user}`, repair: { kind: 'owner', path, owner: 'root' } };
  const beyond = mode & ~allowed & 0o7777;
  if (beyond === 0 || forSigning(entry, of)) return undefined;
  // That others can read the configuration is no way in; that they can write it is.
  const mild: { severity?: Severity } = of === 'private-host-keys' || (beyond & 0o022) !== 0 ? {} : { severity: 'low' };
  return { ...base, ...mild, repair: { kind: 'mode', path, mode: octal(mode & allowed) } };
}

/** Owners and modes of files; what was not seen is unknown, and one result names all that are well. */
export function judgeModes(given: Given, of: Of, want: Want): readonly Judged[] {
  if (!given.paths.known) return [unseen(given.paths)];
  const table = given.paths.value;
  const wanted = wantedPaths(given, table, of, 'mode' in want ? Number.parseInt(want.mode, 8) : 0o644);
  if ('status' in wanted) return [wanted];
  if (wanted.length === 0) return [{ status: 'not-applicable', detail: 'there are none', evidence: [] }];
  const results: Judged[] = [];
  const well: PathEntry[] = [];
  for (const { path, mode } of wanted) {
    const entry = table.get(path);
    if (!entry || !['file', 'dir'].includes(entry.type)) {
      const gap = entry?.type === 'denied' ? 'denied' : entry?.type === 'link' ? 'unsupported' : 'not-collected';
      results.push({ status: 'unknown', subject: path, evidence: [], gap: { gap, section: 'paths' } });
      continue;
    }
    const wrong = judgeOne(entry, mode, of);
    if (wrong) results.push(wrong);
    else well.push(entry);
  }
  if (results.length > 0) return results;
  const evidence = well.map(({ line, text }) => ({ side: 'server' as const, section: 'paths', line, text }));
  const modes = [...new Set(well.map(({ mode }) => octal(mode)))].join(', ');
  return [{ status: 'pass', now: `${modes} root`, evidence }];
}
