import { createHash } from 'node:crypto';
import { hostsLines, hostsSources } from '../../src/collect/client/dns.ts';
import { greetingReader } from '../../src/collect/client/greeting-reader.ts';
import { opensshHeader, parseAgent, publicFingerprint } from '../../src/collect/client/identities.ts';
import { readPacket } from '../../src/collect/client/kexinit.ts';
import { parseFound } from '../../src/collect/client/known-hosts.ts';
import { question, readReply } from '../../src/collect/client/nameserver/message.ts';
import { readLinks } from '../../src/collect/client/network.ts';
import { parseResolvConf } from '../../src/collect/client/resolv-conf.ts';
import { parseOptions } from '../../src/collect/client/ssh-config.ts';
import { parseAuthorizedKeys } from '../../src/facts/access/authorized-keys.ts';
import { type Certificate, certificateIn, nameOf, readCertificate } from '../../src/facts/access/certificate.ts';
import { certificateRevoked, keyRevoked, readKrl } from '../../src/facts/access/krl.ts';
import { parsePrincipals } from '../../src/facts/access/principals.ts';
import { fromBase64, readPublicKey } from '../../src/facts/access/public-key.ts';
import { files, sections, texts } from '../seeds.ts';
import { Broken, type Target } from '../target.ts';

const u32 = (value: number): Buffer => Buffer.from([value >>> 24, value >>> 16, value >>> 8, value]);
const field = (bytes: Buffer): Buffer => Buffer.concat([u32(bytes.length), bytes]);

/** The packet of RFC 4253, 7.1, that a captured list of algorithms came in. */
function greeting(section: Buffer): Buffer[] {
  const found = JSON.parse(section.toString('utf8')) as { servers?: { algorithms?: Record<string, string[]> }[] };
  return (found.servers ?? []).flatMap(({ algorithms }) => {
    if (algorithms === undefined) return [];
    const lists = [...Object.values(algorithms).map((names) => names.join(',')), '', ''].slice(0, 10);
    const payload = Buffer.concat([
      Buffer.from([20]),
      Buffer.alloc(16, 7),
      ...lists.map((names) => field(Buffer.from(names))),
      Buffer.alloc(5),
    ]);
    const packet = Buffer.concat([u32(payload.length + 1 + 8), Buffer.from([8]), payload, Buffer.alloc(8)]);
    return [Buffer.concat([Buffer.from('hello\r\nSSH-2.0-OpenSSH_9.2p1\r\n'), packet])];
  });
}

function greetings(): Buffer[] {
  const made = sections(/^kexinit$/, Number.POSITIVE_INFINITY).flatMap((section) => {
    try {
      return greeting(section);
    } catch {
      return [];
    }
  });
  return [...made, ...texts('SSH-2.0-x\r\n', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'Exceeded MaxStartups\r\n')];
}

/** What a server says may come in any pieces: the reader says the same. */
function inPieces(input: Buffer): unknown {
  const whole = greetingReader();
  const said = whole.push(input) ?? whole.end('closed');
  const step = 1 + ((createHash('md5').update(input).digest()[0] ?? 0) % 97);
  const small = greetingReader();
  let other: ReturnType<typeof small.push>;
  for (let at = 0; at < input.length && other === undefined; at += step)
    other = small.push(input.subarray(at, at + step));
  other ??= small.end('closed');
  if (
    other.outcome !== said.outcome ||
    other.banner !== said.banner ||
    JSON.stringify(other.algorithms) !== JSON.stringify(said.algorithms)
  )
    throw new Broken(`in pieces of ${step} bytes it is ${other.outcome}, whole it is ${said.outcome}`);
  return said;
}

const blobs = (): Buffer[] =>
  files(/^keys\/.*\.pub$/).flatMap((text) => fromBase64(text.toString().split(' ')[1] ?? '') ?? []);

let certified: (Certificate | undefined)[] | undefined;

/** Answers to the question for the addresses of web1.example.org. */
const answers = (): Buffer[] => {
  const asked = question(0x1234, 'web1.example.org', 1) as Buffer;
  const head = Buffer.from(asked);
  head.writeUInt16BE(0x8180, 2);
  head.writeUInt16BE(2, 6);
  const name = Buffer.from([0xc0, 0x0c]);
  const record = (type: number, data: Buffer): Buffer =>
    Buffer.concat([name, Buffer.from([0, type, 0, 1, 0, 0, 0, 60, 0, data.length]), data]);
  const refused = Buffer.from(asked);
  refused.writeUInt16BE(0x8183, 2);
  return [
    Buffer.concat([head, record(1, Buffer.from([10, 0, 0, 1])), record(1, Buffer.from([10, 0, 0, 2]))]),
    Buffer.concat([head, record(5, Buffer.from([3, 119, 101, 98, 0xc0, 0x11])), record(28, Buffer.alloc(16, 1))]),
    refused,
  ];
};

