import { attemptLog } from '../../facts/client/attempt.ts';
import { type Hang, hang } from '../../facts/client/hang.ts';
import { route } from '../../facts/client/route.ts';
import { sshdLog } from '../../facts/log.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { command } from '../../model/change.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly address: string;
  /** Bytes of the largest packet that was answered, and of the smallest that was not. */
  readonly passes: number;
  readonly lost: number;
  readonly device?: string;
  readonly via?: string;
}

/** From the first large packet, which is the client's KEXINIT, to the first one after it that the server must answer. */
const EXCHANGING = ['greeted', 'kexinit-sent', 'kexinit', 'key-exchange'];

/** The sizes that divide what passes from what is lost; undefined where there is no such line, or a router tells of it. */
function divide({ probes }: Hang): { passes: number; lost: number; evidence: Evidence[] } | undefined {
  const plain = probes.filter(({ tos, local }) => tos === 0 && !local);
  const passing = plain.filter(({ answered }) => answered > 0);
  const lost = plain.filter(({ answered, sent }) => answered === 0 && sent > 1);
  const [most, least] = [Math.max(...passing.map(({ size }) => size)), Math.min(...lost.map(({ size }) => size))];
  const told = plain.some(({ mtu, size }) => mtu !== undefined && mtu < size);
  if (passing.length === 0 || lost.length === 0 || most >= least || told) return undefined;
  const deciding = [...passing, ...lost].filter(({ size }) => size === most || size === least);
  const evidence = deciding.map(
    ({ size, answered, sent, line }): Evidence => ({
      side: 'client',
      section: 'hang',
      line,
      text: `packets of ${size} bytes that may not be fragmented: ${answered > 0 ? 'answered' : `none of ${sent} answered, and no router says why`}`,
    }),
  );
  return { passes: most, lost: least, evidence };
}

export const cause = defineCause<Data>({
  id: 'network/mtu-black-hole',
  severity: 'blocks',
  title: 'Large packets are lost on the way without a word',
  why: 'A link on the way (a tunnel, a VPN, PPPoE) carries smaller packets than both ends think, and the ICMP message that should tell them so is dropped. Small packets pass: the connection stands and the versions are exchanged. The first large one, the list of algorithms, is sent again and again in vain, and ssh hangs at "expecting SSH2_MSG_KEX_ECDH_REPLY".',
  refs: ['RFC 2923, 2.1', 'RFC 4821', 'ip-sysctl, tcp_mtu_probing', 'ip(7), IP_MTU_DISCOVER'],
  proofs: [
    proof({
      needs: { attemptLog, hang },
      helps: { route, sshdLog },
      check({ attemptLog: log, hang: stuck, route: routes = [], sshdLog: server = [] }, { from }) {
        if (log.authenticated || !EXCHANGING.includes(log.stage) || stuck.resent === 0) return [];
        const line = divide(stuck);
        if (!line) return [];
        const { passes, lost } = line;
        const way = routes.find(({ address }) => address === stuck.address);
        const waited = server.findLast(
          ({ message }) =>
            /^(?:fatal: )?Timeout before authentication for /.test(message) && message.includes(from ?? ''),
        );
        const evidence: Evidence[] = [
          { side: 'client', section: 'attempt', line: log.endingSaid?.line, text: log.log.at(-1)?.text ?? log.stage },
          {
            side: 'client',
            section: 'hang',
            text: `${stuck.unacked} segments of up to ${stuck.mss ?? '?'} bytes are not acknowledged, sent again ${stuck.resent} times`,
          },
          ...line.evidence,
          ...(waited
            ? [{ side: 'server', section: 'log-sshd', line: waited.line, text: waited.message } as const]
            : []),
        ];
        const data = {
          address: stuck.address,
          passes,
          lost,
          ...(way?.device === undefined ? {} : { device: way.device }),
          ...(way?.via === undefined ? {} : { via: way.via }),
        };
        return [{ data, verdict: 'confirmed', evidence, closes: 'handshake' }];
      },
    }),
  ],
  says: ({ address, passes, lost }) =>
    `Packets of ${lost} bytes to ${address} are lost on the way, those of ${passes} pass, and no router says so: ssh hangs in the key exchange.`,
  remedy: ({ address, passes, device, via }) => {
    const family = address.includes(':') ? '-6 ' : '';
    return device === undefined
      ? {
          refuse:
            'the router before the narrow link should say so, or shrink TCP segments; it is not one of the two ends',
          manual: MANUAL,
        }
      : {
          summary: `send nothing larger than ${passes} bytes there until the next boot; for good, the router before the narrow link has to let ICMP "fragmentation needed" pass or clamp the MSS`,
          risk: 'safe',
          where: 'client',
          changes: [
            command(
              `ip ${family}route replace ${shellQuote(address)}${via === undefined ? '' : ` via ${shellQuote(via)}`} dev ${shellQuote(device)} mtu ${passes}`,
              [`ip ${family}route del ${shellQuote(address)}`],
            ),
          ],
        };
  },
});

const MANUAL = [
  'On the router: nft add rule inet filter forward tcp flags syn tcp option maxseg size set rt mtu (iptables: -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu), and let ICMP type 3 code 4 and ICMPv6 type 2 pass.',
  'On either end, so that TCP finds out by itself: sysctl -w net.ipv4.tcp_mtu_probing=1 (undo: =0).',
  'To get in meanwhile, ask for fewer algorithms: ssh -o KexAlgorithms=curve25519-sha256 -o HostKeyAlgorithms=ssh-ed25519 -o Ciphers=aes128-ctr -o MACs=hmac-sha2-256',
];
