import { attemptLog } from '../../facts/client/attempt.ts';
import { tcp } from '../../facts/client/tcp.ts';
import { connections } from '../../facts/connections.ts';
import { since, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import type { Gate } from '../../model/gate.ts';

interface Data {
  readonly address: string;
  /** What the server knows of it; absent where it was not looked at. */
  readonly server?: string;
}

const RESET = /(?:Connection reset by|: Connection reset by peer)/;
/** How long after the client's end the server's log may speak of it. */
const NEAR_MS = 60_000;

/** The attempt was reset after the server had shown its version, but before the login was through. */
function reset(log: { ending: string; endingSaid?: { text: string; line?: number }; authenticating: boolean }) {
  const said = log.endingSaid;
  if (!said || !RESET.test(said.text)) return undefined;
  if (log.ending !== 'kex-closed' && log.ending !== 'closed-in-auth' && log.ending !== 'closed-after-auth')
    return undefined;
  const closes: Gate = log.ending === 'kex-closed' ? 'handshake' : log.ending === 'closed-in-auth' ? 'auth' : 'session';
  const evidence: Evidence = { side: 'client', section: 'attempt', line: said.line, text: said.text };
  return { closes, evidence };
}

export const cause = defineCause<Data>({
  id: 'network/middlebox-reset',
  severity: 'blocks',
  title: 'Something on the way resets the connection',
  why: 'The connection stands and the server greets, and then a reset comes that the server did not send: an intrusion prevention system, a company proxy or a provider that recognises SSH and ends it, or a firewall that has lost its state. The server still holds the connection, or was told that the client reset it.',
  refs: ['RFC 9293, 3.10.7', 'RFC 3360'],
  proofs: [
    proof({
      needs: { attemptLog, tcp, connections, sshdLog, meta },
      check({ attemptLog: log, tcp: { probes }, connections: standing, sshdLog: entries, meta: { now } }, { from }) {
        const seen = reset(log);
        if (!seen) return [];
        const address = probes.find(({ outcome }) => outcome === 'open')?.address ?? '';
        const { closes } = seen;
        // Our own first connection was closed long before the server was looked at.
        const held = standing.find(
          ({ state, peer, peerPort }) =>
            state === 'ESTAB' && probes.some(({ local, localPort }) => local === peer && localPort === peerPort),
        );
        if (held) {
          const evidence = [
            seen.evidence,
            { side: 'server', section: 'connections', line: held.line, text: held.text } as const,
          ];
          const data = { address, server: 'the server still holds the connection' };
          return [{ data, verdict: 'confirmed', evidence, closes }];
        }
        // Each end was told that the other one reset it; the line may be of another attempt of the same minute.
        const told = since(entries, now, NEAR_MS).findLast(
          ({ message }) =>
            from !== undefined &&
            (message.includes(`Connection reset by ${from} port `) ||
              (/^Connection reset by (?:authenticating|invalid) user /.test(message) &&
                message.includes(` ${from} port `))),
        );
        if (!told) return [];
        const evidence = [
          seen.evidence,
          { side: 'server', section: 'log-sshd', line: told.line, text: told.message } as const,
        ];
        const data = { address, server: 'the server was told that the client had reset it' };
        return [{ data, verdict: 'likely', evidence, closes }];
      },
    }),
    proof({
      needs: { attemptLog, tcp },
      check({ attemptLog: log, tcp: { probes } }) {
        const seen = reset(log);
        if (!seen) return [];
        const data = { address: probes.find(({ outcome }) => outcome === 'open')?.address ?? '' };
        return [{ data, verdict: 'possible', evidence: [seen.evidence], closes: seen.closes }];
      },
    }),
  ],
  says: ({ address, server }) =>
    server === undefined
      ? `The connection to ${address} was reset in the middle: by sshd when it crashes, or by something on the way (intrusion prevention, proxy, firewall).`
      : `The connection to ${address} was reset in the middle, but not by the server: ${server}. Something on the way ends it (intrusion prevention, proxy, firewall).`,
  remedy: () => ({
    refuse: 'it stands on another machine than the two that were looked at',
    manual: [
      'Ask whoever runs the network (company, provider, cloud) about intrusion prevention or a proxy that ends SSH.',
      'Go another way: another network, the VPN, or a jump host (ssh -J).',
      'Look at both ends at once, to see who sends the reset: tcpdump -ni any "tcp port 22 and tcp[tcpflags] & tcp-rst != 0"',
    ],
  }),
});
