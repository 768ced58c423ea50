import type { SshdConfig } from '../../src/facts/sshd/index.ts';
import { keywordOf, type ValueType } from '../../src/knowledge/sshd-keywords.ts';
import { defaultsOf } from '../../src/knowledge/sshd-releases.ts';

/** Types of which `sshd -T` prints all values on one line. */
const ONE_LINE: ReadonlySet<ValueType> = new Set([
  ...(['key-files', 'methods', 'permit', 'words', 'channel-timeout', 'rekey', 'qos'] as const),
]);

/** Values as `sshd -T` prints them, one element a line (servconf.c, dump_config()). */
export function printed(config: SshdConfig, name: string, values: readonly string[]): string[] {
  const { release } = config;
  const known = keywordOf(name, release);
  const defaults = defaultsOf(release)[name] ?? [];
  const { type } = known?.keyword ?? { type: 'word' };
  if (ONE_LINE.has(type)) return values.length === 0 ? [] : [values.join(' ')];
  if (values.length === 0 || values.join('\n') === defaults.join('\n')) return [...values];
  if (type === 'root-login') return values.map((value) => value.replace('prohibit-password', 'without-password'));
  if (type === 'max-startups')
    return values.length === 1 ? [...values] : [`${values[0]}:${values[1] || 30}:${values[2]}`];
  if (type === 'net-block') return [values.join(':')];
  if (type === 'penalties') return penalties(values, defaults[0] ?? '');
  return [...values];
}

/** One limit after the other; of each the first that was set. */
function penalties(values: readonly string[], defaults: string): string[] {
  const set = (name: string) => values.find((value) => value.startsWith(`${name}:`));
  // Any limit switches them on, unless `no` came first.
  if (values[0] === 'enabled:no') return ['no'];
  const overflow6 = set('overflow')?.replace('overflow', 'overflow6') ?? 'overflow6:permissive';
  return [
    defaults
      .split(' ')
      .map((item) => set(item.split(':', 1)[0] ?? '') ?? (item.startsWith('overflow6:') ? overflow6 : item))
      .join(' '),
  ];
}
