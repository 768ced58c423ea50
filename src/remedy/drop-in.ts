import { type SshdConfig, setting } from '../facts/sshd/index.ts';
import { scaled, seconds } from '../facts/sshd/scalars.ts';
import { controlOf } from '../knowledge/controls/index.ts';
import { atLeast, keywordOf, type Release, writtenKeyword } from '../knowledge/sshd-keywords.ts';
import { type Algorithms, algorithmsOf } from '../knowledge/sshd-releases.ts';
import type { Want } from '../model/control.ts';
import type { ControlResult } from '../model/hardening.ts';
import { meets, namesIn } from '../reason/harden/want.ts';

/** A setting that satisfies every control of its keyword. */
export interface SettingLine {
  /** Keyword in lower case. */
  readonly keyword: string;
  /** Lines of sshd_config, as this release takes them. */
  readonly lines: readonly string[];
  /** Ids of the controls that asked for it. */
  readonly controls: readonly string[];
}

const KIND: Readonly<Record<string, keyof Algorithms>> = {
  ciphers: 'ciphers',
  macs: 'macs',
  kex: 'kex',
  keys: 'keys',
  signatures: 'signatures',
};

/**
 * What is in the list now and allowed, so that nothing is switched on that was off, unless a control asks for it or
 * nothing would be left. Nothing where no list does.
 */
function list(
  current: readonly string[],
  wants: readonly Want[],
  defaults: readonly string[],
  known: readonly string[],
): string | undefined {
  const refused = (name: string) => wants.some((want) => 'never' in want && want.never.includes(name));
  // A list of which nothing is sound gives way to the release's own.
  let names = [...(current.every(refused) ? defaults : current)];
  for (const want of wants) {
    if ('only' in want) {
      const kept = want.only.filter((name) => names.includes(name));
      names = kept.length > 0 ? kept : want.only.filter((name) => known.includes(name));
    }
  }
  names = names.filter((name) => !refused(name));
  for (const want of wants)
    if ('someOf' in want && !meets(want, names))
      names.unshift(...want.someOf.filter((name) => known.includes(name) && !names.includes(name)));
  const made = [names.join(',')];
  return names.length > 0 && wants.every((want) => meets(want, made)) ? made[0] : undefined;
}

/** Field by field the stricter of what is and what is wanted. */
function stricter(wanted: string, current: readonly string[]): string {
  if (wanted.includes(':')) {
    const [begin = 10, rate = 30, full = 60] = wanted.split(':').map(Number);
    const [nowBegin, nowRate, nowFull] = current.join(':').split(':').map(Number);
    const least = Math.min(begin, nowBegin || begin);
    return [least, Math.max(rate, nowRate || rate), Math.max(least, Math.min(full, nowFull || full))].join(':');
  }
  const [size = '', time = ''] = wanted.split(' ');
  const [nowSize, nowTime] = [scaled(current[0] ?? '') || Infinity, seconds(current[1] || '0') || Infinity];
  return `${nowSize < (scaled(size) ?? 0) ? nowSize : size} ${nowTime < (seconds(time) ?? 0) ? nowTime : time}`;
}

function scalar(want: Want, current: readonly string[], writes: string | undefined): string | undefined {
  if ('is' in want) return want.is[0];
  if ('noLaxer' in want) return stricter(want.noLaxer, current);
  if ('present' in want) return writes;
  if ('atMost' in want || 'atLeast' in want) {
    const bound = want.atMost ?? want.atLeast;
    return bound === undefined ? undefined : String(bound);
  }
  return undefined;
}

/** The lines that set a keyword, by the names that this release has for it. */
function written(keyword: string, value: string, release: Release | undefined): readonly string[] {
  if (keyword === 'kbdinteractiveauthentication' && !atLeast(release, [8, 7]))
    return [`ChallengeResponseAuthentication ${value}`, `KbdInteractiveAuthentication ${value}`];
  const name = writtenKeyword(keyword);
  return [`${atLeast(release, [8, 5]) ? name : name.replace(/AcceptedAlgorithms$/, 'AcceptedKeyTypes')} ${value}`];
}

/**
 * Lines of sshd_config that satisfy the controls that failed and can be satisfied by lines, one setting after the other in
 * the order of the results. The whole is checked against all controls of a keyword: where no value satisfies them, or the
 * release is not known to which a list of algorithms would be written, the setting is left out.
 */
export function settingLines(results: readonly ControlResult[], config: SshdConfig): readonly SettingLine[] {
  const { release } = config;
  const keywords = new Set(results.flatMap(({ repair }) => (repair?.kind === 'line' ? [repair.keyword] : [])));
  const failing = (id: string) =>
    results.some(({ control, status, repair }) => control === id && status === 'fail' && repair?.kind === 'line');
  return [...keywords].flatMap((keyword): SettingLine[] => {
    const mine = results.flatMap((result) => {
      const check = controlOf(result.control)?.check;
      const counts = result.subject === undefined && ['fail', 'pass'].includes(result.status);
      return counts && check?.kind === 'setting' && check.keyword === keyword ? [{ ...result, check }] : [];
    });
    const controls = mine.map(({ control }) => control).filter(failing);
    if (controls.length === 0) return [];
    const known = keywordOf(keyword, release) ?? keywordOf(keyword);
    const kind = known && KIND[known.keyword.type];
    const current = setting(config, keyword, {}).values;
    const defaults = namesIn(setting({ ...config, directives: [] }, keyword, {}).values);
    const wants = mine.map(({ want }) => want);
    const first = mine.find(({ control }) => failing(control));
    const value = kind
      ? release && list(namesIn(current), wants, defaults, algorithmsOf(release)[kind].split(','))
      : first && scalar(first.want, current, first.check.writes);
    return value === undefined ? [] : [{ keyword, lines: written(keyword, value, release), controls }];
  });
}

/** The drop-in, which has to be the first that sshd reads. */
export const DROP_IN = '/etc/ssh/sshd_config.d/00-sshwhy-harden.conf';

const HEAD = [
  '# Made by sshwhy harden. sshd takes the first value that it reads, so these lines have to stay in front.',
];

/** Keywords, in lower case, that lines of sshd_config set. */
const keywordsIn = (lines: readonly string[]): ReadonlySet<string> =>
  new Set(lines.map((line) => /^\s*([A-Za-z]+)/.exec(line)?.[1]?.toLowerCase() ?? ''));

/**
 * The text of the drop-in for what failed: nothing when no line would help. Lines of an earlier one stay, unless their
 * keyword is set anew: they are why other controls pass.
 */
export function dropIn(results: readonly ControlResult[], config: SshdConfig, earlier = ''): string | undefined {
  const settings = settingLines(results, config);
  if (settings.length === 0) return undefined;
  const fresh = settings.flatMap(({ lines, controls }) => [`# ${controls.join(', ')}`, ...lines]);
  const set = keywordsIn(settings.flatMap(({ lines }) => lines));
  const before = earlier.split('\n').filter((line) => {
    const keyword = /^\s*([A-Za-z]+)/.exec(line)?.[1]?.toLowerCase();
    return keyword !== undefined && !set.has(keyword);
  });
  const kept = before.length > 0 ? ['# from before', ...before] : [];
  return `${[...HEAD, '', ...fresh, ...kept].join('\n')}\n`;
}
