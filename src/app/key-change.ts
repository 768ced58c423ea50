import type { Bundle } from '../model/bundle.ts';
import { LookError } from '../model/errors.ts';
import type { ChangedHost } from '../model/keys-change.ts';
import type { KeyPlan } from '../reason/keyring/plain-key.ts';
import { preview } from '../remedy/apply.ts';
import { underGuard } from '../remedy/guarded.ts';
import { newId } from '../remedy/id.ts';
import type { ApplyScript } from '../remedy/script.ts';
import type { Transport } from '../transport/transport.ts';
import { collectServer } from './server.ts';

/** One host on which keys are changed. */
export interface KeyHost {
  /** As the user named it. */
  readonly name: string;
  readonly door: Transport;
  /** What `sshwhy undo` needs to be told to come to it by the same door. */
  readonly by: string;
}

export interface KeyChangeOptions {
  readonly host: KeyHost;
  /** Seconds until the host takes a step back that nobody confirmed. */
  readonly within: number;
  /** Only say what would be changed. */
  readonly dryRun: boolean;
  /** Whether a step is to be made, once its diff was seen. */
  agree(host: string, says: readonly string[], diff: readonly string[]): Promise<boolean>;
  step(text: string): void;
  readonly signal?: AbortSignal;
}

/** A step of a change of keys: planned on what is there now, made under guard, proven, and then confirmed or taken back. */
export interface KeyStep {
  readonly cause: string;
  readonly summary: string;
  /** Only this account is looked at; absent: all. */
  readonly user?: string;
  plan(bundle: Bundle): KeyPlan;
  /** Asked before anything is changed: why it must not be. */
  before?(): Promise<string | undefined>;
  /** Why it is not proven; `undefined` when it is. */
  prove(): Promise<string | undefined>;
  /** What is proven then, in words. */
  readonly proves: string;
}

const KEYS_TIMEOUT_MS = 90_000;
/** For a host to take back what it changed. */
const MARGIN_MS = 30_000;

export async function lookAt({ host, signal }: KeyChangeOptions, user?: string): Promise<Bundle> {
  const question = { scope: 'keys' as const, ...(user === undefined ? {} : { user }) };
  return collectServer(host.door, question, { timeoutMs: KEYS_TIMEOUT_MS, ...(signal ? { signal } : {}) });
}

type Ended = Omit<ChangedHost, 'host'>;

/** Makes one step on one host. Rejects on abort, once what was changed is back; a host that cannot be looked at is told. */
export async function makeStep(o: KeyChangeOptions, step: KeyStep): Promise<Ended> {
  const { host, signal } = o;
  try {
    o.step(`${host.name}: looking at its keys`);
    const plan = step.plan(await lookAt(o, step.user));
    if (plan.is === 'refused') return { outcome: 'refused', why: plan.why, steps: [] };
    if (plan.is === 'done') {
      const why = o.dryRun ? undefined : await step.prove();
      return why === undefined
        ? { outcome: 'already', steps: [...plan.says] }
        : { outcome: 'refused', why, steps: [...plan.says] };
    }
    const never = o.dryRun ? undefined : await step.before?.();
    if (never !== undefined) return { outcome: 'refused', why: never, steps: [] };
    const now = new Date();
    const script: ApplyScript = {
      id: newId(now),
      where: 'server',
      changes: plan.changes,
      within: o.within,
      about: { cause: step.cause, summary: step.summary, at: now.toISOString() },
    };
    if (o.dryRun) {
      const { diff, refused } = await preview(host.door, script, signal);
      return refused === undefined
        ? { outcome: 'planned', steps: [...plan.says], diff: [...diff] }
        : { outcome: 'refused', why: refused, steps: [] };
    }
    const says = (text: string): void => o.step(`${host.name}: ${text}`);
    const { outcome, why } = await underGuard(host.door, script, {
      agree: (diff) => o.agree(host.name, plan.says, diff),
      prove: step.prove,
      proves: step.proves,
      // A host that nobody can log in to any more takes it back itself; that is waited for.
      patienceMs: o.within * 1000 + MARGIN_MS,
      step: (at) =>
        says(
          {
            previewing: 'looking at what would be changed',
            changing: step.summary,
            proving: `proving that ${step.proves}`,
            'taking back': 'taking it back',
          }[at],
        ),
      ...(signal ? { signal } : {}),
    });
    if (outcome === 'declined') return { outcome: 'refused', why: 'it was not wanted', steps: [] };
    if (outcome !== 'kept') return { outcome, why: why ?? '', steps: [] };
    const undo = `sshwhy undo ${script.id} ${host.by} takes it back`;
    return { outcome: 'done', steps: [...plan.says, `proven: ${step.proves}`, undo] };
  } catch (error) {
    if (!(error instanceof LookError)) throw error;
    return { outcome: 'could-not-look', why: error.message, steps: [] };
  }
}
