import type { Evidence } from '../../../model/finding.ts';
import { type Asked, cited, inGroup, inGroupId, linesOf, type Module, option, say, sinceRelease } from '../asked.ts';

const CONFIG = '/etc/security/limits.conf';

/** Who a line is about, more particular ones first: a later line counts when it is no less particular. */
const SOURCES = ['user', 'group', 'all-group', 'all', 'default'] as const;
type Source = (typeof SOURCES)[number];

interface Limit {
  readonly source: Source;
  readonly max: number;
  /** maxsyslogins: everybody's sessions count. */
  readonly system: boolean;
  readonly group?: string | undefined;
  readonly line: Evidence;
}

/** parse_uid_range(): `undefined` without a colon, null for a mistake. */
function rangeOf(domain: string): { min: number; max: number; exact: boolean } | undefined | null {
  if (!domain.includes(':')) return undefined;
  const [, low = '', high = ''] = /^[@%]?(\d*):(\d*)$/.exec(domain) ?? [];
  if (low === '' && high === '') return null;
  const max = high === '' ? Number.POSITIVE_INFINITY : Number(high);
  return low === '' ? { min: max, max, exact: true } : { min: Number(low), max, exact: false };
}

/** Whom of SOURCES the domain of a line makes it about; `no` when the user is not meant. */
function sourceOf(domain: string, asked: Asked): Source | 'no' {
  const { account } = asked;
  const range = rangeOf(domain);
  if (range === null) return 'no';
  if (domain === account.name) return 'user';
  const inside = (id: number) => range !== undefined && id >= range.min && id <= range.max;
  if (domain.startsWith('@')) {
    if (!range) return inGroup(asked, domain.slice(1)) ? 'group' : 'no';
    return (range.exact ? inGroupId(asked, range.max) : inside(account.gid)) ? 'group' : 'no';
  }
  if (domain.startsWith('%')) {
    if (domain === '%') return 'all';
    if (!range) return inGroup(asked, domain.slice(1)) ? 'all-group' : 'no';
    return range.exact && inGroupId(asked, range.max) ? 'all-group' : 'no';
  }
  if (!range) return domain === '*' ? 'default' : 'no';
  return inside(account.uid) ? 'user' : 'no';
}

interface Limits {
  readonly logins?: Limit | undefined;
  /** The hard limit of open files. */
  readonly files?: { readonly source: Source; readonly max: number } | undefined;
}

/** What limits the user by the files; nothing where a `-` line frees him. */
function limitsOf(paths: readonly string[], asked: Asked): Limits | undefined {
  let limit: Limit | undefined;
  let open: Limits['files'];
  let system = false;
  for (const path of paths) {
    const lines = linesOf(asked.files, path);
    if (!lines) return undefined;
    for (const [i, raw] of lines.entries()) {
      const [domain, type = '', item, ...rest] = raw
        .replace(/#.*/, '')
        .trim()
        .split(/[ \t]+/);
      if (!domain) continue;
      const source = sourceOf(domain, asked);
      if (item === undefined && type.startsWith('-')) {
        // `%group -` and `* -` free nobody: no range, and no user of that name.
        if (source === 'user' || source === 'group') return {};
        continue;
      }
      const name = item?.toLowerCase();
      const line = cited(path, i + 1, raw);
      if (name === 'nofile' && source !== 'no' && !source.startsWith('all') && /^(?:hard|-)$/i.test(type)) {
        const files = filesOf(rest.join(' ').toLowerCase());
        if (files !== undefined && !moreParticular(open, source)) open = { source, max: files };
      }
      if (source === 'no' || rest.length === 0 || (name !== 'maxlogins' && name !== 'maxsyslogins')) continue;
      // The flag is of the last line read, even of one that does not count.
      system = name === 'maxsyslogins';
      const max = maximumOf(rest.join(' ').toLowerCase());
      if (max === undefined || ((source === 'all' || source === 'all-group') && system)) continue;
      if (moreParticular(limit, source)) continue;
      const group = source === 'all-group' ? domain.slice(1) : undefined;
      limit = { source, max, system, group, line };
    }
  }
  return { logins: limit && { ...limit, system }, files: open };
}

const moreParticular = (than: { readonly source: Source } | undefined, source: Source): boolean =>
  than !== undefined && SOURCES.indexOf(than.source) < SOURCES.indexOf(source);

const UNLIMITED = /^(?:-1|-|unlimited|infinity)$/;

function filesOf(text: string): number | undefined {
  if (UNLIMITED.test(text)) return Number.POSITIVE_INFINITY;
  const digits = /^\+?\d+/.exec(text)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

function maximumOf(text: string): number | undefined {
  if (UNLIMITED.test(text)) return -1;
  const digits = /^[+-]?\d+/.exec(text)?.[0];
  return digits === undefined ? undefined : Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Number(digits)));
}

