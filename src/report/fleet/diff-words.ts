import type { FleetChange } from '../../reason/fleet/diff.ts';
import type { ChangedGrant, GrantsChange } from '../../reason/fleet/grants-diff.ts';
import { keyName } from '../../reason/keyring/rule.ts';
import { hosts, n } from './words.ts';

const KINDS = ['worse', 'gone', 'other', 'new', 'better'] as const;

/** `3 hosts changed: 1 worse, 2 better` */
export function diffHeadline(changes: readonly FleetChange[]): string {
  if (changes.length === 0) return 'Nothing changed';
  const counts = KINDS.flatMap((kind) => {
    const count = changes.filter((one) => one.kind === kind).length;
    return count === 0 ? [] : [`${n(count)} ${kind}`];
  });
  return `${hosts(changes.length)} changed: ${counts.join(', ')}`;
}

/** `closed: It refuses the connection.`; nothing where there was no such host. */
export function side(of: FleetChange['before']): string {
  return of === undefined ? '' : `${of.outcome}: ${of.says}`;
}

const GRANTS_MAX = 200;

/** `root: ED25519 SHA256:… (alice@laptop), restrict, /root/.ssh/authorized_keys:3`. Foreign text is in it. */
function grantText(one: ChangedGrant): string {
  const restricted = one.options === '' ? [] : [one.options];
  const how = one.authority ? ['by certificates that it signs'] : [];
  const shut =
    one.standing === 'closed'
      ? ['which opens nothing']
      : one.standing === 'unknown'
        ? ['whether it opens is not known']
        : [];
  return [`${one.account}: ${keyName(one)}`, ...how, ...restricted, one.where, ...shut].join(', ');
}

export interface GrantLine {
  readonly mark: '+' | '-' | '≠' | '?';
  readonly text: string;
}

/** Which ways in came and went, a line each; the last says what is not known. */
export function grantLines({ came, went, changed, unsure }: GrantsChange): readonly GrantLine[] {
  const all: GrantLine[] = [
    ...came.map((one) => ({ mark: '+' as const, text: grantText(one) })),
    ...changed.map(({ before, after }) => ({
      mark: '≠' as const,
      text: `${grantText(after)}; before: ${before.options || 'no restriction'}${before.standing === after.standing ? '' : `, ${before.standing}`}`,
    })),
    ...went.map((one) => ({ mark: '-' as const, text: grantText(one) })),
  ];
  const left = all.length - GRANTS_MAX;
  return [
    ...all.slice(0, GRANTS_MAX),
    ...(left > 0 ? [{ mark: '?' as const, text: `and ${left} more` }] : []),
    ...(unsure
      ? [{ mark: '?' as const, text: 'one of the two looks did not see everything: more may have come or gone' }]
      : []),
  ];
}

/** What a pipeline should stop at. */
export const isWorse = ({ kind }: FleetChange): boolean => kind === 'worse' || kind === 'gone';
