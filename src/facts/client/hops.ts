import type { Bundle, Section } from '../../model/bundle.ts';
import type { FactSource } from '../../model/cause.ts';
import { derived, family } from '../source.ts';
import { attemptLog } from './attempt.ts';
import type { AttemptLog, Said } from './attempt-model.ts';
import { dns } from './dns.ts';
import { maybe, object, str } from './json.ts';
import { kexinit } from './kexinit.ts';
import { sshConfig, sshConfigCheck } from './ssh-config.ts';
import { type TcpProbe, tcp } from './tcp.ts';

/** A jump host on the way to the target. */
export interface Hop {
  /** 1 is the nearest. */
  readonly number: number;
  /** As it stands in ProxyJump. */
  readonly name: string;
  /** Everything that was seen of it, as a Bundle about a login at this host. */
  readonly bundle: Bundle;
  readonly user?: string;
  readonly host?: string;
  readonly port?: number;
  readonly probes: readonly TcpProbe[];
  readonly unresolved: boolean;
  readonly log?: AttemptLog;
  /** It let us in, or a connection that was shared already was used. */
  readonly passed: boolean;
  /** It was seen to keep us out. */
  readonly failed: boolean;
  /** What it said when it would not, or could not, open the way on. */
  readonly refusal?: Said & { readonly prohibited: boolean };
}

export const HOP_PREFIX = 'hop:';
const HOPS_MAX = 16;

function value<T>(source: FactSource<T>, bundle: Bundle): T | undefined {
  const fact = source.read(bundle);
  return fact.known ? fact.value : undefined;
}

/** "open failed: administratively prohibited" is the answer of sshd's rules, "connect failed" that of its network. */
function refusalOf(log: AttemptLog | undefined): Hop['refusal'] {
  const said = log?.log.find(({ text }) => /^channel \d+: open failed: /.test(text));
  return said && { ...said, prohibited: !/open failed: connect failed: /.test(said.text) };
}

function hop(number: number, sections: Readonly<Record<string, Section>>): Hop {
  const bundle: Bundle = { schema: 1, takenAt: '', sections };
  const config = value(sshConfig, bundle);
  const log = value(attemptLog, bundle);
  const says = (pattern: RegExp): boolean => log?.log.some(({ text }) => pattern.test(text)) === true;
  const shared = says(/^auto-mux: Trying existing master/) && !says(/^(?:Connecting to|Executing proxy command)/);
  const probes = value(tcp, bundle)?.probes ?? [];
  const unresolved = value(dns, bundle)?.addresses.length === 0;
  const greetings = value(kexinit, bundle)?.probes ?? [];
  const refused = (value(sshConfigCheck, bundle)?.rc ?? 0) !== 0;
  const passed = log?.authenticated !== undefined || shared;
  // Where nothing was heard of it, the login over it may not have been tried.
  const shut = probes.length > 0 && !probes.some(({ outcome }) => outcome === 'open');
  const mute = greetings.length > 0 && !greetings.some(({ banner }) => banner !== undefined);
  const failed = !passed && ((log?.log.length ?? 0) > 0 || unresolved || shut || mute || refused);
  const text = sections['name']?.text;
  return {
    number,
    name: (text === undefined ? undefined : str(object(text), 'name')) ?? `number ${number}`,
    bundle,
    ...(config ? { user: config.user, host: config.hostname, port: config.port } : {}),
    probes,
    unresolved,
    ...maybe('log', log),
    passed,
    failed,
    ...maybe('refusal', refusalOf(log)),
  };
}

const seen = family<readonly Hop[]>(
  'client',
  HOP_PREFIX,
  'sections of the jump hosts',
  (members) => {
    const byNumber = new Map<number, Record<string, Section>>();
    for (const [key, section] of members) {
      const [, digits, name] = /^(\d{1,2}):(.+)$/.exec(key) ?? [];
      const number = Number(digits);
      if (name === undefined || number < 1 || number > HOPS_MAX) continue;
      const sections = byNumber.get(number) ?? {};
      sections[name] = section;
      byNumber.set(number, sections);
    }
    return [...byNumber].sort(([a], [b]) => a - b).map(([number, sections]) => hop(number, sections));
  },
  'hop-sections',
);

/** The jump hosts in their order (ssh_config(5), ProxyJump); each has sections of its own, `hop:N:…`. None without ProxyJump. */
export const hops = derived<readonly Hop[], { sshConfig: typeof sshConfig }, { seen: typeof seen }>(
  'hops',
  'the jump hosts on the way: how each was reached, whether it let us in, and whether it opened the way on',
  { sshConfig },
  (given) => given.seen ?? [],
  { seen },
);

/** The hop at which the way ends before the target is asked, if it is one. */
export function closedHop(all: readonly Hop[]): Hop | undefined {
  const first = all.find(({ passed }) => !passed);
  const failed = first?.failed ? first : undefined;
  // Who opened no way on is to blame, not the machine that was never reached for it.
  return failed && !all.some(({ number, refusal }) => number < failed.number && refusal?.prohibited)
    ? failed
    : undefined;
}
