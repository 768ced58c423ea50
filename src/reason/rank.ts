import type { Cause } from '../model/cause.ts';
import { type Finding, ROLES, type Role, VERDICTS } from '../model/finding.ts';
import { type CauseId, GATES, type Gate, gateOf } from '../model/gate.ts';
import type { Sighting } from './investigate.ts';

const ROLE_OF = { blocks: 'blocking', degrades: 'degrading', risk: 'latent' } as const;

/**
 * Role of a sighting. A gate that the attempt itself was seen to pass is not closed by anything; what was found there
 * may bite later or others, so it is latent.
 */
function roleOf({ cause, observed }: Sighting, passed: ReadonlySet<Gate>): Role {
  const role = observed.latent ? 'latent' : observed.degrades ? 'degrading' : ROLE_OF[cause.severity];
  return role === 'blocking' && passed.has(observed.closes ?? gateOf(cause.id)) ? 'latent' : role;
}

/** Where a finding stands in the answer: compared element by element, smaller first; every element can be said in words. */
export function standing(finding: Finding): readonly number[] {
  return [
    ROLES.indexOf(finding.role),
    // A mere possibility explains nothing while something likely stands beside it.
    finding.verdict === 'possible' ? 1 : 0,
    GATES.indexOf(gateOf(finding.id)),
    VERDICTS.indexOf(finding.verdict),
    finding.subject === undefined ? 1 : 0,
  ];
}

function compare(a: Finding, b: Finding): number {
  const [left, right] = [standing(a), standing(b)];
  const at = left.findIndex((n, i) => n !== right[i]);
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

/** Everything that follows from `id`, through causes that were not themselves seen. */
function consequencesOf(id: CauseId, causes: ReadonlyMap<CauseId, Cause>): Set<CauseId> {
  const found = new Set<CauseId>();
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const masked of causes.get(next)?.masks ?? []) {
      if (masked !== id && !found.has(masked)) {
        found.add(masked);
        open.push(masked);
      }
    }
  }
  return found;
}

/** Findings in the order of the report: what to fix first stands first. */
export function rank(sightings: readonly Sighting[], causes: readonly Cause[], passed: ReadonlySet<Gate>): Finding[] {
  const byId = new Map(causes.map((cause) => [cause.id, cause]));
  const found = sightings.map((sighting): Finding => {
    const { cause, observed } = sighting;
    const fix = cause.remedy?.(observed.data);
    return {
      id: cause.id,
      role: roleOf(sighting, passed),
      verdict: observed.verdict,
      ...(observed.subject === undefined ? {} : { subject: observed.subject }),
      text: cause.says(observed.data),
      evidence: observed.evidence,
      ...(fix ? { fix } : {}),
      ...(observed.trace ? { trace: observed.trace } : {}),
    };
  });
  // What degrades explains only what degrades.
  const masked: Readonly<Record<'blocking' | 'degrading', Set<CauseId>>> = {
    blocking: new Set(),
    degrading: new Set(),
  };
  for (const { id, role, verdict } of found) {
    if ((role !== 'blocking' && role !== 'degrading') || verdict === 'possible') continue;
    for (const follows of consequencesOf(id, byId)) {
      if (role === 'blocking') masked.blocking.add(follows);
      masked.degrading.add(follows);
    }
  }
  const told = found.map((finding): Finding => {
    const { id, role } = finding;
    const follows = (role === 'blocking' || role === 'degrading') && masked[role].has(id);
    return follows ? { ...finding, role: 'consequence' } : finding;
  });
  // Beside a proven explanation, mere possibilities only distract.
  const explained = told.some((finding) => finding.role === 'blocking' && finding.verdict === 'confirmed');
  return told
    .filter((finding) => !(explained && finding.verdict === 'possible' && finding.role === 'blocking'))
    .sort(compare);
}
