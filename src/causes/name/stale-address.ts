import { inNetwork } from '../../facts/access/patterns.ts';
import { addresses, networks } from '../../facts/addresses.ts';
import { type Alternate, alternateEvidence, alternates } from '../../facts/client/alternates.ts';
import { attemptLog } from '../../facts/client/attempt.ts';
import type { AttemptLog } from '../../facts/client/attempt-model.ts';
import { dns } from '../../facts/client/dns.ts';
import { kexinit } from '../../facts/client/kexinit.ts';
import { type OriginOf, originOf } from '../../facts/client/origin.ts';
import { answered, type TcpProbe, tcp } from '../../facts/client/tcp.ts';
import { type HostKey, hostKeys, ownsKey } from '../../facts/hostkeys.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { commentOut } from '../../model/change.ts';
import type { Evidence, Verdict } from '../../model/finding.ts';
import type { Gate } from '../../model/gate.ts';

interface Data {
  readonly name: string;
  readonly address: string;
  readonly origin: OriginOf;
  /** Whether the server that was looked at has the address; unknown when it was not looked at. */
  readonly has?: false;
  /** Another address of the name, at which the server is or SSH answers. */
  readonly instead?: Alternate;
  /** A name that nobody has and that leads there too. */
  readonly everyName?: string;
}

const isV6 = ({ address }: { readonly address: string }): boolean => address.includes(':');

/** How far the login got at the wrong place, which is where it ends. */
function endsAt(probes: readonly TcpProbe[], log: AttemptLog | undefined): Gate {
  if (log?.authenticating) return 'auth';
  if (log) return 'handshake';
  if (probes.some(({ outcome }) => outcome === 'open')) return 'admission';
  return answered(probes) ? 'firewall' : 'network';
}

/** What was dialled is another machine: SSH is not there, or shows a key that is not the known one or the server's own. */
function isElsewhere(speaking: boolean, log: AttemptLog | undefined, own: readonly HostKey[] | undefined): boolean {
  return !speaking || log?.hostKeyState?.state === 'changed' || ownsKey(own, log?.hostKey?.fingerprint).own === false;
}

export const cause = defineCause<Data>({
  id: 'name/stale-address',
  severity: 'blocks',
  title: 'The name leads to an address where the server is not',
  why: 'The server moved and a line of /etc/hosts, a cache or a record in DNS did not; the nameserver of the office and that of the Internet tell different addresses; or a captive portal answers every name with itself. ssh then knocks at a machine that is gone, or at another one, which refuses or shows another host key.',
  refs: ['hosts(5)', 'nsswitch.conf(5)', 'ssh(1), VERIFYING HOST KEYS'],
  proofs: [
    proof({
      needs: { dns, tcp },
      helps: { alternates, attemptLog, kexinit, hostKeys, addresses, networks },
      check({ dns: names, tcp: { probes }, alternates: others = [], attemptLog: log, kexinit: greetings, ...server }) {
        const [first] = probes;
        if (names.literal || !first || log?.authenticated) return [];
        const speaking = (greetings?.probes ?? []).some(({ banner }) => banner?.startsWith('SSH-'));
        const elsewhere = isElsewhere(speaking, log, server.hostKeys);
        const key = ownsKey(server.hostKeys, log?.hostKey?.fingerprint);
        const mine = server.addresses;
        if (!elsewhere || key.own || (mine && probes.some(({ address }) => mine.has(address)))) return [];
        // The other family of one and the same server is no other place.
        const same = others.filter((one) => probes.some((probe) => isV6(probe) === isV6(one)));
        const beside = (server.networks ?? []).some((network) => inNetwork(first.address, network));
        // An address of the server that cannot be reached from here may be its inner one, behind NAT.
        const serves = (banner: string | undefined) => banner?.startsWith('SSH-') === true;
        const instead = same.find(({ address, banner }) =>
          mine ? mine.has(address) && (beside || serves(banner)) : serves(banner),
        );
        const caught = names.wildcard?.addresses.includes(first.address) ? names.wildcard : undefined;
        let verdict: Verdict = 'likely';
        // Behind NAT a server does not have the address by which it is reached; one of its own network is not translated.
        if (mine && instead && beside) verdict = 'confirmed';
        else if (!instead && !caught && !(mine && beside)) return [];
        const { origin, evidence: told } = originOf(names, first.address);
        const evidence: Evidence[] = [
          ...told,
          {
            side: 'client',
            section: 'tcp',
            line: first.line,
            text: `${first.address} port ${first.port}: ${first.outcome}`,
          },
          ...(instead ? [alternateEvidence(instead)] : []),
          ...(mine
            ? [{ side: 'server', section: 'addresses', text: `the server has ${[...mine].join(', ')}` } as const]
            : []),
          ...(caught
            ? [
                {
                  side: 'client',
                  section: 'dns',
                  text: `${caught.server}: ${caught.asked}: A ${caught.addresses.join(' ')}`,
                } as const,
              ]
            : []),
        ];
        const data: Data = {
          name: names.name,
          address: first.address,
          origin,
          ...(mine ? { has: false } : {}),
          ...(instead ? { instead } : {}),
          ...(caught ? { everyName: caught.asked } : {}),
        };
        return [{ data, subject: first.address, verdict, evidence, closes: endsAt(probes, log) }];
      },
    }),
  ],
  says: ({ name, address, origin, has, instead, everyName }) => {
    const source =
      origin.kind === 'hosts'
        ? `by line ${origin.line} of /etc/hosts`
        : origin.kind === 'dns'
          ? `by the nameserver ${origin.server}${origin.asked === name ? '' : `, as ${origin.asked}`}`
          : 'as the system resolves it';
    const parts = [`${name} leads to ${address} (${source})`];
    if (has === false) parts.push('which the server that was looked at does not have');
    if (everyName) parts.push('where that nameserver sends every name, even one that nobody has: a captive portal');
    const there = has === false ? 'which it has' : 'where SSH answers';
    return instead
      ? `${parts.join(', ')}; ${instead.source} knows ${instead.address}, ${there}.`
      : `${parts.join(', ')}.`;
  },
  masks: [
    'network/host-down',
    'network/wrong-service',
    'firewall/host-drop',
    'firewall/host-reject',
    'firewall/path-filtered',
    'handshake/host-key-changed',
  ],
  remedy: ({ name, address, origin, instead, everyName }) => {
    if (origin.kind === 'hosts' && origin.names.length === 1 && instead?.via === 'dns')
      return {
        summary: `comment the line of /etc/hosts out, so that ${name} is looked up in DNS`,
        risk: 'safe',
        where: 'client',
        changes: commentOut([{ file: '/etc/hosts', line: origin.line }]),
      };
    return {
      refuse: 'which of the addresses is right is not for this machine to say',
      manual: [
        ...(everyName ? ['Log in to the portal with a web browser, or connect to the VPN, and try again.'] : []),
        ...(origin.kind === 'hosts' ? [`Correct or remove line ${origin.line} of /etc/hosts.`] : []),
        ...(origin.kind === 'dns'
          ? [`Have the record of ${origin.asked} corrected; resolvectl flush-caches forgets a cached one.`]
          : []),
        ...(instead ? [`Until then: HostName ${instead.address} for Host ${name} in ~/.ssh/config.`] : []),
        `If a nameserver of a VPN should answer here: connect it, and see that it is asked first (resolvectl status), so that ${name} is no longer ${address}.`,
      ],
    };
  },
});