/**
 * Sessions that check_logins() would count beside this one: at least, and at most. With logind the session that pam_systemd
 * has just opened counts as well, and perhaps that of the user's manager.
 */
function open(limit: Limit, asked: Asked, logind: boolean): readonly [number, number] | undefined {
  const { machine, account, before = [] } = asked;
  if (!machine) return undefined;
  const mine = (user: string): boolean => {
    if (limit.system) return true;
    if (limit.source === 'all-group') {
      return limit.group !== undefined && user === account.name && inGroup(asked, limit.group);
    }
    return limit.source === 'all' || user === account.name;
  };
  if (limit.source === 'all-group' && [...machine.utmp, ...machine.logind].some(({ user }) => user !== account.name))
    return undefined;
  if (!logind) {
    const count = machine.utmp.filter(({ user }) => mine(user)).length;
    return [count, count];
  }
  const own = before.includes('pam_systemd');
  const users = machine.logind.filter((one) => limit.system || one.class?.startsWith('user'));
  const count = users.filter(({ user }) => mine(user)).length;
  // Sessions that are closing may be gone by then, and the own one may not have come about.
  return [0, count + (own ? 2 : 0)];
}

/** Whether the kernel takes the limit: Debian only logs it where not, others open no session. */
function kernelTakes({ max }: NonNullable<Limits['files']>, { nrOpen, machine }: Asked): boolean {
  return machine?.debian === true || (Number.isFinite(max) && nrOpen !== undefined && max <= nrOpen);
}

/** pam_limits(8), as far as it refuses: maxlogins and maxsyslogins of limits.conf(5). */
export const limits: Module = (rule, asked) => {
  const { account, files } = asked;
  const conf = option(rule, 'conf');
  if (conf !== undefined && files.get(conf)?.status === 'absent') return say('service_err');
  const snippets = [...files.keys()]
    .filter((path) => /^\/etc\/security\/limits\.d\/[^/.][^/]*\.conf$/.test(path))
    .sort();
  const found = limitsOf(conf === undefined ? [CONFIG, ...snippets] : [conf], asked);
  if (!found) return undefined;
  if (found.files && !kernelTakes(found.files, asked)) return undefined;
  const limit = found.logins;
  // Nobody counts the logins of root.
  if (!limit || limit.max < 0 || account.uid === 0) return say('success');
  if (limit.max === 0) return say('perm_denied', limit.line);
  const logind = sinceRelease(asked, [1, 6]);
  if (logind === undefined) return undefined;
  const early = rule.args.includes('utmp_early') ? 0 : 1;
  // With logind a maximum of one is taken for a mistake and not heeded.
  if (logind && limit.max === 1) return say('success');
  const counted = open(limit, asked, logind);
  if (!counted) return undefined;
  if (early + counted[0] > limit.max) return say('perm_denied', limit.line);
  return early + counted[1] <= limit.max ? say('success') : undefined;
};
