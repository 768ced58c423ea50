import type { Finding } from '../model/finding.ts';
import type { CauseId } from '../model/gate.ts';
import type { Fix } from '../model/remedy.ts';
import { newId } from '../remedy/id.ts';
import type { ApplyScript } from '../remedy/script.ts';

/** A finding that a machine can do something about. */
export interface Planned {
  readonly id: string;
  readonly cause: CauseId;
  readonly text: string;
  readonly fix: Fix;
  readonly script: ApplyScript;
}

/** Whether a machine can do something about it. */
export const isFix = (finding: Finding): finding is Finding & { fix: Fix } =>
  finding.fix !== undefined && !('refuse' in finding.fix);

/** Tells two findings of one cause apart. */
export const nameOf = ({ id, subject }: Finding): string => `${id} ${subject ?? ''}`;

/** What is to be changed next: the first cause that closes a gate; where none does from the start, one that makes the login worse. */
export function nextFinding(
  findings: readonly Finding[],
  o: { readonly only?: string; readonly begun: boolean },
): Finding | undefined {
  if (o.only !== undefined) return findings.find(({ id }) => id === o.only);
  const blocking = findings.find(({ role }) => role === 'blocking');
  return blocking ?? (o.begun ? undefined : findings.find((one) => one.role === 'degrading' && isFix(one)));
}

/** What is sent to the machine for it. `stack`: earlier fixes there that still wait for their confirmation. */
export function planOf(
  finding: Finding & { fix: Fix },
  o: Pick<ApplyScript, 'within' | 'connection'>,
  stack: readonly string[],
): Planned {
  const now = new Date();
  const id = newId(now);
  const { fix } = finding;
  return {
    id,
    cause: finding.id,
    text: finding.text,
    fix,
    script: {
      id,
      where: fix.where,
      changes: fix.changes,
      within: o.within,
      stack,
      about: { cause: finding.id, summary: fix.summary, at: now.toISOString() },
      ...(o.connection && fix.where === 'server' ? { connection: o.connection } : {}),
    },
  };
}
