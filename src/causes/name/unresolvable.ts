import { type Answer, type Dns, dns } from '../../facts/client/dns.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

/** Why there is no address, as far as the nameservers tell it apart. */
type Reason = 'no-such-name' | 'no-address' | 'failing' | 'silent' | 'no-nameserver' | 'other';

interface Data {
  readonly name: string;
  readonly reason: Reason;
  readonly servers: readonly string[];
  /** getaddrinfo(3)'s code. */
  readonly error: string;
  readonly near: Dns['near'];
}

const SILENT = ['timeout', 'unreachable', 'not-awaited'];

function reasonOf({ resolvers }: Dns): Reason {
  if (resolvers.length === 0) return 'no-nameserver';
  const said = resolvers.map(({ a, aaaa }) => [a.error, aaaa.error]);
  const all = (test: (error: string | undefined) => boolean): boolean => said.every((pair) => pair.every(test));
  if (all((error) => error === 'NXDOMAIN')) return 'no-such-name';
  if (all((error) => error === 'NXDOMAIN' || error === 'NODATA')) return 'no-address';
  if (all((error) => error !== undefined && SILENT.includes(error))) return 'silent';
  if (all((error) => error === 'SERVFAIL' || error === 'REFUSED')) return 'failing';
  return 'other';
}

const told = (answer: Answer): string => answer.error ?? answer.addresses.join(' ');

const WORDS: Readonly<Record<Reason, (name: string, servers: string) => string>> = {
  'no-such-name': (name, servers) =>
    `There is no host ${name}: ${servers} say${servers.includes(',') ? '' : 's'} that the name does not exist (NXDOMAIN).`,
  'no-address': (name) => `The name ${name} exists but has no address.`,
  failing: (name, servers) =>
    `The name ${name} cannot be resolved: ${servers} fail${servers.includes(',') ? '' : 's'} or refuse${servers.includes(',') ? '' : 's'} to answer (SERVFAIL, REFUSED).`,
  silent: (name, servers) => `The name ${name} cannot be resolved: no answer from ${servers}.`,
  'no-nameserver': (name) =>
    `The name ${name} cannot be resolved: it is not in /etc/hosts, and no nameserver is set up in /etc/resolv.conf.`,
  other: (name, servers) => `The name ${name} cannot be resolved: ${servers} give no address.`,
};

export const cause = defineCause<Data>({
  id: 'name/unresolvable',
  severity: 'blocks',
  title: 'The name has no address',
  why: 'ssh asks the system for the address of the host: the hosts file, then the nameservers. A typing error, a name that only the nameserver of an office or VPN knows, and a nameserver that does not answer all end in "Could not resolve hostname".',
  refs: ['getaddrinfo(3)', 'resolv.conf(5)', 'ssh_config(5), HostName, CanonicalizeHostname', 'RFC 8499'],
  proofs: [
    proof({
      needs: { dns },
      check({ dns: looked }) {
        const { name, literal, addresses, lookup, resolvers } = looked;
        if (literal || addresses.length > 0 || lookup?.error === undefined) return [];
        const evidence: Evidence[] = [
          { side: 'client', section: 'dns', text: `getaddrinfo(${name}): ${lookup.error}` },
          ...resolvers.map(({ server, a, aaaa, line }) => ({
            ...({ side: 'client', section: 'dns', line, text: `${server}: A ${told(a)}, AAAA ${told(aaaa)}` } as const),
          })),
        ];
        const servers = resolvers.map(({ server }) => server);
        const data = { name, reason: reasonOf(looked), servers, error: lookup.error, near: looked.near };
        return [{ data, subject: name, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ name, reason, servers, near: [near] }) =>
    `${WORDS[reason](name, servers.join(', '))}${near ? ` Did you mean ${near.name}?` : ''}`,
  remedy: ({ name, reason, near }) => ({
    refuse: 'which host was meant, and which nameserver should know it, is not to be guessed',
    manual: [
      ...near.map((one) => `${one.file} knows a host ${one.name}: ssh ${shellQuote(one.name)}`),
      ...(reason === 'silent' || reason === 'failing'
        ? ['Check the network and the nameservers: getent hosts deb.debian.org; cat /etc/resolv.conf']
        : []),
      `A name of an office or VPN resolves only there: connect to the VPN, or give ssh the address (HostName in ~/.ssh/config for Host ${name}).`,
    ],
  }),
});
