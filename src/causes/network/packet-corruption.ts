import { attemptLog } from '../../facts/client/attempt.ts';
import { since, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  /** Which way the bytes went that arrived altered. */
  readonly to: 'client' | 'server';
  readonly said: string;
}

const RECENT_MS = 15 * 60_000;
/** packet.c: the integrity of a packet is wrong. */
const MAC = /Corrupted MAC on input|message authentication code incorrect/;

export const cause = defineCause<Data>({
  id: 'network/packet-corruption',
  severity: 'blocks',
  title: 'Bytes are altered on the way',
  why: 'SSH checks the integrity of every packet, far better than the checksum of TCP does. When a packet arrives altered, the connection is ended: a faulty network card or its offloading, bad memory, a router or proxy that rewrites what it carries, or a broken VPN.',
  refs: ['RFC 4253, 6.4', 'packet.c, ssh_packet_read_poll2()'],
  proofs: [
    proof({
      needs: { attemptLog },
      check({ attemptLog: log }) {
        if (log.ending !== 'corrupted') return undefined;
        const told = log.log.find(({ text }) => MAC.test(text)) ?? log.endingSaid;
        const said = told?.text ?? '';
        const evidence = [{ side: 'client', section: 'attempt', line: told?.line, text: said } as const];
        // A length that makes no sense may also come from a server that speaks out of turn.
        const verdict = MAC.test(said) && log.cipher !== undefined ? 'confirmed' : 'likely';
        const closes = log.authenticated ? 'session' : log.authenticating ? 'auth' : 'handshake';
        return [{ data: { to: 'client', said }, verdict, evidence, closes }];
      },
    }),
    proof({
      needs: { sshdLog, meta },
      helps: { attemptLog },
      check({ sshdLog: entries, meta: { now }, attemptLog: log }, { from }) {
        if (from === undefined || log?.ending === 'ok') return [];
        const said = since(entries, now, RECENT_MS).findLast(
          ({ message, pid }) =>
            MAC.test(message) && entries.some((other) => other.pid === pid && other.message.includes(` ${from} port `)),
        );
        if (!said) return [];
        const evidence = [{ side: 'server', section: 'log-sshd', line: said.line, text: said.message } as const];
        const data = { to: 'server', said: said.message } as const;
        return [{ data, subject: from, verdict: 'likely', evidence, closes: 'auth' }];
      },
    }),
  ],
  says: ({ to, said }) =>
    `Bytes on their way to the ${to} arrive altered, so ${to === 'client' ? 'ssh' : 'sshd'} ends the connection: "${said}".`,
  remedy: () => ({
    refuse: 'which card, router or proxy alters them is not known from here',
    manual: [
      'Look for errors on both ends: ip -s link; ethtool -S DEVICE | grep -i err; dmesg.',
      'Try without offloading: ethtool -K DEVICE tx off rx off tso off gso off gro off (on both ends, one after the other).',
      'Go another way (another network, a VPN, ssh -J): if it works there, it is a router or proxy on this one.',
    ],
  }),
});
