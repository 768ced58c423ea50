import type { Finding } from '../model/finding.ts';
import type { Fix } from '../model/remedy.ts';
import { type Applied, apply, manage, preview } from '../remedy/apply.ts';
import { takeBack, unreachable } from '../remedy/guarded.ts';
import type { ApplyScript } from '../remedy/script.ts';
import type { Transport } from '../transport/transport.ts';
import type { Diagnosis } from './diagnose.ts';
import { isFix, nameOf, nextFinding, type Planned, planOf } from './fix-plan.ts';

/** A fix that was made, and what the machine said of it. */
export interface Made extends Planned {
  readonly applied: Applied;
}

/** Doors to the machines on which something may be changed; `server` is absent where no door into it was named. */
export interface Doors {
  readonly client: Transport;
  readonly server?: Transport;
}

export interface FixOptions {
  /** Looks once more, with a login of the user's own ssh where there is a client side. */
  look(): Promise<Diagnosis>;
  readonly doors: Doors;
  /** Only this cause, whatever its role. */
  readonly only?: string;
  /** Seconds until the guard takes a fix back that nobody confirmed. */
  readonly within: number;
  readonly connection?: NonNullable<ApplyScript['connection']>;
  readonly signal?: AbortSignal;
  /** Whether this one is to be made, once its diff was seen. */
  agree(plan: Planned, diff: readonly string[]): Promise<boolean>;
  /** What was seen after everything was made; without a client side somebody else has to say that the login works. */
  proven(after: Diagnosis, made: readonly Made[]): Promise<boolean>;
  step(text: string): void;
  say(text: string): void;
}

export interface Fixed {
  /** `stuck`: what closes the gate is not for a machine to change; `why` says more. */
  readonly outcome: 'fixed' | 'nothing' | 'stuck' | 'declined' | 'refused' | 'rolled-back' | 'damaged';
  readonly made: readonly Made[];
  readonly why?: string;
  /** The last one. */
  readonly diagnosis: Diagnosis;
}

const ROUNDS = 6;

const works = ({ report }: Diagnosis): boolean =>
  !report.causes.some(({ role }) => role === 'blocking') && !report.gates.some(({ outcome }) => outcome === 'closed');

/** A guess is not enough to change a machine by. */
const sure = (finding: Finding, only?: string): boolean => finding.verdict !== 'possible' || only !== undefined;

/**
 * Looks, changes the first thing that keeps the login out, looks again, and so on until the login works; then confirms
 * all of it, or takes all of it back. Whatever happens to this process: a machine that was changed takes it back itself.
 * @throws LookError when a door cannot be opened; the reason of `signal` on abort, once what was changed is back.
 */
export async function fixAll(o: FixOptions): Promise<Fixed> {
  const made: Made[] = [];
  try {
    return await rounds(o, made);
  } catch (error) {
    const left = await takeAllBack(o, made, 'it was interrupted');
    if (left !== undefined) o.say(left);
    throw error;
  }
}

async function rounds(o: FixOptions, made: Made[]): Promise<Fixed> {
  let diagnosis = await o.look();
  const tried = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const next = nextFinding(diagnosis.findings, { ...o, begun: made.length > 0 });
    if (!next && made.length > 0) return finish(o, made, diagnosis);
    if (!next && works(diagnosis)) return { outcome: 'nothing', made, diagnosis };
    const door = next && isFix(next) ? o.doors[next.fix.where] : undefined;
    const stuck = whyStuck(next, tried, door, o);
    if (!next || !isFix(next) || !door || stuck !== undefined)
      return giveUp(o, made, diagnosis, 'stuck', stuck ?? 'the login still fails');
    tried.add(nameOf(next));
    const plan = planOf(next, o, stackOn(made, next.fix.where));
    o.step(`looking at what the fix of ${plan.cause} would change`);
    const { diff, refused } = await preview(door, plan.script, o.signal);
    if (refused !== undefined) return giveUp(o, made, diagnosis, 'refused', refused);
    if (!(await o.agree(plan, diff))) return giveUp(o, made, diagnosis, 'declined', 'it was not wanted');
    await putOff(o, made);
    o.step(`making the fix of ${plan.cause}`);
    const { state, why = '' } = await make(o, door, plan, made);
    if (state === 'refused') return giveUp(o, made, diagnosis, 'refused', why);
    if (state === 'restored') return rollBack(o, made, diagnosis, why);
    if (state === 'damaged') return { outcome: 'damaged', made, diagnosis, why };
    o.step('looking whether the login works now');
    diagnosis = await o.look();
  }
  return rollBack(o, made, diagnosis, `the login still fails after ${ROUNDS} fixes`);
}

