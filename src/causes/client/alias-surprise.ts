import { type Alias, alias } from '../../facts/client/alias.ts';
import { dns } from '../../facts/client/dns.ts';
import { tcp } from '../../facts/client/tcp.ts';
import { socketEvidence } from '../../facts/firewall/proof.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data extends Alias {
  /** What became of the host that ssh went to instead. */
  readonly met: string;
}

/** The alias and its lines, as evidence. */
const told = ({ typed, hostname, addresses, lines }: Alias): Evidence[] => [
  { side: 'client', section: 'alias', text: `${typed} is ${addresses.join(', ')}; ssh takes it for ${hostname}` },
  ...lines.map(({ file, line, text }) => ({
    ...({ side: 'client', section: 'alias', text: `${file}:${line}: ${text}` } as const),
  })),
];

export const cause = defineCause<Data>({
  id: 'client/alias-surprise',
  severity: 'blocks',
  title: 'The ssh configuration leads to another host than the name that was typed',
  why: 'HostName in ssh_config makes ssh connect elsewhere than the name says. A line that was left from an old address, or a pattern (Host *) that matches more than was meant, sends the login to a host that is not there, while the name itself would have led to the right one.',
  refs: ['ssh_config(5), Host, HostName', 'ssh(1), -G'],
  proofs: [
    proof({
      needs: { alias, tcp },
      check({ alias: { is }, tcp: { probes } }) {
        if (!is || is.addresses.length === 0 || probes.length === 0) return [];
        const elsewhere = !probes.some(({ address }) => is.addresses.includes(address));
        if (!elsewhere || probes.some(({ outcome }) => outcome === 'open')) return [];
        const [first] = probes;
        const data = { ...is, met: `${first?.address} port ${first?.port}: ${first?.outcome}` };
        return [{ data, subject: is.typed, verdict: 'likely', evidence: [...told(is), ...probes.map(socketEvidence)] }];
      },
    }),
    proof({
      needs: { alias, dns },
      check({ alias: { is }, dns: { addresses } }) {
        if (!is || is.addresses.length === 0 || addresses.length > 0) return [];
        const evidence: Evidence[] = [
          ...told(is),
          { side: 'client', section: 'dns', text: `${is.hostname} has no address` },
        ];
        return [{ data: { ...is, met: 'no address' }, subject: is.typed, verdict: 'likely', evidence }];
      },
    }),
  ],
  says: ({ typed, hostname, addresses, lines: [line], met }) =>
    `The ssh configuration makes ${hostname} of ${typed}${line ? ` (line ${line.line} of ${line.file})` : ''}, and that cannot be reached (${met}), while ${typed} itself is ${addresses.join(', ')}.`,
  remedy: ({ typed, lines: [line] }) => ({
    refuse: 'which of the two hosts was meant is not to be guessed',
    manual: [
      `Try the name as it is: ssh -o HostName=${shellQuote(typed)} ${shellQuote(typed)}`,
      line
        ? `If that is the one: correct line ${line.line} of ${line.file}.`
        : `ssh -G ${shellQuote(typed)} shows what is in effect.`,
    ],
  }),
});
