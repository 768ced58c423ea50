import { attemptLog } from '../facts/client/attempt.ts';
import { sshConfig } from '../facts/client/ssh-config.ts';
import { daemon } from '../facts/daemon.ts';
import { readsDropIn, rereads } from '../facts/sshd/drop-in.ts';
import { MAIN_CONFIG, sshdConfig } from '../facts/sshd/index.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Maintenance } from '../model/maintenance.ts';
import { linesOf, preview, type Remembered, remembered } from '../remedy/apply.ts';
import { takeBack, underGuard } from '../remedy/guarded.ts';
import { newId } from '../remedy/id.ts';
import {
  askScript,
  DROP_IN,
  isAllowed,
  MAINTENANCE,
  statusScript,
  type Window,
  windowChanges,
} from '../remedy/maintenance.ts';
import type { ApplyScript } from '../remedy/script.ts';
import type { Transport } from '../transport/transport.ts';
import type { ClientLook } from './client.ts';
import { collectServer } from './server.ts';

export interface BeginOptions {
  readonly door: Transport;
  /** The door is a login by ssh, which the window may shut. */
  readonly byLogin: boolean;
  readonly allow: readonly string[];
  /** Seconds. */
  readonly window: number;
  /** Address that the server sees, as the user told it. */
  readonly from?: string;
  readonly dryRun: boolean;
  readonly signal?: AbortSignal;
  /** A login of the user's own ssh from here. */
  look(): Promise<ClientLook>;
  agree(diff: readonly string[]): Promise<boolean>;
  step(text: string): void;
}

/** Time to prove the login in; the machine takes everything back after it. */
const PROVE_S = 60;
const ASK_MS = 30_000;

type Told = Omit<Maintenance, 'schema' | 'action'>;

const loggedIn = ({ bundle }: ClientLook): boolean => {
  const log = attemptLog.read(bundle);
  return log.known && log.value.ending === 'ok';
};

/** Own address as the server sees it, where that is known: behind a jump host it is that one's. */
function ownAddress({ bundle, attempt }: ClientLook, told?: string): string | undefined {
  const config = sshConfig.read(bundle);
  const jumps = config.known && config.value.proxyJump !== undefined;
  return told ?? (jumps ? undefined : attempt.from);
}

/** Where the rules go, by the files of the server as they are. */
function windowOf(bundle: Bundle, allow: readonly string[]): Window | string {
  const config = sshdConfig.read(bundle);
  if (!config.known) return `the configuration of sshd could not be read (${config.gap})`;
  const { read } = readsDropIn(config.value, MAIN_CONFIG, DROP_IN);
  return { allow, dropIns: read, mainConfig: MAIN_CONFIG, reload: rereads(daemon.read(bundle)) };
}

const untilOf = (seconds: number): string => `${new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19)}Z`;

/**
 * Lets only the allowed addresses in, for a while: changes sshd's files under guard, proves by a fresh login that the way in is
 * still open, and only then lets the guard wait to the end of the window. The machine ends it by itself.
 * @throws LookError when a door cannot be opened; the reason of `signal` on abort, once what was changed is back.
 */
export async function beginWindow(o: BeginOptions): Promise<Told> {
  const nothing = { allow: [...o.allow], proof: [], warnings: [] };
  o.step('looking at the server');
  const open = (await remembered(o.door, o.signal)).find(
    ({ cause, state }) => cause === MAINTENANCE && state === 'armed',
  );
  if (open)
    return {
      ...nothing,
      outcome: 'refused',
      why: `a window is remembered already (${open.summary}): sshwhy maintain end`,
    };
  const found = windowOf(await collectServer(o.door, {}, o.signal ? { signal: o.signal } : {}), o.allow);
  if (typeof found === 'string') return { ...nothing, outcome: 'refused', why: found };
  o.step('logging in from here');
  const before = await o.look();
  const own = ownAddress(before, o.from);
  const shutOut = own !== undefined && !isAllowed(o.allow, own);
  if (shutOut && o.byLogin)
    return {
      ...nothing,
      outcome: 'refused',
      why: `your own address, ${own}, is not among those that would be let in; if the server sees another one, say which: --from ADDRESS`,
    };
  if (!shutOut && !loggedIn(before))
    return {
      ...nothing,
      outcome: 'refused',
      why: 'the login from here does not work as it is, so nothing could be proven by it',
    };
  const warnings = shutOut ? [`your own address, ${own}, will not be let in; the door ${o.door.name} stays`] : [];
  const until = untilOf(o.window);
  const script: ApplyScript = {
    id: newId(new Date()),
    where: 'server',
    changes: windowChanges(found),
    within: PROVE_S,
    unless: 'the maintenance window ended, or could not be proven',
    about: {
      cause: MAINTENANCE,
      summary: `only ${o.allow.join(', ')} may log in, until ${until}`,
      at: new Date().toISOString(),
    },
  };
  if (o.dryRun) {
    const { diff, refused } = await preview(o.door, script, o.signal);
    if (refused !== undefined) return { ...nothing, warnings, outcome: 'refused', why: refused };
    return { ...nothing, warnings, outcome: 'planned', diff: [...diff] };
  }
  const proof: string[] = [];
  const { outcome, why } = await underGuard(o.door, script, {
    agree: o.agree,
    prove: () => whyUnproven(o, shutOut, proof),
    proves: 'a fresh login works',
    until: o.window,
    step: (at) => o.step(STEPS[at]),
    ...(o.signal ? { signal: o.signal } : {}),
  });
  const told = { ...nothing, warnings, ...(why === undefined ? {} : { why }) };
  if (outcome !== 'kept') return { ...told, outcome };
  return { ...told, outcome: 'begun', id: script.id, until: untilOf(o.window), proof };
}