export const WIRE: readonly Target[] = [
  { name: 'ssh-greeting', seeds: greetings, run: inPieces },
  {
    name: 'ssh-packet',
    seeds: () => greetings().map((one) => one.subarray(one.indexOf('\r\n', 7) + 2)),
    run: (input) => readPacket(input),
  },
  { name: 'key-blob', seeds: blobs, run: (input) => readPublicKey(input) },
  {
    name: 'certificate',
    seeds: blobs,
    run: (input) => {
      const read = readCertificate(input);
      return 'value' in read ? [read.value, nameOf(read.value)] : read;
    },
  },
  {
    name: 'certificate-file',
    seeds: () => files(/^keys\/.*\.pub$/),
    run: (input) => certificateIn(input.toString('latin1')),
  },
  {
    name: 'krl',
    seeds: () => files(/^keys\/.*\.krl$/).map((text) => Buffer.from(text.toString('latin1'), 'base64')),
    run: (input) => {
      const read = readKrl(input);
      if (!('value' in read)) return read;
      certified ??= files(/^keys\/plain-cert\.pub$/).map((text) => certificateIn(text.toString()));
      return certified.map((one) => one && [certificateRevoked(read.value, one), keyRevoked(read.value, one.key)]);
    },
  },
  {
    name: 'key-lines',
    seeds: () => [...sections(/authorized_keys$/), ...files(/^keys\/.*\.pub$/)],
    words: [
      'from="10.0.0.0/8,!10.1.1.1"',
      'command="a \\" b"',
      'restrict',
      'expiry-time="20270101Z"',
      'cert-authority',
      'tunnel="1"',
    ],
    run: (input) => {
      const lines = input.toString('utf8').split('\n');
      return [parseAuthorizedKeys(lines), parsePrincipals(lines), lines.slice(0, 20).map(publicFingerprint)];
    },
  },
  {
    name: 'private-key',
    seeds: () =>
      texts(
        `-----BEGIN OPENSSH PRIVATE KEY-----\n${Buffer.concat([Buffer.from('openssh-key-v1\0'), field(Buffer.from('none')), field(Buffer.from('none')), field(Buffer.alloc(0)), u32(1), field(blobs()[0] ?? Buffer.alloc(4))]).toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`,
      ),
    run: (input) => opensshHeader(input.toString('latin1')),
  },
  {
    name: 'ssh-add',
    seeds: () =>
      texts('256 SHA256:rs7Hw1GnEHuQGZxTnVbRMmXEOtHJRxdEsCxgbWrmKpY alice@web (ED25519)\n3072 SHA256:x y (RSA)'),
    run: (input) => parseAgent(input.toString('utf8')),
  },
  {
    name: 'ssh-keygen-f',
    seeds: () =>
      texts(
        '# Host web1 found: line 1 \nweb1 ssh-ed25519 AAAA\n# Host web1 found: line 22 REVOKED\n@revoked web1 ssh-rsa AAAA x',
      ),
    run: (input) => parseFound(input.toString('utf8'), 'web1', '/home/alice/.ssh/known_hosts'),
  },
  {
    name: 'ssh-g-text',
    seeds: () => texts('user alice\nhostname web1\nport 22\nidentityfile ~/.ssh/id_rsa\nproxyjump a,b\n'),
    run: (input) => parseOptions(input.toString('utf8')),
  },
  {
    name: 'dns-answer',
    seeds: answers,
    run: (input) => [readReply(input, 0x1234, 'web1.example.org', 1), readReply(input, 0x1234, 'web1.example.org', 28)],
  },
  {
    name: 'resolv-conf',
    seeds: () => [
      ...sections(/resolv\.conf$/),
      ...texts('nameserver 10.0.0.1\nsearch a b\noptions ndots:3 timeout:1\n'),
    ],
    run: (input) => [parseResolvConf(input.toString('utf8')), hostsSources(input.toString('utf8'))],
  },
  {
    name: 'etc-hosts',
    seeds: () => sections(/^file:\/etc\/hosts$/),
    run: (input) => [hostsLines(input.toString('utf8'), 'web1')],
  },
  {
    name: 'ip-json',
    seeds: () =>
      texts(
        '[{"ifname":"eth0","linkinfo":{"info_kind":"veth"},"flags":["UP"],"addr_info":[{"local":"10.0.0.1","prefixlen":24}]}]',
      ),
    run: (input) => readLinks(input.toString('utf8')),
  },
];
