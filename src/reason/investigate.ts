import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Cause, Proof, Sources } from '../model/cause.ts';
import type { Unknown } from '../model/fact.ts';
import type { Observed } from '../model/finding.ts';

/** A proof that could not be led, and the first gap that stood in its way. */
export interface Obstacle {
  readonly cause: Cause;
  readonly gap: Unknown;
}

export interface Sighting {
  readonly cause: Cause;
  readonly observed: Observed<unknown>;
}

export interface Investigation {
  readonly sightings: readonly Sighting[];
  /** Causes for which a proof was missing that could have said more than what was said. */
  readonly obstacles: readonly Obstacle[];
}

/** Values of the known facts, or the first gap among them. */
function gather(sources: Sources, bundle: Bundle): { values: Record<string, unknown>; gap?: Unknown } {
  const values: Record<string, unknown> = {};
  for (const [name, source] of Object.entries(sources)) {
    const fact = source.read(bundle);
    if (fact.known) values[name] = fact.value;
    else return { values, gap: fact };
  }
  return { values };
}

function optional(sources: Sources, bundle: Bundle): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, source] of Object.entries(sources)) {
    const fact = source.read(bundle);
    if (fact.known) values[name] = fact.value;
  }
  return values;
}

/** A check that throws is our bug, but the other causes still have their say; it is told as a blind spot. */
function lead(proof: Proof<unknown>, given: Record<string, unknown>, attempt: Attempt): Led {
  try {
    return { observed: proof.check(given, attempt) };
  } catch (error) {
    const detail = `internal error: ${error instanceof Error ? error.message : String(error)}`;
    const first = Object.values(proof.needs)[0];
    const from = { side: first?.side ?? 'server', section: first?.sections[0] ?? '' } as const;
    return { gap: { known: false, gap: 'unparsable', detail, from } };
  }
}
type Led = { observed: readonly Observed<unknown>[] | undefined; gap?: never } | { gap: Unknown; observed?: never };

/**
 * Tries the proofs of each cause, strongest first. The first that can be led and does not pass (`undefined`) decides.
 * Pure; at most one call of each check.
 */
export function investigate(causes: readonly Cause[], bundle: Bundle, attempt: Attempt): Investigation {
  const sightings: Sighting[] = [];
  const obstacles: Obstacle[] = [];
  for (const cause of causes) {
    let missing: Unknown | undefined;
    let observed: readonly Observed<unknown>[] | undefined;
    for (const proof of cause.proofs) {
      const { values, gap } = gather(proof.needs, bundle);
      const led: Led = gap ? { gap } : lead(proof, { ...optional(proof.helps, bundle), ...values }, attempt);
      observed = led.observed;
      if (observed) break;
      missing ??= led.gap;
    }
    for (const one of observed ?? []) sightings.push({ cause, observed: one });
    const settled = (observed?.length ?? 0) > 0 && observed?.every((one) => one.verdict === 'confirmed');
    if (missing && !settled) obstacles.push({ cause, gap: missing });
  }
  return { sightings, obstacles };
}
