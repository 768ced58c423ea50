import type { HardenPlan } from '../model/hardening.ts';
import type { Applied } from '../remedy/apply.ts';
import { underGuard } from '../remedy/guarded.ts';
import { newId } from '../remedy/id.ts';
import type { ApplyScript } from '../remedy/script.ts';
import type { Transport } from '../transport/transport.ts';

/** A login by key of the user's own ssh: whether it got in, and whether that account can become root. */
export interface Proof {
  readonly works: boolean;
  readonly canBecomeRoot: boolean;
  /** What ssh said, or who logged in. */
  readonly said: string;
}

export interface HardenApply {
  readonly plan: HardenPlan;
  /** The door into the server, as root. */
  readonly door: Transport;
  readonly profile: string;
  /** Seconds until the server takes it back by itself. */
  readonly within: number;
  readonly signal?: AbortSignal;
  /** Makes a new login, without a password. */
  prove(): Promise<Proof>;
  /** Whether the changes are to be made, once their diff was seen. */
  agree(diff: readonly string[]): Promise<boolean>;
  step(text: string): void;
}

export interface Hardened {
  /** `refused`: nothing was changed. `damaged`: not all of it could be put back; `why` says more. */
  readonly outcome: 'applied' | 'nothing' | 'declined' | 'refused' | 'rolled-back' | 'damaged';
  /** For `sshwhy undo`. */
  readonly id?: string;
  readonly why?: string;
  /** Lines of `sshd -T` that came (`+`) or went (`-`). */
  readonly effects: readonly string[];
  readonly warnings: readonly string[];
}

const ended = (outcome: Hardened['outcome'], why?: string, made?: Applied, id?: string): Hardened => ({
  outcome,
  ...(why === undefined ? {} : { why }),
  ...(id === undefined ? {} : { id }),
  effects: made?.effects ?? [],
  warnings: made?.warnings ?? [],
});

/** Why it cannot be done without locking somebody out; nothing where it can. */
function danger({ plan }: HardenApply, proof: Proof): string | undefined {
  const [first] = plan.shutOut;
  if (first)
    return `it would no longer let in ${first.user} with ${first.key}; waive the control that does, or change the key`;
  if (!proof.works) return `there is no login by key to prove it with: ${proof.said}`;
  if (plan.endsPasswords && !proof.canBecomeRoot)
    return `passwords would end, and ${proof.said} gets in by key but cannot become root`;
  return undefined;
}

/** A reload leaves sshd deaf for a moment. */
const TRIES = 4;
const BETWEEN_MS = 1000;

async function provedAgain(o: HardenApply): Promise<Proof> {
  let proof = await o.prove();
  for (let tries = 1; tries < TRIES && !proof.works; tries++) {
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    proof = await o.prove();
  }
  return proof;
}

/**
 * Makes the changes of a plan under a guard of the server. First a login by key has to work, of an account that can become
 * root where passwords end; afterwards a new one has to, or everything is taken back.
 * @throws LookError when the door cannot be opened; the reason of `signal` on abort, once what was changed is back.
 */
export async function applyHardening(o: HardenApply): Promise<Hardened> {
  const { plan, door } = o;
  if (plan.changes.length === 0) return ended('nothing');
  o.step('proving a login by key');
  const refused = danger(o, await o.prove());
  if (refused !== undefined) return ended('refused', refused);
  const now = new Date();
  const id = newId(now);
  const summary = `harden by the profile ${o.profile}: ${plan.satisfies.length} controls`;
  const script: ApplyScript = {
    id,
    where: 'server',
    changes: plan.changes,
    within: o.within,
    about: { cause: 'harden', summary, at: now.toISOString() },
  };
  const { outcome, why, applied } = await underGuard(door, script, {
    agree: o.agree,
    prove: async () => {
      const proof = await provedAgain(o);
      return proof.works ? undefined : `a new login by key does not work: ${proof.said}`;
    },
    proves: 'a new login by key works',
    step: (at) => o.step(STEPS[at]),
    ...(o.signal ? { signal: o.signal } : {}),
  });
  return ended(outcome === 'kept' ? 'applied' : outcome, why, applied, applied && id);
}

const STEPS = {
  previewing: 'looking at what would change',
  changing: 'changing the server',
  proving: 'proving a new login by key',
  'taking back': 'taking it back',
} as const;
