import { answers, dns, serverEvidence } from '../../facts/client/dns.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly name: string;
  readonly silent: readonly string[];
  /** Every silent one said that nothing listens there. */
  readonly refused: boolean;
  /** Milliseconds that a lookup takes, where another nameserver answers in the end. */
  readonly lookupMs?: number;
}

/** Whoever waits for a name as long as that notices it; glibc gives a dead nameserver 5 s (resolv.conf(5), timeout). */
const SLOW_MS = 2000;

export const cause = defineCause<Data>({
  id: 'name/resolver-unreachable',
  severity: 'blocks',
  title: 'The nameservers do not answer',
  why: 'Names are looked up at the nameservers of /etc/resolv.conf. After a change of network, without the VPN, or with a nameserver that is down, nobody answers: every name "cannot be resolved", however right it is. A dead nameserver in front of one that answers makes every login wait.',
  refs: ['resolv.conf(5)', 'systemd-resolved.service(8)', 'getaddrinfo(3), EAI_AGAIN'],
  proofs: [
    proof({
      needs: { dns },
      check({ dns: { name, literal, lookup, addresses, resolvers, configured } }) {
        // Where the login was through first, nobody waited for their answer.
        const waited = resolvers.every(({ a, aaaa }) => ![a.error, aaaa.error].includes('not-awaited'));
        if (literal || !lookup || !configured || !waited) return [];
        const first = resolvers.findIndex(answers);
        const dead = first < 0 ? resolvers : resolvers.slice(0, first);
        if (dead.length === 0) return [];
        const refused = dead.every(({ a, aaaa }) => a.error === 'unreachable' && aaaa.error === 'unreachable');
        const silent = dead.map(({ server }) => server);
        const evidence = [
          ...resolvers.map(serverEvidence),
          {
            ...({ side: 'client', section: 'dns' } as const),
            text: `getaddrinfo(${name}): ${lookup.error ?? addresses.join(' ')} after ${lookup.ms} ms`,
          },
        ];
        if (addresses.length === 0) {
          // With an answer from the others, what they say is what counts.
          return first < 0 ? [{ data: { name, silent, refused }, verdict: 'confirmed', evidence }] : [];
        }
        if (lookup.ms < SLOW_MS) return [];
        const data = { name, silent, refused, lookupMs: lookup.ms };
        return [{ data, verdict: first < 0 ? 'likely' : 'confirmed', evidence, degrades: true }];
      },
    }),
  ],
  says: ({ name, silent, refused, lookupMs }) => {
    const who = `the nameserver${silent.length > 1 ? 's' : ''} ${silent.join(', ')}`;
    const why = refused ? `nothing listens at ${who}` : `no answer from ${who}`;
    if (lookupMs === undefined) return `${name} cannot be resolved, and no other name either: ${why}.`;
    return `Looking up ${name} takes ${(lookupMs / 1000).toFixed(1)} s: ${why}, which is asked first.`;
  },
  masks: ['name/unresolvable'],
  remedy: ({ silent }) => ({
    refuse: 'which nameservers this machine should use is for its network to say',
    manual: [
      'See where the nameservers come from: cat /etc/resolv.conf; resolvectl status; nmcli device show',
      `A nameserver of an office or VPN (${silent[0]}) answers only there: connect to it, or take its line away where it was set.`,
      'Until then: ssh to the address, or set HostName to it in ~/.ssh/config.',
    ],
  }),
});
