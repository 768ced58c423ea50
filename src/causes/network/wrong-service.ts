import { kexinit } from '../../facts/client/kexinit.ts';
import { daemon } from '../../facts/daemon.ts';
import { accepts } from '../../facts/listeners.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly address: string;
  readonly port: number;
  /** Name of what speaks there, where it is known. */
  readonly service?: string;
  readonly first: string;
  /** Ports on which the server has an SSH daemon. */
  readonly instead: readonly number[];
}

const NAMES: Readonly<Record<string, string>> = {
  http: 'a web server',
  tls: 'a TLS server (HTTPS or the like)',
  smtp: 'a mail server (SMTP)',
  ftp: 'an FTP server',
  imap: 'a mail server (IMAP)',
  pop3: 'a mail server (POP3)',
  vnc: 'a VNC server',
  mysql: 'a MySQL server',
  tarpit: 'a tarpit (endlessh or the like), which feeds lines without end to scanners',
};

export const cause = defineCause<Data>({
  id: 'network/wrong-service',
  severity: 'blocks',
  title: 'Something else than SSH answers on the port',
  why: 'The connection stands, but what speaks there is no SSH server: the wrong port or address, a port forward to another service, a captive portal, or a tarpit on 22 while sshd is elsewhere.',
  refs: ['RFC 4253, 4.2', 'sshd_config(5), Port'],
  proofs: [
    proof({
      needs: { kexinit },
      helps: { daemon },
      check({ kexinit: { probes }, daemon: state }) {
        const wrong = probes.filter(({ outcome }) => outcome === 'not-ssh');
        if (wrong.length === 0 || wrong.length < probes.length) return [];
        return wrong.map(({ address, port, service, first, line }) => {
          const here = state?.all.find((one) => one.port === port && accepts(one, address));
          const evidence: Evidence[] = [
            { side: 'client', section: 'kexinit', line, text: `${address} port ${port} says: ${first}` },
          ];
          if (here) evidence.push({ side: 'server', section: 'listeners', line: here.line, text: here.text });
          const instead = [...new Set((state?.listening ?? []).map((one) => one.port))].filter((one) => one !== port);
          const data = { address, port, first, instead, ...(service === undefined ? {} : { service }) };
          return { data, subject: `${address}:${port}`, verdict: 'confirmed', evidence } as const;
        });
      },
    }),
  ],
  says: ({ address, port, service, first }) =>
    `Port ${port} of ${address} is not SSH: ${service === undefined ? `it begins with "${first.slice(0, 80)}"` : (NAMES[service] ?? service)}${service === undefined ? '' : ' answers there'}.`,
  masks: ['daemon/other-port'],
  remedy: ({ port, instead }) => ({
    refuse: 'the server on that port is not ours to change',
    manual: [
      ...(instead.length > 0
        ? [`sshd of this server listens on port ${instead.join(', ')}: ssh -p ${instead[0]}`]
        : []),
      `Check the port (ssh -p, Port in ~/.ssh/config) and the address; ask whoever runs the server on which port sshd is, if not ${port}.`,
      'Behind a router: the forwarded port leads to another service or machine.',
    ],
  }),
});
