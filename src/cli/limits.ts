import { UsageError } from '../model/errors.ts';
import type { Limits } from '../report/check/plugin.ts';

/** Steps that a time can be named for. */
const STEPS = ['total', 'dns', 'tcp', 'banner', 'kexinit', 'keys', 'auth', 'session'];

/** Reads `auth=500ms,total=2s`. @throws UsageError */
export function parseLimits(text: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [, step = '', digits, unit] = /^([a-z]+)=(\d{1,6}(?:\.\d{1,3})?)(ms|s)$/.exec(part) ?? [];
      if (!STEPS.includes(step))
        throw new UsageError(`"${part}": say STEP=TIME, e.g. total=2s or auth=500ms; steps are ${STEPS.join(', ')}`);
      return [step, Number(digits) / (unit === 'ms' ? 1000 : 1)];
    }),
  );
}

/** Both kinds of limits by step. */
export function limitsOf(
  warning: Readonly<Record<string, number>> = {},
  critical: Readonly<Record<string, number>> = {},
): Limits {
  const steps = [...new Set([...Object.keys(warning), ...Object.keys(critical)])];
  return Object.fromEntries(
    steps.map((step) => [
      step,
      {
        ...(warning[step] !== undefined && { warning: warning[step] }),
        ...(critical[step] !== undefined && { critical: critical[step] }),
      },
    ]),
  );
}
