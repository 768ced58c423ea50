import { alternateEvidence, alternates } from '../../facts/client/alternates.ts';
import { attemptLog } from '../../facts/client/attempt.ts';
import type { AttemptLog } from '../../facts/client/attempt-model.ts';
import { dns } from '../../facts/client/dns.ts';
import { type SshConfig, sshConfig } from '../../facts/client/ssh-config.ts';
import { setForTyped, typedHost } from '../../facts/client/ssh-config-edit.ts';
import { answered, type TcpProbe, tcp } from '../../facts/client/tcp.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Change } from '../../model/change.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly name: string;
  readonly v6: string;
  readonly v4: string;
  readonly outcome: TcpProbe['outcome'];
  /** Only IPv6 is allowed, so that there is no other way. */
  readonly only6: boolean;
  /** Milliseconds that ssh spent on IPv6 before it tried IPv4, and whether it was still at it when it was stopped. */
  readonly lost?: { readonly ms: number; readonly stopped: boolean };
  /** Sets AddressFamily for this host; none where a flag would go over it. */
  readonly change?: Change;
  readonly host: string;
}

/** Nobody notices that IPv6 was tried first when it fails that soon. */
const SOON_MS = 1000;

const isV6 = ({ address }: { readonly address: string }): boolean => address.includes(':');

function lostOn6(log: AttemptLog | undefined): Data['lost'] {
  const { connecting, connected } = log?.stageMs ?? {};
  if (!log || connecting === undefined) return undefined;
  if (connected !== undefined) return { ms: connected - connecting, stopped: false };
  return log.timedOut ? { ms: log.ms - connecting, stopped: true } : undefined;
}

function changeFor(config: SshConfig | undefined): { host?: string; change?: Change } {
  if (!config) return {};
  const change = setForTyped(config, 'AddressFamily', 'inet');
  return { host: typedHost(config), ...(change && { change }) };
}

export const cause = defineCause<Data>({
  id: 'name/ipv6-broken',
  severity: 'blocks',
  title: 'The name has an IPv6 address that does not answer',
  why: 'ssh tries the addresses of a name one after the other, IPv6 first where the machine has it. When packets to the IPv6 address get lost (a firewall without rules for IPv6, a stale AAAA record, a tunnel that is down), each login waits for the time-out of TCP, two minutes by default, before IPv4 is tried.',
  refs: [
    'RFC 6724',
    'ssh_config(5), AddressFamily, ConnectTimeout',
    'tcp(7), tcp_syn_retries',
    'sshconnect.c, ssh_connect_direct()',
  ],
  proofs: [
    proof({
      needs: { dns, tcp },
      helps: { attemptLog, alternates, sshConfig },
      check({ dns: names, tcp: { probes }, attemptLog: log, alternates: others = [], sshConfig: config }) {
        const dead = probes.filter(isV6);
        const [first] = dead;
        if (names.literal || !first || dead.some(({ outcome }) => outcome === 'open')) return [];
        const evidence: Evidence[] = dead.map(({ address, port, outcome, ms, line }) => {
          return { side: 'client', section: 'tcp', line, text: `${address} port ${port}: ${outcome} after ${ms} ms` };
        });
        const { host = names.name, ...change } = changeFor(config);
        const found = { name: names.name, v6: first.address, outcome: first.outcome, host, ...change };
        if (names.family === 6) {
          const other = others.find((one) => !isV6(one) && one.banner?.startsWith('SSH-'));
          if (!other) return [];
          const data: Data = { ...found, v4: other.address, only6: true };
          const closes = answered(dead) ? 'firewall' : 'network';
          const seen = [...evidence, alternateEvidence(other)];
          return [{ data, subject: first.address, verdict: 'confirmed', evidence: seen, closes }];
        }
        const open = probes.find((one) => !isV6(one) && one.outcome === 'open');
        if (!open) return [];
        const { address: v4, line } = open;
        evidence.push({
          side: 'client',
          section: 'tcp',
          line,
          text: `${v4} port ${open.port}: open after ${open.ms} ms`,
        });
        const tried = names.addresses[0]?.includes(':') === true;
        const soon = dead.every(({ ms }) => ms < SOON_MS);
        // Without any route for IPv6 the kernel says so at once, and half of the world lives like that.
        if (soon && dead.every(({ outcome }) => outcome === 'net-unreachable')) return [];
        const lost = tried && !soon ? lostOn6(log) : undefined;
        const seconds = lost && { lost };
        const data: Data = { ...found, v4, only6: false, ...seconds };
        for (const said of log?.log.filter(({ text }) => text.startsWith(`connect to address ${first.address} `)) ?? [])
          evidence.push({ side: 'client', section: 'attempt', line: said.line, text: said.text });
        const role = tried && !soon ? ({ degrades: true } as const) : ({ latent: true } as const);
        return [{ data, subject: first.address, verdict: 'confirmed', evidence, ...role }];
      },
    }),
  ],
  says: ({ name, v6, v4, outcome, only6, lost }) => {
    const head = `The IPv6 address of ${name}, ${v6}, does not let ssh in (${outcome})`;
    if (only6) return `${head}, and AddressFamily inet6 or -6 keeps it from the IPv4 address ${v4}, where SSH answers.`;
    if (lost?.stopped)
      return `${head}: ssh had waited for it for ${Math.round(lost.ms / 1000)} s when it was stopped, while ${v4} answers.`;
    if (lost)
      return `${head}: each login waits ${(lost.ms / 1000).toFixed(1)} s for it before it tries ${v4}, which answers.`;
    return `${head}, while ${v4} does.`;
  },
  masks: [
    'network/no-route',
    'network/host-down',
    'firewall/host-drop',
    'firewall/host-reject',
    'firewall/path-filtered',
    'daemon/listen-family',
  ],
  remedy: ({ change, host, v6 }) =>
    change === undefined
      ? {
          refuse: 'IPv6 was asked for on the command line',
          manual: [
            'Leave -6 and AddressFamily away, or say -4.',
            `Or repair the way to ${v6}: ip -6 route get ${v6}; ping ${v6}`,
          ],
        }
      : {
          summary: `use IPv4 alone for ${host}, until the way to ${v6} is repaired or its AAAA record is taken away`,
          risk: 'safe',
          where: 'client',
          changes: [change],
        },
});
