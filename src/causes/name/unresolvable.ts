import { type Dns, dns, serverEvidence } from '../../facts/client/dns.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

/** Why there is no address, as far as the nameservers tell it apart. */
type Reason =
  | 'no-such-name'
  | 'no-address'
  | 'other-family'
  | 'not-translated'
  | 'not-asked'
  | 'failing'
  | 'silent'
  | 'no-nameserver'
  | 'other';

interface Data {
  readonly name: string;
  readonly reason: Reason;
  readonly servers: readonly string[];
  /** Addresses that a nameserver knows all the same. */
  readonly known: readonly string[];
  /** Names that were asked for, search domain after search domain. */
  readonly asked: readonly string[];
  /** No search domain is set up, so that a name without a dot is asked for as it stands. */
  readonly bare: boolean;
  readonly family?: 4 | 6;
  readonly idn?: string;
  readonly near: Dns['near'];
}

const SILENT = ['timeout', 'unreachable', 'not-awaited', 'malformed'];

function reasonOf({ resolvers, configured, family, idn }: Dns): Reason {
  if (resolvers.length === 0 || (!configured && resolvers.every(({ a }) => a.error === 'unreachable')))
    return 'no-nameserver';
  const wanted = resolvers.flatMap(({ a, aaaa }) => [...(family === 6 ? [] : [a]), ...(family === 4 ? [] : [aaaa])]);
  if (wanted.some(({ error }) => error === undefined)) return idn === undefined ? 'not-asked' : 'not-translated';
  const said = resolvers.map(({ a, aaaa }) => [a.error, aaaa.error]);
  if (said.flat().some((error) => error === undefined)) return 'other-family';
  const all = (test: (error: string | undefined) => boolean): boolean => said.every((pair) => pair.every(test));
  if (all((error) => error === 'NXDOMAIN')) return 'no-such-name';
  if (all((error) => error === 'NXDOMAIN' || error === 'NODATA')) return 'no-address';
  if (all((error) => error !== undefined && SILENT.includes(error))) return 'silent';
  if (all((error) => error === 'SERVFAIL' || error === 'REFUSED')) return 'failing';
  return 'other';
}

const plural = (servers: string, word: string): string => `${servers} ${word}${servers.includes(',') ? '' : 's'}`;

const WORDS: Readonly<Record<Reason, (data: Data, servers: string) => string>> = {
  'no-such-name': ({ name }, servers) =>
    `There is no host ${name}: ${plural(servers, 'say')} that the name does not exist (NXDOMAIN).`,
  'no-address': ({ name }) => `The name ${name} exists but has no address.`,
  'other-family': ({ name, family, known }) =>
    `${name} has only IPv${family === 6 ? 4 : 6} addresses (${known.join(', ')}), and AddressFamily or -${family} leaves only IPv${family}.`,
  'not-translated': ({ name, idn }) =>
    `${name} holds letters beyond ASCII, which ssh does not translate; in DNS the name is ${idn}.`,
  'not-asked': ({ name, known }, servers) =>
    `The system does not find ${name}, though ${plural(servers, 'know')} it (${known.join(', ')}): the line hosts: of /etc/nsswitch.conf, or a cache, keeps it from asking them.`,
  failing: ({ name }, servers) =>
    `The name ${name} cannot be resolved: ${plural(servers, 'fail')} or ${servers.includes(',') ? 'refuse' : 'refuses'} to answer (SERVFAIL, REFUSED).`,
  silent: ({ name }, servers) => `The name ${name} cannot be resolved: no answer from ${servers}.`,
  'no-nameserver': ({ name }) =>
    `The name ${name} cannot be resolved: it is not in /etc/hosts, and no nameserver is set up in /etc/resolv.conf.`,
  other: ({ name }, servers) =>
    `The name ${name} cannot be resolved: ${servers} ${servers.includes(',') ? 'give' : 'gives'} no address.`,
};

function hint({ name, reason, bare, asked, near: [near] }: Data): string {
  if (near) return ` Did you mean ${near.name}?`;
  if (!['no-such-name', 'no-address'].includes(reason)) return '';
  if (name.endsWith('.')) return ' The dot at its end keeps search domains and /etc/hosts out.';
  if (asked.length > 1) return ` Asked for: ${asked.join(', ')}.`;
  return bare && !name.includes('.') ? ' No search domain is set up that would make it longer.' : '';
}

export const cause = defineCause<Data>({
  id: 'name/unresolvable',
  severity: 'blocks',
  title: 'The name has no address',
  why: 'ssh asks the system for the address of the host: the hosts file, then the nameservers, which a short name is asked for in each search domain. A typing error, a name that only the nameserver of an office or VPN knows, and a nameserver that fails all end in "Could not resolve hostname".',
  refs: ['getaddrinfo(3)', 'resolv.conf(5)', 'ssh_config(5), HostName, CanonicalizeHostname', 'RFC 8499'],
  proofs: [
    proof({
      needs: { dns },
      check({ dns: looked }) {
        const { name, literal, addresses, lookup, resolvers, search, family, idn, near } = looked;
        if (literal || addresses.length > 0 || lookup?.error === undefined) return [];
        const evidence: Evidence[] = [
          { side: 'client', section: 'dns', text: `getaddrinfo(${name}): ${lookup.error}` },
          ...resolvers.map(serverEvidence),
        ];
        const data: Data = {
          name,
          reason: reasonOf(looked),
          servers: resolvers.map(({ server }) => server),
          known: [...new Set(resolvers.flatMap(({ a, aaaa }) => [...a.addresses, ...aaaa.addresses]))],
          asked: [...new Set(resolvers.flatMap(({ missed, asked }) => [...missed, asked]))],
          bare: search.domains.length === 0,
          ...(family === undefined ? {} : { family }),
          ...(idn === undefined ? {} : { idn }),
          near,
        };
        return [{ data, subject: name, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: (data) => `${WORDS[data.reason](data, data.servers.join(', '))}${hint(data)}`,
  remedy: ({ name, reason, near, idn, family }) => ({
    refuse: 'which host was meant, and which nameserver should know it, is not to be guessed',
    manual: [
      ...near.map((one) => `${one.file} knows a host ${one.name}: ssh ${shellQuote(one.name)}`),
      ...(reason === 'not-translated' && idn !== undefined
        ? [`Say the name as DNS has it: ssh ${shellQuote(idn)}`]
        : []),
      ...(reason === 'other-family'
        ? [`Leave -${family} away, or set AddressFamily any for Host ${name} in ~/.ssh/config.`]
        : []),
      ...(reason === 'not-asked'
        ? ['See who is asked: grep ^hosts: /etc/nsswitch.conf; it should name dns (or resolve).']
        : []),
      ...(reason === 'silent' || reason === 'failing'
        ? ['Check the network and the nameservers: getent hosts deb.debian.org; cat /etc/resolv.conf']
        : []),
      `A name of an office or VPN resolves only there: connect to the VPN, or give ssh the address (HostName in ~/.ssh/config for Host ${name}).`,
    ],
  }),
});
