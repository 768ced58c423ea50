import { attemptLog } from '../../facts/client/attempt.ts';
import { kexinit } from '../../facts/client/kexinit.ts';
import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  /** `neither`: the server's first line is none that ssh understands. */
  readonly behind: 'server' | 'client' | 'neither';
  /** Identification of the one that is behind. */
  readonly banner?: string;
}

/** Below 1.99 there is no protocol 2 (RFC 4253, 5.1). */
const OLD = /^SSH-(?:1\.(?!99-)\d{1,3}|0\.\d{1,3})-/;
/** packet.c, sshpkt_vfatal(), of 8.4 to 10.x, after "Protocol major versions differ: 2 vs. 1". */
const CLIENT_BEHIND = /^banner exchange: Connection from (\S+) port \d+: could not read protocol version$/;

export const cause = defineCause<Data>({
  id: 'handshake/protocol-too-old',
  severity: 'blocks',
  title: 'One side speaks only version 1 of the protocol',
  why: 'SSH 1 was broken long ago and OpenSSH 7.6 took it out. Network devices and embedded servers of the nineties and noughties may know nothing else, or have version 2 switched off until a longer key is made.',
  refs: ['RFC 4253, 4.2 and 5.1', 'kex.c, kex_exchange_identification()'],
  proofs: [
    proof({
      needs: { kexinit },
      helps: { attemptLog },
      check({ kexinit: { probes }, attemptLog: log }) {
        const greeted = probes.filter(({ banner }) => banner !== undefined);
        const refused = log?.ending === 'not-ssh' || log?.ending === 'protocol-differs';
        const old = greeted.filter(({ banner = '', outcome }) => {
          // ssh went to one of them, most likely to that which did not go on.
          return OLD.test(banner) || (refused && (greeted.length === 1 || outcome !== 'kexinit'));
        });
        if (!refused && old.length < greeted.length) return [];
        const said = log?.endingSaid;
        return old.map(({ address, port, banner = '', line }) => {
          const evidence: Evidence[] = [
            { side: 'client', section: 'kexinit', line, text: `${address} port ${port} greets: ${banner}` },
            ...(said && refused
              ? [{ side: 'client', section: 'attempt', line: said.line, text: said.text } satisfies Evidence]
              : []),
          ];
          const behind = OLD.test(banner) ? 'server' : 'neither';
          return { data: { behind, banner }, subject: `${address}:${port}`, verdict: 'confirmed', evidence };
        });
      },
    }),
    proof({
      needs: { sshdLog, meta },
      check({ sshdLog: log, meta: { now } }, { from, user }) {
        const said = lastSaid(log, now, CLIENT_BEHIND, user);
        // Scanners say such things to every server; only of the address asked about does it explain anything.
        if (!said || from === undefined || said.match[1] !== from) return [];
        return [{ data: { behind: 'client' }, verdict: 'confirmed', evidence: [said.evidence] }];
      },
    }),
  ],
  says: ({ behind, banner = '' }) =>
    behind === 'neither'
      ? `The first line of the server begins like SSH, but is none that ssh understands: "${banner.slice(0, 80)}".`
      : `The ${behind} speaks only version 1 of SSH${banner === '' ? '' : ` (${banner.slice(0, 80)})`}, which OpenSSH has not known since 7.6.`,
  remedy: ({ behind }) => ({
    refuse: 'no setting of today brings version 1 back, and it protects nothing',
    manual:
      behind === 'neither'
        ? ['Find out what runs there: its log, its version, and whether a proxy in between rewrites the first line.']
        : behind === 'server'
          ? [
              'Update the server, or switch version 2 on there: many devices do so once they have an RSA key of 768 bits or more (on Cisco IOS: crypto key generate rsa modulus 2048, then ip ssh version 2).',
              'Until then, only by a network that nobody else is on: a console, or an old client made for the purpose (Debian: openssh-client-ssh1).',
            ]
          : ['Update that client: any OpenSSH of the last twenty years speaks version 2.'],
  }),
});
