import type { Bundle, Section } from '../../model/bundle.ts';
import { ASKED_STATUS, type Attempted, type AttemptRecord } from './attempt.ts';
import { readIdentities } from './identities.ts';
import { type Hop, planJump } from './jump.ts';
import { gap, json } from './layout.ts';
import { option, type Target } from './ssh-config.ts';
import type { Reached } from './tcp.ts';

type Lines = AttemptRecord['stderr'];

/** The jump hosts between here and a target. */
export interface Way {
  readonly hops: readonly Hop[];
  /** The first hop as it is seen from here; no login. */
  readonly first: Bundle;
  /** Why there is no point in a login over it. */
  readonly closed?: string;
}

/** Looks at the hops of ProxyJump: what ssh makes of each, and the first one from here by `probe`. */
export async function openWay(
  o: { ssh: string; target: Target; jump: string; signal?: AbortSignal | undefined },
  probe: (hop: Target) => Promise<Bundle>,
): Promise<Way | undefined> {
  const hops = await planJump(o.ssh, o.target, o.jump, o.signal);
  const [hop] = hops;
  if (!hop) return undefined;
  const first = await probe(hop.target);
  const greeted = first.sections['kexinit'];
  if (hop.config.rc !== 0) return { hops, first, closed: `ssh does not accept its configuration for ${hop.name}` };
  const banner = greeted?.status === 'ok' && /"banner":"SSH-/.test(greeted.text);
  // Behind a ProxyCommand of its own it cannot be seen from here.
  const open = banner || greeted?.status === 'unsupported';
  return { hops, first, ...(open ? {} : { closed: `the jump host ${hop.name} did not answer with SSH` }) };
}

/** What sshd of a hop says when it cannot open the way on: strerror(3) of its connect(2), or of getaddrinfo(3) (channels.c). */
const MET: readonly (readonly [RegExp, Reached, string])[] = [
  [/^Connection refused/, 'refused', 'ECONNREFUSED'],
  [/^(?:Connection|Operation) timed out/, 'timed-out', 'ETIMEDOUT'],
  // Both are words about the hop's network; the kernel here said nothing.
  [/^(?:No route to host|Host is unreachable|Network is unreachable)/, 'host-unreachable', 'EHOSTUNREACH'],
  [/^Connection reset/, 'reset', 'ECONNRESET'],
];
const UNRESOLVED =
  /^(?:Name or service not known|Temporary failure in name resolution|No address associated with hostname|nodename nor servname|Name does not resolve|Non-recoverable failure in name resolution|unknown host)/;

/** How a machine looked from the hop before it, in the form of the probes that are made from here. */
export function seenFrom(hop: string, host: string, port: number, lines: Lines): { dns?: Section; tcp?: Section } {
  const failed = lines.find(({ line }) => /^(?:debug\d: )?channel \d+: open failed: connect failed: /.test(line));
  const begun = lines.find(({ line }) => /Entering interactive session|channel_connect_stdio_fwd/.test(line));
  const ms = failed && begun ? failed.ms - begun.ms : 0;
  const why = failed?.line.replace(/^.*?connect failed: /, '') ?? '';
  if (failed && UNRESOLVED.test(why)) {
    const answer = { addresses: [], error: why, ms };
    const resolvers = [{ server: `the nameservers of ${hop}`, a: answer, aaaa: answer }];
    return { dns: json({ name: host, hosts: [], lookup: answer, asked: host, resolvers, via: hop }) };
  }
  const met = MET.find(([pattern]) => pattern.test(why));
  if (!met) return {};
  const [, outcome, errno] = met;
  return { tcp: json({ via: hop, probes: [{ address: host, port, outcome, errno, ms }] }) };
}

/** Section names of a hop begin with this; hops count from 1. */
export const hopPrefix = (number: number): string => `hop:${number}:`;

/** What there is to say of each hop, and of the target as the last hop sees it. */
export async function waySections(
  { hops, first, closed }: Way,
  target: { host: string; port: number },
  attempted: Attempted | undefined,
  signal?: AbortSignal,
): Promise<{ hops: Record<string, Section>; target: { dns?: Section; tcp?: Section } }> {
  const sections: Record<string, Section> = {};
  let seen: { dns?: Section; tcp?: Section } = {};
  for (const [index, hop] of hops.entries()) {
    const put = (name: string, section: Section): void => {
      sections[hopPrefix(index + 1) + name] = section;
    };
    put('name', json({ name: hop.name, of: hops.length }));
    if (index === 0) for (const [name, section] of Object.entries(first.sections)) put(name, section);
    else {
      put('ssh-config', json({ ...hop.config }));
      put('identities', json({ ...(await readIdentities(hop.config.options, signal)) }));
      for (const [name, section] of Object.entries(seen)) put(name, section);
    }
    const lines = attempted?.hops[index] ?? [];
    const unheard = closed ?? 'the way ended before it';
    put(
      'attempt',
      lines.length === 0
        ? gap('not-collected', unheard)
        : json({
            argv: [],
            rc: null,
            timedOut: attempted?.record.timedOut === true,
            askedStatus: ASKED_STATUS,
            stderr: lines,
            stdoutBytes: 0,
            stdout: '',
          }),
    );
    const { options } = hops[index + 1]?.config ?? {};
    const next = options
      ? { host: option(options, 'hostname') ?? '', port: Number(option(options, 'port') ?? 22) || 22 }
      : target;
    seen = seenFrom(hop.name, next.host, next.port, lines);
  }
  return { hops: sections, target: seen };
}
