import type { TimelineKind } from '../../api-see.ts';

/** How each kind is called, and the colour it is drawn in beside its name: never by the colour alone. */
export const KINDS: readonly {
  readonly kind: TimelineKind;
  readonly name: string;
  readonly one: string;
  readonly color: string;
}[] = [
  { kind: 'in', name: 'Logins', one: 'Login', color: '--good' },
  { kind: 'refused', name: 'Refusals', one: 'Refusal', color: '--bad' },
  { kind: 'ban', name: 'Bans', one: 'Ban', color: '--warn' },
  { kind: 'service', name: 'Service and configuration', one: 'Service', color: '--link' },
  { kind: 'drop', name: 'Packets dropped', one: 'Dropped', color: '--soft' },
  { kind: 'other', name: 'Other', one: 'Other', color: '--soft' },
];

/** Drawn; the rest is in the list and in the table alone. */
export const DRAWN: readonly TimelineKind[] = ['in', 'refused', 'ban', 'service', 'drop'];

const OF: Readonly<Record<string, TimelineKind>> = {
  in: 'in',
  refused: 'refused',
  ban: 'ban',
  daemon: 'service',
  fault: 'service',
  drop: 'drop',
};

/** What one event of an outcome is called, as `kindOf` of src/reason/watch/timeline.ts has it. */
export const kindName = (outcome: string): string =>
  KINDS.find(({ kind }) => kind === (OF[outcome] ?? 'other'))?.one ?? outcome;
