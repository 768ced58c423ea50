import type { Evidence } from '../../../model/finding.ts';
import { type Asked, inGroup, linesOf, type Module, option, say } from '../asked.ts';

const CONFIG = '/etc/security/faillock.conf';
const MAX_SECONDS = 604_800;
const SHOWN = 3;

interface Options {
  deny: number;
  interval: number;
  /** 0 is never. */
  unlock: number;
  rootUnlock?: number;
  evenRoot: boolean;
  localOnly: boolean;
  adminGroup?: string;
  dir?: string;
}

/** set_conf_opt(): numbers are read as far as they are numbers; what cannot be read leaves the value as it was. */
function set(options: Options, name: string, value: string): void {
  const digits = /^\s*\+?(\d{1,15})/.exec(value)?.[1];
  const count = digits === undefined ? undefined : Number(digits);
  const seconds = value === 'never' ? 0 : count !== undefined && count <= MAX_SECONDS ? count : undefined;
  if (name === 'deny' && count !== undefined) options.deny = count % 65_536;
  else if (name === 'fail_interval' && value !== 'never' && seconds !== undefined) options.interval = seconds;
  else if (name === 'unlock_time' && seconds !== undefined) options.unlock = seconds;
  else if (name === 'root_unlock_time' && seconds !== undefined) options.rootUnlock = seconds;
  else if (name === 'even_deny_root') options.evenRoot = true;
  else if (name === 'local_users_only') options.localOnly = true;
  else if (name === 'admin_group') options.adminGroup = value;
  else if (name === 'dir' && value.startsWith('/')) options.dir = value;
}

/** faillock.conf(5), then the arguments; `undefined` where the file is not known. */
function optionsOf(args: readonly string[], conf: string | undefined, asked: Asked): Options | 'broken' | undefined {
  const options: Options = { deny: 3, interval: 900, unlock: 600, evenRoot: false, localOnly: false };
  const path = conf ?? CONFIG;
  const lines = linesOf(asked.files, path);
  if (!lines) return undefined;
  if (conf !== undefined && asked.files.get(conf)?.status === 'absent') return 'broken';
  for (const line of lines) {
    const [, name = '', value = ''] = /^\s*([^\s=#]+)[\s=]*([^#]*)/.exec(line) ?? [];
    if (name !== '') set(options, name, value.trimEnd());
  }
  for (const word of args) {
    const [name = '', ...rest] = word.split('=');
    if (name !== 'conf') set(options, name, rest.join('='));
  }
  return options;
}

/** pam_faillock(8): enough failures within fail_interval of the newest one lock, until unlock_time after it. */
export const faillock: Module = (rule, asked) => {
  const { kind, account, tally, now, zone } = asked;
  const options = optionsOf(rule.args, option(rule, 'conf'), asked);
  if (options === undefined) return undefined;
  if (options === 'broken') return say('service_err');
  // The account lines only forget what was counted.
  if (kind === 'account') return say('success');
  const stage = rule.args.findLast((word) => /^(?:preauth|authfail|authsucc)$/.test(word)) ?? 'preauth';
  const free = say(stage === 'authfail' ? 'ignore' : 'success');
  if (options.localOnly || options.dir !== undefined) return undefined;
  const admin = account.uid === 0 || (options.adminGroup !== undefined && inGroup(asked, options.adminGroup));
  if (options.deny === 0 || (admin && !options.evenRoot)) return free;
  if (tally === undefined) return undefined;
  const valid = (tally ?? []).filter((one) => one.valid);
  if (valid.length < options.deny) return free;
  const times = valid.map(({ at }) => (at === undefined || zone === undefined ? undefined : at - zone * 60_000));
  if (times.includes(undefined)) return undefined;
  const known = times.filter((at) => at !== undefined);
  const latest = Math.max(...known);
  if (known.filter((at) => latest - at < options.interval * 1000).length < options.deny) return free;
  const unlock = admin ? (options.rootUnlock ?? options.unlock) : options.unlock;
  if (unlock !== 0 && latest + unlock * 1000 < now) return free;
  const evidence = valid
    .slice(-SHOWN)
    .map(({ line, text }): Evidence => ({ side: 'server', section: 'faillock', line, text }));
  return say('auth_err', ...evidence);
};