const STEPS = {
  previewing: 'looking at what would be changed',
  changing: 'shutting everybody else out',
  proving: 'asking sshd whom it lets in, and logging in once more',
  'taking back': 'taking it back',
} as const;

/** Asks the real sshd whom it would let in now, and logs in afresh; what was seen goes to `proof`. */
async function whyUnproven(o: BeginOptions, shutOut: boolean, proof: string[]): Promise<string | undefined> {
  const ran = await o.door.run(askScript(o.allow), { timeoutMs: ASK_MS, ...(o.signal ? { signal: o.signal } : {}) });
  const asked = linesOf(ran.stdout);
  const answer = (key: string): string[] => asked.filter((line) => line.key === key).map(({ text }) => text);
  const [inside, outside, unasked] = [answer('in'), answer('out'), answer('unasked')];
  const wrong = outside.filter((one) => isAllowed(o.allow, one));
  if (wrong.length > 0) return `sshd would turn ${wrong.join(', ')} away, too`;
  const leaks = inside.filter((one) => !isAllowed(o.allow, one));
  if (leaks.length > 0) return `sshd would still let ${leaks.join(', ')} in`;
  if (unasked.length > 0 || asked.length === 0) return 'sshd -T does not say whom it would let in';
  const away = outside.length > 0 ? ` and turns ${outside.join(', ')} away` : '';
  proof.push(`sshd -T lets ${inside.join(', ')} in${away}`);
  if (shutOut) return undefined;
  if (!loggedIn(await o.look())) return 'a fresh login from here fails';
  proof.push('a fresh login from here works');
  return undefined;
}

const windowsOf = async (door: Transport, signal?: AbortSignal): Promise<Remembered[]> =>
  (await remembered(door, signal)).filter(({ cause }) => cause === MAINTENANCE).reverse();

/** Ends the window now, and takes away what an earlier one may have left. */
export async function endWindow(door: Transport, signal?: AbortSignal): Promise<Told> {
  const open = (await windowsOf(door, signal)).filter(({ state }) => state === 'armed' || state === 'restoring');
  if (open.length === 0) return { outcome: 'ended', why: 'no window was open', proof: [], warnings: [] };
  let whole = true;
  for (const { id } of open) whole = (await takeBack(door, id, 'the maintenance was ended')) === 'restored' && whole;
  return {
    outcome: whole ? 'ended' : 'damaged',
    ...(whole ? {} : { why: 'not everything could be put back; the log is on the machine (sshwhy undo)' }),
    id: open.map(({ id }) => id).join(' '),
    proof: [],
    warnings: [],
  };
}

/** What the machine remembers of windows, and whether one is in force. */
export async function tellWindows(door: Transport, signal?: AbortSignal): Promise<Told> {
  const windows: NonNullable<Maintenance['windows']> = [];
  const warnings: string[] = [];
  for (const { id, state, summary, at } of await windowsOf(door, signal)) {
    const lines =
      state === 'armed'
        ? linesOf((await door.run(statusScript(id), { timeoutMs: ASK_MS, ...(signal ? { signal } : {}) })).stdout)
        : [];
    const has = (key: string): boolean => lines.some((line) => line.key === key);
    const live = has('rules') && has('guard');
    windows.push({ id, state: state !== 'armed' ? 'ended' : live ? 'open' : 'lost', summary, at });
    if (state === 'armed' && !live)
      warnings.push(
        has('rules')
          ? 'the window is in force, but its guard does not run any more: end it by hand, sshwhy maintain end'
          : 'the machine was restarted, which ended the window; sshwhy maintain end takes away what is left of it',
      );
  }
  return { outcome: 'told', windows, proof: [], warnings };
}
