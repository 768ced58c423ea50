import { attemptLog } from '../../facts/client/attempt.ts';
import { kexinit } from '../../facts/client/kexinit.ts';
import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly behind: 'server' | 'client';
  /** Identification of the one that is behind. */
  readonly banner: string;
}

/** Below 1.99 there is no protocol 2 (RFC 4253, 5.1). */
const OLD = /^SSH-(?:1\.(?!99-)\d{1,3}|0\.\d{1,3})-/;
/** kex.c, kex_exchange_identification() of 8.4 to 10.x, on the server's side. */
const CLIENT_BEHIND = /^Protocol major versions differ for (\S+) port \d+: .{1,255} vs\. (SSH-.{1,255})$/;

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
        const old = probes.filter(({ banner }) => banner !== undefined && OLD.test(banner));
        if (old.length === 0 || old.length < probes.filter(({ banner }) => banner !== undefined).length) return [];
        const said = log?.log.find(({ text }) => /^Protocol major versions differ/.test(text));
        return old.map(({ address, port, banner = '', line }) => {
          const evidence: Evidence[] = [
            { side: 'client', section: 'kexinit', line, text: `${address} port ${port} greets: ${banner}` },
            ...(said
              ? [{ side: 'client', section: 'attempt', line: said.line, text: said.text } satisfies Evidence]
              : []),
          ];
          return { data: { behind: 'server', banner }, subject: `${address}:${port}`, verdict: 'confirmed', evidence };
        });
      },
    }),
    proof({
      needs: { sshdLog, meta },
      check({ sshdLog: log, meta: { now } }, { from, user }) {
        const said = lastSaid(log, now, CLIENT_BEHIND, user);
        // Scanners say such things to every server; only of the address asked about does it explain anything.
        if (from === undefined || said?.match[1] !== from || !OLD.test(said.match[2] ?? '')) return [];
        return [
          { data: { behind: 'client', banner: said.match[2] ?? '' }, verdict: 'confirmed', evidence: [said.evidence] },
        ];
      },
    }),
  ],
  says: ({ behind, banner }) =>
    `The ${behind} speaks only version 1 of SSH (${banner.slice(0, 80)}), which OpenSSH has not known since 7.6.`,
  remedy: ({ behind }) => ({
    refuse: 'no setting of today brings version 1 back, and it protects nothing',
    manual:
      behind === 'server'
        ? [
            'Update the server, or switch version 2 on there: many devices do so once they have an RSA key of 768 bits or more (on Cisco IOS: crypto key generate rsa modulus 2048, then ip ssh version 2).',
            'Until then, only by a network that nobody else is on: a console, or an old client made for the purpose (Debian: openssh-client-ssh1).',
          ]
        : ['Update that client: any OpenSSH of the last twenty years speaks version 2.'],
  }),
});
