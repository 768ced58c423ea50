import { attemptLog } from './client/attempt.ts';
import type { AttemptLog, Said } from './client/attempt-model.ts';
import { type Dns, dns } from './client/dns.ts';
import { type Kexinit, kexinit } from './client/kexinit.ts';
import { type Tcp, tcp } from './client/tcp.ts';

/** Steps of a login, in their order. */
export const STEPS = ['dns', 'tcp', 'banner', 'kexinit', 'keys', 'auth', 'session'] as const;
export type Step = (typeof STEPS)[number];

/** How long the parts of one login took, milliseconds; steps that were not reached, or not seen, are absent. */
export interface Timing {
  readonly steps: Readonly<Partial<Record<Step, number>>>;
  readonly total: number;
}

export const timingFacts = { attemptLog, dns, tcp, kexinit };
interface Seen {
  readonly attemptLog?: AttemptLog | undefined;
  readonly dns?: Dns | undefined;
  readonly tcp?: Tcp | undefined;
  readonly kexinit?: Kexinit | undefined;
}

/**
 * Where the time went: from the lines of the user's own ssh as they arrived, else from the probes. Only the name is
 * always the probe's: ssh says nothing while it looks one up.
 */
export function timingOf({ attemptLog: log, dns: names, tcp: sockets, kexinit: greetings }: Seen): Timing | undefined {
  const at = log?.stageMs ?? {};
  const probe = greetings?.probes[0];
  const between = (from: number | undefined, to: number | undefined): number | undefined =>
    from === undefined || to === undefined ? undefined : Math.max(0, to - from);
  const { banner, kexinit: kexinitMs } = probe?.ms ?? {};
  const measured: Readonly<Record<Step, number | undefined>> = {
    dns: names?.lookup?.ms,
    tcp: between(at.connecting, at.connected) ?? sockets?.probes.find(({ outcome }) => outcome === 'open')?.ms,
    banner: between(at.connected ?? at.connecting, at.greeted) ?? banner,
    kexinit: between(at.greeted, at.kexinit) ?? between(banner, kexinitMs),
    keys: between(at.kexinit, at.keys),
    auth: between(at.keys, at.authenticated),
    session: log?.authenticated && between(at.authenticated, log.ms),
  };
  const steps = Object.fromEntries(
    STEPS.flatMap((step) => (measured[step] === undefined ? [] : [[step, measured[step]]])),
  );
  const total = Object.values(steps).reduce((sum: number, ms) => sum + (ms ?? 0), 0);
  return Object.keys(steps).length === 0 ? undefined : { steps, total };
}

/** A step takes this long only where something is wrong with it, and then most of the time goes there. */
const SLOW_MS = 5000;
const SLOW_SHARE = 0.4;

/** The step that takes much too long, if one does: a machine that is merely busy is not slow. */
export function slowStep({ steps, total }: Timing): { readonly step: Step; readonly ms: number } | undefined {
  const [step] = STEPS.toSorted((a, b) => (steps[b] ?? 0) - (steps[a] ?? 0));
  const ms = step && steps[step];
  return step && ms !== undefined && ms >= SLOW_MS && ms >= SLOW_SHARE * total ? { step, ms } : undefined;
}

const FROM: Readonly<Partial<Record<Step, keyof AttemptLog['stageMs']>>> = {
  banner: 'connected',
  kexinit: 'greeted',
  keys: 'kexinit',
  auth: 'keys',
  session: 'authenticated',
};

/** The longest silence of ssh within a step, milliseconds: the lines before and after it. */
export function longestSilence(log: AttemptLog, step: Step): { before: Said; after: Said; ms: number } | undefined {
  const begin = FROM[step];
  const from = begin && log.stageMs[begin];
  if (from === undefined) return undefined;
  let longest: { before: Said; after: Said; ms: number } | undefined;
  for (const [i, after] of log.log.entries()) {
    const before = log.log[i - 1];
    if (before?.ms === undefined || after.ms === undefined || before.ms < from) continue;
    const ms = after.ms - before.ms;
    if (ms > (longest?.ms ?? 0)) longest = { before, after, ms };
  }
  return longest;
}
