import { ADVISORIES, type Advisory, HAZARDS, type Hazard, type Level } from '../knowledge/advisories.ts';
import type { SshdBinary } from './binary.ts';

/** `affected`: the version has it and no backport is known; `unknown`: a distribution of which no backports are listed. */
export interface Hole {
  readonly advisory: Advisory;
  readonly verdict: 'affected' | 'unknown';
}

function levelOf({ version }: SshdBinary): Level | undefined {
  const [, major, minor, patch = '1'] = /OpenSSH_(\d+)\.(\d+)(?:p(\d+))?/.exec(version) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

function before(a: Level, b: Level): boolean {
  const at = a.findIndex((n, i) => n !== b[i]);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
}

/** Holes of this sshd that are not known to be closed; `undefined` when it does not say its release. */
export function holesOf(binary: SshdBinary): readonly Hole[] | undefined {
  const level = levelOf(binary);
  if (!level) return undefined;
  const [, suite, update] = /\+deb(\d+)u(\d+)/.exec(binary.package ?? '') ?? [];
  // An epoch is Debian's and Ubuntu's, who share their patches.
  const debianish = /^1:/.test(binary.package ?? '');
  return ADVISORIES.flatMap((advisory): Hole[] => {
    const { since, fixed, debian, debianOnly } = advisory;
    if ((since && before(level, since)) || (fixed && !before(level, fixed))) return [];
    const closedBy = suite === undefined ? undefined : debian[suite];
    if (closedBy !== undefined) return Number(update) >= closedBy ? [] : [{ advisory, verdict: 'affected' }];
    if (debianOnly && !debianish) return [];
    // Built from the sources, or of a maker whose backports are not listed.
    const own = binary.package === undefined || binary.package === '';
    return [{ advisory, verdict: own && fixed ? 'affected' : 'unknown' }];
  });
}

/** What newer releases took away; told before an upgrade. */
export function hazardsAhead(binary: SshdBinary): readonly Hazard[] {
  const level = levelOf(binary);
  return level ? HAZARDS.filter(({ release }) => before(level, release)) : [];
}
