import { expect, test } from 'vitest';
import { planLines } from '../../src/report/harden/plan.ts';

test('what is bold is printed as it is, and what a server said is escaped', () => {
  const plan = {
    changes: [{ kind: 'mode' as const, path: '/etc/ssh/\x1b[31mred', mode: '0600' }],
    satisfies: ['x'],
    left: [],
    endsPasswords: false,
    shutOut: [{ user: 'a\x1b[2J', key: 'SHA256:x' }],
    keepers: [],
  };
  const lines = planLines(plan, (text) => `\x1b[1m${text}\x1b[22m`);
  expect(lines[0]).toBe('\x1b[1mThese changes satisfy 1 of the findings (nothing was changed):\x1b[22m');
  expect(lines.join('\n')).toContain(`/etc/ssh/'"$(printf '\\033')"'[31mred`);
  expect(lines.join('\n')).toContain('a\\x1b[2J with SHA256:x');
});
