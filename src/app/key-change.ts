import type { Bundle } from '../model/bundle.ts';
import { LookError } from '../model/errors.ts';
import type { ChangedHost } from '../model/keys-change.ts';
import type { KeyPlan } from '../reason/keyring/plain-key.ts';
import { apply, manage, preview } from '../remedy/apply.ts';
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
const RESTORE_MS = 60_000;
/** For a host to take back what it changed. */
const MARGIN_MS = 30_000;
const POLL_MS = 3000;

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
    o.step(`${host.name}: looking at what would be changed`);
    const { diff, refused } = await preview(host.door, script, signal);
    if (refused !== undefined) return { outcome: 'refused', why: refused, steps: [] };
    if (o.dryRun) return { outcome: 'planned', steps: [...plan.says], diff: [...diff] };
    if (!(await o.agree(host.name, plan.says, diff)))
      return { outcome: 'refused', why: 'it was not wanted', steps: [] };
    return await made(o, step, script, plan.says);
  } catch (error) {
    if (!(error instanceof LookError)) throw error;
    return { outcome: 'could-not-look', why: error.message, steps: [] };
  }
}

async function made(o: KeyChangeOptions, step: KeyStep, script: ApplyScript, says: readonly string[]): Promise<Ended> {
  const { door } = o.host;
  try {
    o.step(`${o.host.name}: ${step.summary}`);
    const { state, why = '' } = await apply(door, script, o.signal);
    if (state === 'refused' || state === 'damaged') return { outcome: state, why, steps: [] };
    if (state === 'restored') return { outcome: 'rolled-back', why, steps: [] };
    o.step(`${o.host.name}: proving that ${step.proves}`);
    const unproven = state === 'unknown' ? `the line to it was lost (${why})` : await step.prove();
    if (unproven !== undefined) return await takeBack(o, script.id, unproven);
    const said = await manage(door, { action: 'confirm', id: script.id, why: step.proves }, o.signal);
    if (!said.some(({ key }) => key === 'confirmed'))
      return { outcome: 'rolled-back', why: 'it was taken back before it could be confirmed', steps: [] };
    return {
      outcome: 'done',
      steps: [...says, `proven: ${step.proves}`, `sshwhy undo ${script.id} ${o.host.by} takes it back`],
    };
  } catch (error) {
    const back = await takeBack(o, script.id, 'it was interrupted').catch(() => undefined);
    if (o.signal?.aborted || !back) throw error;
    return { ...back, why: error instanceof Error ? error.message : String(error) };
  }
}

/** A host that cannot be reached any more takes it back itself; that is waited for. */
async function takeBack(o: KeyChangeOptions, id: string, why: string): Promise<Ended> {
  o.step(`${o.host.name}: taking it back`);
  const end = Date.now() + o.within * 1000 + MARGIN_MS;
  for (let first = true; first || Date.now() < end; first = false) {
    if (!first) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const order = { action: 'undo', id, why, force: true } as const;
    const said = await manage(o.host.door, order, AbortSignal.timeout(RESTORE_MS)).catch(() => []);
    const is = (state: string) => said.some(({ key }) => key === state);
    if (is('damaged')) return { outcome: 'damaged', why, steps: [] };
    // Whoever cannot log in any more gets no answer.
    if (is('restored') || is('unknown')) return { outcome: 'rolled-back', why, steps: [] };
  }
  return { outcome: 'damaged', why: `${why}; and the host could not be reached any more`, steps: [] };
}
