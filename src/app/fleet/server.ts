import type { Bundle } from '../../model/bundle.ts';
import { LookError } from '../../model/errors.ts';
import type { FleetHost, FleetSummary } from '../../model/fleet.ts';
import type { Profile } from '../../model/hardening.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import { fleetTally } from '../../reason/fleet/group.ts';
import { controlFacts, serverFacts } from '../../reason/fleet/posture.ts';
import type { Transport } from '../../transport/transport.ts';
import { attemptOf } from '../attempt.ts';
import { report } from '../diagnose.ts';
import { harden } from '../harden.ts';
import { collectServer, type ServerQuestion } from '../server.ts';
import { pooled } from './pool.ts';
import { asked, firstOf, outcomeIn, toldOf } from './told.ts';

/** What is made of a server that was looked at. Pure. */
export type Judge = (
  host: InventoryHost,
  bundle: Bundle,
) => Pick<FleetHost, 'asked' | 'outcome' | 'found' | 'says' | 'gates' | 'gate' | 'facts' | 'keys'>;

export interface FleetLook {
  readonly width: number;
  /** For one host, milliseconds. */
  readonly timeoutMs: number;
  readonly port: number;
  readonly question: ServerQuestion;
  readonly what: FleetHost['asked'];
  door(host: InventoryHost): Transport;
  readonly judge: Judge;
  readonly signal: AbortSignal;
  onHost(host: FleetHost, bundle: Bundle | undefined): void | Promise<void>;
}

/** Looks at each server through its door, one round trip each. A door that does not open is an answer of its host. */
export async function lookInFleet(hosts: Iterable<InventoryHost>, o: FleetLook): Promise<FleetSummary> {
  const started = performance.now();
  const tally = fleetTally();
  await pooled(hosts, {
    width: o.width,
    signal: o.signal,
    work: (host) => lookAt(host, o),
    done: ({ told, bundle }) => {
      if (o.signal.aborted) return;
      tally.see(told);
      return o.onHost(told, bundle);
    },
  });
  return tally.end({ ms: performance.now() - started, interrupted: o.signal.aborted });
}

type Looked = { readonly told: FleetHost; readonly bundle?: Bundle };

/** Looks at one server. A door that does not open is an answer of its host. */
export async function lookAt(
  host: InventoryHost,
  o: Pick<FleetLook, 'what' | 'port' | 'door' | 'question' | 'timeoutMs' | 'signal' | 'judge'>,
): Promise<Looked> {
  const began = performance.now();
  const head = asked(o.what, host, host.port ?? o.port, new Date().toISOString());
  try {
    const bundle = await collectServer(o.door(host), o.question, { timeoutMs: o.timeoutMs, signal: o.signal });
    const ms = { look: Math.round(performance.now() - began) };
    return { bundle, told: { ...head, at: bundle.takenAt, ms, ...o.judge(host, bundle) } };
  } catch (error) {
    if (!(error instanceof LookError)) throw error;
    const ms = { look: Math.round(performance.now() - began) };
    return { told: { ...head, ms, outcome: 'unknown' as const, found: [], says: error.message, gates: [] } };
  }
}

/** What is broken there. */
export const judgeServer =
  (question: ServerQuestion): Judge =>
  (host, bundle) => {
    const attempt = { ...attemptOf(bundle), ...question };
    const made = report(host.name, bundle, attempt, 0);
    const told = toldOf(made);
    return {
      asked: 'server',
      outcome: outcomeIn(made),
      ...told,
      says: told.found[0]?.says ?? 'Nothing that closes a gate was found.',
      facts: serverFacts(bundle, attempt),
    };
  };

const FAILS_MAX = 200;

/** What fails of a profile; `today`: ISO date by which waivers end. */
export const judgeHarden =
  (profile: Profile, today: string): Judge =>
  (host, bundle) => {
    const { results, counts } = harden(bundle, { input: host.name, profile, failOn: 'low', today, plan: false });
    const fails = results.filter(({ status }) => status === 'fail').slice(0, FAILS_MAX);
    return {
      asked: 'harden',
      outcome: fails.length > 0 ? 'degraded' : counts.pass > 0 ? 'open' : 'unknown',
      found: fails.map(({ control, title, now, subject, evidence }) => ({
        id: control,
        says: now === undefined ? title : `${title}: ${now}`,
        ...(subject === undefined ? {} : { subject }),
        evidence: firstOf(evidence),
      })),
      says: `${counts.fail} fail, ${counts.pass} pass, ${counts.unknown} unknown`,
      gates: [],
      facts: controlFacts(results),
    };
  };