/** The fix counts as made from the moment it is sent, so that an interruption takes it back. */
async function make(o: FixOptions, door: Transport, plan: Planned, made: Made[]): Promise<Applied> {
  made.push({ ...plan, applied: { state: 'unknown', effects: [], warnings: [] } });
  const applied = await apply(door, plan.script, o.signal);
  made.pop();
  if (applied.state !== 'refused') made.push({ ...plan, applied });
  return applied;
}

const stackOn = (made: readonly Made[], where: Fix['where']): string[] =>
  made.filter(({ fix }) => fix.where === where).map(({ id }) => id);

function whyStuck(
  next: Finding | undefined,
  tried: ReadonlySet<string>,
  door: Transport | undefined,
  o: FixOptions,
): string | undefined {
  if (!next) return o.only === undefined ? 'what closes the gate was not found' : `${o.only} was not found here`;
  if (tried.has(nameOf(next))) return `${next.id} is still there after its fix`;
  if (!next.fix) return `${next.id} has no remedy`;
  if ('refuse' in next.fix) return `${next.id} is not for a machine to fix: ${next.fix.refuse}`;
  if (!door) return 'no door into the server was named (--on)';
  if (!sure(next, o.only)) return `${next.id} is only possible, not proven; --only ${next.id} fixes it all the same`;
  return undefined;
}

async function finish(o: FixOptions, made: readonly Made[], diagnosis: Diagnosis): Promise<Fixed> {
  if (!works(diagnosis)) return rollBack(o, made, diagnosis, 'the login still fails');
  if (!(await o.proven(diagnosis, made))) return rollBack(o, made, diagnosis, 'nobody said that the login works');
  for (const { id, fix } of made) {
    const door = o.doors[fix.where];
    const said = door ? await manage(door, { action: 'confirm', id, why: 'the login works' }, o.signal) : [];
    if (!said.some(({ key }) => key === 'confirmed'))
      return rollBack(o, made, diagnosis, `the guard had taken ${id} back before it could be confirmed`);
  }
  return { outcome: 'fixed', made, diagnosis };
}

async function giveUp(
  o: FixOptions,
  made: readonly Made[],
  diagnosis: Diagnosis,
  outcome: 'stuck' | 'refused' | 'declined',
  why: string,
): Promise<Fixed> {
  return made.length === 0 ? { outcome, made, diagnosis, why } : rollBack(o, made, diagnosis, why);
}

async function rollBack(o: FixOptions, made: readonly Made[], diagnosis: Diagnosis, why: string): Promise<Fixed> {
  const left = await takeAllBack(o, made, why);
  return left === undefined
    ? { outcome: 'rolled-back', made, diagnosis, why }
    : { outcome: 'damaged', made, diagnosis, why: `${why}; ${left}` };
}

/** Last first. What is not known to be back, in words. */
async function takeAllBack(o: FixOptions, made: readonly Made[], why: string): Promise<string | undefined> {
  const left: string[] = [];
  for (const { id, fix, cause } of made.toReversed()) {
    const door = o.doors[fix.where];
    if (!door) continue;
    o.step(`taking the fix of ${cause} back`);
    const state = await takeBack(door, id, why);
    if (state === 'damaged') left.push(`not all of ${id} could be put back; its log is on the ${fix.where}`);
    if (state === 'unreachable') left.push(`${door.name}: ${unreachable(o)}`);
  }
  return left.length === 0 ? undefined : left.join('; ');
}

/** Earlier fixes wait for the same confirmation as the next one. */
async function putOff(o: FixOptions, made: readonly Made[]): Promise<void> {
  for (const { id, fix } of made) {
    const door = o.doors[fix.where];
    if (door) await manage(door, { action: 'extend', id, within: o.within + 180 }, o.signal);
  }
}
