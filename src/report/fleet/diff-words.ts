import type { FleetChange } from '../../reason/fleet/diff.ts';
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

/** What a pipeline should stop at. */
export const isWorse = ({ kind }: FleetChange): boolean => kind === 'worse' || kind === 'gone';
