import { type Greeting, kexinit } from '../../facts/client/kexinit.ts';
import { daemon } from '../../facts/daemon.ts';
import { accepts, type Listener, sshListeners } from '../../facts/listeners.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly address: string;
  readonly port: number;
  /** Name of what speaks there, where it is known. */
  readonly service?: string;
  readonly first: string;
  /** The program behind a port that stays silent. */
  readonly holder?: string;
  /** Ports on which the server has an SSH daemon. */
  readonly instead: readonly number[];
}

const NAMES: Readonly<Record<string, string>> = {
  'captive-portal':
    'a web server that redirects, such as the login page of a hotel or company network (captive portal),',
  http: 'a web server',
  tls: 'a TLS server (HTTPS or the like)',
  smtp: 'a mail server (SMTP)',
  ftp: 'an FTP server',
  'smtp-or-ftp': 'a mail or FTP server',
  nntp: 'a news server (NNTP)',
  imap: 'a mail server (IMAP)',
  pop3: 'a mail server (POP3)',
  vnc: 'a VNC server',
  telnet: 'a Telnet server',
  mysql: 'a MySQL or MariaDB server',
  redis: 'a Redis server',
  memcached: 'a memcached server',
  amqp: 'a message broker (AMQP)',
  irc: 'an IRC server',
  rsync: 'an rsync server',
  sip: 'a telephony or camera server (SIP, RTSP)',
  tarpit: 'a tarpit (endlessh or the like), which feeds lines without end to scanners,',
};

/** Who holds a port, when it is certainly no SSH daemon; systemd may hold one for it. */
function strangerOn(listener: Listener | undefined): string | undefined {
  const [holder] = listener?.processes ?? [];
  if (!listener || !holder || holder.name === 'systemd' || sshListeners([listener]).length > 0) return undefined;
  return `${holder.name} (pid ${holder.pid})`;
}

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
        const listenerOf = ({ address, port }: Greeting): Listener | undefined =>
          state?.all.find((one) => one.port === port && accepts(one, address));
        const wrong = probes.filter(
          (probe) => probe.outcome === 'not-ssh' || (probe.outcome === 'silent' && strangerOn(listenerOf(probe))),
        );
        if (wrong.length === 0 || wrong.length < probes.length) return [];
        return wrong.map((probe) => {
          const { address, port, outcome, service, first, ended, line } = probe;
          const here = listenerOf(probe);
          const holder = outcome === 'silent' ? strangerOn(here) : undefined;
          const text = `${address} port ${port} ${holder ? 'waits for its client to speak' : `says: ${first}`}`;
          const evidence: Evidence[] = [{ side: 'client', section: 'kexinit', line, text }];
          if (here) evidence.push({ side: 'server', section: 'listeners', line: here.line, text: here.text });
          const instead = [...new Set((state?.listening ?? []).map((one) => one.port))].filter((one) => one !== port);
          const named = service === undefined ? {} : { service };
          const data = { address, port, first, instead, ...named, ...(holder ? { holder } : {}) };
          // A server may say lines before its version (RFC 4253, 4.2), and a slow one may not be through with them.
          const open = service === 'tarpit' || (service === undefined && (ended === 'timeout' || ended === 'limit'));
          const verdict = open && !strangerOn(here) ? 'likely' : 'confirmed';
          // That the port opened is no proof that the way led to the right place.
          const closes = holder ? ({ closes: 'daemon' } as const) : {};
          return { data, subject: `${address}:${port}`, verdict, evidence, ...closes } as const;
        });
      },
    }),
  ],
  says: ({ address, port, service, first, holder }) => {
    if (holder !== undefined)
      return `Port ${port} of ${address} is not SSH: ${holder} holds it and waits for its client to speak first.`;
    if (service === undefined) return `Port ${port} of ${address} is not SSH: it begins with "${first.slice(0, 80)}".`;
    return `Port ${port} of ${address} is not SSH: ${NAMES[service] ?? service} answers there.`;
  },
  masks: ['daemon/other-port', 'daemon/wedged'],
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
