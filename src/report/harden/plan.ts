import type { HardenReport } from '../../model/harden-report.ts';
import { shellQuote } from '../../model/remedy.ts';
import { visible } from '../escape.ts';

type Plan = NonNullable<HardenReport['plan']>;

function changeLines(change: Plan['changes'][number]): string[] {
  switch (change.kind) {
    case 'write':
      return [
        `write ${change.file} (${change.mode}, ${change.owner}):`,
        ...change.text
          .trimEnd()
          .split('\n')
          .map((line) => `  ${line}`),
      ];
    case 'prepend':
      return [`put in front of ${change.file}:`, ...change.lines.map((line) => `  ${line}`)];
    case 'mode':
      return [`chmod ${change.mode} ${shellQuote(change.path)}`];
    case 'owner':
      return [`chown ${change.owner} ${shellQuote(change.path)}`];
    case 'unit':
      return [`${change.check ? 'sshd -t && ' : ''}systemctl ${change.action} ${shellQuote(change.unit)}`];
  }
}

/** What became of the changes. */
export function appliedLines({ outcome, id, why, effects, warnings }: NonNullable<HardenReport['applied']>): string[] {
  const undo = id === undefined ? '' : ` (sshwhy undo ${id} takes it back)`;
  const heads: Readonly<Record<typeof outcome, string>> = {
    applied: `Hardened, and a new login by key works${undo}.`,
    nothing: 'There is nothing that a machine could change here.',
    declined: 'Nothing was changed.',
    refused: 'Nothing was changed',
    'rolled-back': 'Everything was taken back',
    damaged: 'Not everything is known to be as it was',
  };
  const head = why === undefined ? heads[outcome] : `${heads[outcome].replace(/\.$/, '')}: ${why}`;
  return [head, ...effects.map((line) => `  ${line}`), ...warnings.map((line) => `  ! ${line}`)].map(visible);
}

/** What the changes are and what they come to; everything foreign in it is escaped. */
export function planLines(plan: Plan, bold: (text: string) => string): string[] {
  if (plan.changes.length === 0) return [bold('There is nothing that a machine could change here.')];
  const logins = (list: Plan['keepers']) => list.map(({ user, key }) => visible(`  ${user} with ${key}`));
  return [
    bold(`These changes satisfy ${plan.satisfies.length} of the findings (nothing was changed):`),
    ...plan.changes.flatMap(changeLines).map(visible),
    ...(plan.shutOut.length > 0 ? ['', bold('They would no longer let in:'), ...logins(plan.shutOut)] : []),
    ...(plan.endsPasswords
      ? [
          '',
          bold('Passwords alone let nobody in any more.'),
          ...(plan.keepers.length > 0
            ? ['These get in by key and can become root; try one of them before you go on:', ...logins(plan.keepers)]
            : ['No login by key was found that can become root: make one and try it, or you lock yourself out.']),
        ]
      : []),
  ];
}
