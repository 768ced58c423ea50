import { LookError } from '../model/errors.ts';
import type { Transport } from '../transport/transport.ts';
import { type Applied, apply, manage, preview } from './apply.ts';
import type { ApplyScript } from './script.ts';

/** What became of changes that are kept only when they are proven. */
export interface Guarded {
  /** `refused`, `declined`: nothing was changed. `damaged`: not all of it is known to be back; `why` says more. */
  readonly outcome: 'kept' | 'refused' | 'declined' | 'rolled-back' | 'damaged';
  readonly why?: string;
  /** What the machine said of the changes, where it made any. */
  readonly applied?: Applied;
}

export interface GuardedStep {
  /** Whether the changes are to be made, once their diff was seen. */
  agree(diff: readonly string[]): Promise<boolean>;
  /** Why they are not proven; `undefined` when they are. */
  prove(): Promise<string | undefined>;
  /** What is proven then, in words. */
  readonly proves: string;
  /** Instead of confirming them, the guard waits so many seconds more, and takes them back then. */
  readonly until?: number;
  /** How long a machine that does not answer is waited for while it takes them back, milliseconds. */
  readonly patienceMs?: number;
  step(text: 'previewing' | 'changing' | 'proving' | 'taking back'): void;
  readonly signal?: AbortSignal;
}

const BACK_MS = 60_000;
const POLL_MS = 3000;

/**
 * Has a machine take a fix back, whatever state that is in. `unreachable`: it could not be told; its guard does it.
 * Never rejects, so that an error on the way here is not lost.
 */
export async function takeBack(
  door: Transport,
  id: string,
  why: string,
  patienceMs = 0,
): Promise<'restored' | 'damaged' | 'unreachable'> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const order = { action: 'undo', id, why, force: true } as const;
    const said = await manage(door, order, AbortSignal.timeout(BACK_MS)).catch(() => []);
    const is = (state: string): boolean => said.some(({ key }) => key === state);
    if (is('damaged')) return 'damaged';
    // A machine that remembers no such fix has never begun with it.
    if (is('restored') || is('unknown')) return 'restored';
    if (Date.now() >= end) return 'unreachable';
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** In words, what it means that a machine could not be told to take a fix back. */
export const unreachable = ({ within }: Pick<ApplyScript, 'within'>): string =>
  `it could not be reached any more, and takes everything back by itself within ${within} s`;

/**
 * Shows the changes, makes them under the guard of the machine, and keeps them only when they are proven. In every other case
 * they go back, also on abort; then it rejects with the reason.
 * @throws LookError when the door cannot be opened before anything is changed.
 */
export async function underGuard(door: Transport, script: ApplyScript, o: GuardedStep): Promise<Guarded> {
  o.step('previewing');
  const { diff, refused } = await preview(door, script, o.signal);
  if (refused !== undefined) return { outcome: 'refused', why: refused };
  if (!(await o.agree(diff))) return { outcome: 'declined' };
  const back = async (why: string, applied?: Applied): Promise<Guarded> => {
    o.step('taking back');
    const state = await takeBack(door, script.id, why, o.patienceMs);
    const told = state === 'unreachable' ? `${why}; ${unreachable(script)}` : why;
    return { outcome: state === 'restored' ? 'rolled-back' : 'damaged', why: told, ...(applied ? { applied } : {}) };
  };
  try {
    o.step('changing');
    const applied = await apply(door, script, o.signal);
    const { state, why = '' } = applied;
    if (state === 'refused') return { outcome: 'refused', why };
    if (state === 'restored') return { outcome: 'rolled-back', why, applied };
    if (state === 'damaged') return { outcome: 'damaged', why, applied };
    if (state === 'unknown') return await back(`the line was lost while it was changed (${why})`, applied);
    o.step('proving');
    const unproven = await o.prove();
    if (unproven !== undefined) return await back(unproven, applied);
    const { id } = script;
    const order =
      o.until === undefined
        ? ({ action: 'confirm', id, why: o.proves } as const)
        : ({ action: 'extend', id, within: o.until } as const);
    const said = await manage(door, order, o.signal);
    if (said.some(({ key }) => key === (o.until === undefined ? 'confirmed' : 'armed')))
      return { outcome: 'kept', applied };
    return await back('the machine had taken it back before it could be confirmed', applied);
  } catch (error) {
    if (error instanceof LookError && !o.signal?.aborted) return await back(error.message);
    await back('it was interrupted');
    throw error;
  }
}
