import { limits } from '../../src/reason/watch/thresholds.ts';
import { span } from '../../src/reason/watch/words.ts';

/** Every threshold, with its reason. */
export function limitsTable(): string {
  const rows = Object.entries(limits).map(
    ([name, { value, unit, why }]) => `| \`${name}\` | ${unit === 'ms' ? span(value) : `${value} ${unit}`} | ${why} |`,
  );
  return ['| threshold | value | why |', '| --- | --- | --- |', ...rows].join('\n');
}
