/**
 * Our reading of two offers against ssh's: random lists of both sides, the real ssh of three releases against a server
 * that says its KEXINIT and hangs up. npx tsx oracle/negotiation.ts [--seed N] [--pairs N] [--suite S]     needs root
 */
import { execFile } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { SUITES, type Suite } from '../lab/seed.ts';
import { layout } from '../src/collect/client/layout.ts';
import { attemptLog } from '../src/facts/client/attempt.ts';
import type { AttemptLog } from '../src/facts/client/attempt-model.ts';
import type { Algorithms } from '../src/facts/client/kexinit.ts';
import { negotiate } from '../src/facts/negotiation/negotiate.ts';
import { clientOffer, serverOffer } from '../src/facts/negotiation/offers.ts';
import type { Release } from '../src/knowledge/sshd-keywords.ts';
import { algorithmsOf } from '../src/knowledge/sshd-releases.ts';

const RELEASES: Readonly<Record<Suite, Release>> = { bullseye: [8, 4], bookworm: [9, 2], trixie: [10, 0] };
const { values } = parseArgs({
  options: { seed: { type: 'string' }, pairs: { type: 'string', default: '150' }, suite: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const CACHE = process.env['SSHWHY_LAB_CACHE'] ?? '/var/cache/sshwhy-lab';

interface Question {
  readonly client: {
    readonly kex: string[];
    readonly keys: string[];
    readonly ciphers: string[];
    readonly macs: string[];
  };
  readonly server: Algorithms;
  readonly follows: boolean;
}

function question(release: Release): fc.Arbitrary<Question> {
  const known = algorithmsOf(release);
  const some = (list: string, more: readonly string[] = [], longest = 6) =>
    fc.shuffledSubarray([...list.split(','), ...more], { minLength: 1, maxLength: longest });
  const plain = known.keys
    .split(',')
    .filter((name) => !name.includes('webauthn'))
    .join(',');
  const junk = ['made-up@example.org', 'none'];
  const compression = fc.shuffledSubarray(['none', 'zlib@openssh.com', 'zlib'], { minLength: 1 });
  return fc.record({
    client: fc.record({
      kex: some(known.kex),
      keys: some(plain),
      ciphers: some(known.ciphers),
      macs: some(known.macs),
    }),
    server: fc.record({
      kex: some(known.kex, ['kex-strict-s-v00@openssh.com', ...junk], 15),
      hostKey: some(plain, junk, 20),
      ciphersC2S: some(known.ciphers, junk),
      ciphersS2C: some(known.ciphers, junk),
      macsC2S: some(known.macs, junk),
      macsS2C: some(known.macs, junk),
      compressionC2S: compression,
      compressionS2C: compression,
    }),
    follows: fc.boolean(),
  });
}

/** SSH_MSG_KEXINIT in an unencrypted packet (RFC 4253, 6 and 7.1). */
function packet({ server, follows }: Question): Buffer {
  const order = [server.kex, server.hostKey, server.ciphersC2S, server.ciphersS2C, server.macsC2S, server.macsS2C];
  const lists = [...order, server.compressionC2S, server.compressionS2C, [], []].map((names) => {
    const text = Buffer.from(names.join(','));
    const size = Buffer.alloc(4);
    size.writeUInt32BE(text.length);
    return Buffer.concat([size, text]);
  });
  const tail = Buffer.from([follows ? 1 : 0, 0, 0, 0, 0]);
  const payload = Buffer.concat([Buffer.from([20]), Buffer.alloc(16, 7), ...lists, tail]);
  const padding = 8 - ((5 + payload.length) % 8) + 8;
  const head = Buffer.alloc(5);
  head.writeUInt32BE(1 + payload.length + padding);
  head[4] = padding;
  return Buffer.concat([head, payload, Buffer.alloc(padding)]);
}

async function ask(suite: Suite, asked: Question): Promise<AttemptLog> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write(Buffer.concat([Buffer.from('SSH-2.0-OpenSSH_9.9\r\n'), packet(asked)]));
    let read = 0;
    // Its own KEXINIT is 700 bytes and more; what follows is the packet of the key exchange, or nothing.
    socket.on('data', (chunk) => {
      read += chunk.length;
      if (read > 300) setTimeout(() => socket.end(), 15);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { kex, keys, ciphers, macs } = asked.client;
  const options = {
    KexAlgorithms: kex,
    HostKeyAlgorithms: keys,
    Ciphers: ciphers,
    MACs: macs,
    BatchMode: ['yes'],
    ConnectTimeout: ['5'],
  };
  const words = Object.entries(options).flatMap(([name, list]) => ['-o', `${name}=${list.join(',')}`]);
  const port = String((server.address() as AddressInfo).port);
  const argv = [`${CACHE}/base-${suite}`, 'ssh', '-F', 'none', '-vv', ...words, '-p', port, 'root@127.0.0.1', 'true'];
  const said = await new Promise<string>((resolve) => {
    execFile('chroot', argv, { timeout: 20_000 }, (_error, _stdout, stderr) => resolve(stderr));
  });
  server.close();
  const stderr = said.split('\n').map((line) => ({ ms: 0, line: line.replace(/\r$/, ''), src: 'log' }));
  const text = layout({ argv, rc: 255, ms: 1, timedOut: false, stderr });
  const fact = attemptLog.read({ schema: 1, takenAt: '', sections: { attempt: { status: 'ok', text } } });
  if (!fact.known) throw new Error(`the log is not understood: ${fact.detail}`);
  return fact.value;
}

const FAILED: Readonly<Record<string, string>> = {
  'no-common-kex': 'kex',
  'no-common-host-key': 'hostKey',
  'no-common-cipher': 'cipher',
  'no-common-mac': 'mac',
  'no-common-compression': 'compression',
};

/** What ssh came to, in one line. */
function theirs(log: AttemptLog): string {
  const failed = FAILED[log.ending];
  if (failed !== undefined) return `none: ${failed}`;
  return [log.kex, log.hostKeyAlgorithm, log.cipher, log.mac].join(' ');
}

/** The same from the two offers, in the order in which kex_choose_conf() of kex.c goes through them. */
function ours(log: AttemptLog): string {
  const [client, server] = [clientOffer({ attemptLog: log }), serverOffer({ attemptLog: log })];
  if (!client || !server) return 'no offers were seen';
  const { rows } = negotiate(client, server);
  const row = (list: keyof Algorithms) => rows.find((one) => one.list === list);
  for (const [list, name] of [
    ['kex', 'kex'],
    ['hostKey', 'hostKey'],
    ['ciphersS2C', 'cipher'],
    ['macsS2C', 'mac'],
    ['compressionS2C', 'compression'],
    ['ciphersC2S', 'cipher'],
    ['macsC2S', 'mac'],
    ['compressionC2S', 'compression'],
  ] as const)
    if (row(list)?.outcome === 'none') return `none: ${name}`;
  const mac = row('macsC2S');
  const told = mac?.outcome === 'not-needed' ? '<implicit>' : mac?.chosen;
  return [row('kex')?.chosen, row('hostKey')?.chosen, row('ciphersC2S')?.chosen, told].join(' ');
}

console.log(`seed ${seed}`);
for (const suite of SUITES.filter((one) => values.suite === undefined || one === values.suite)) {
  const tally: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(question(RELEASES[suite]), async (asked) => {
      const log = await ask(suite, asked);
      const [real, read] = [theirs(log), ours(log)];
      const kind = real.startsWith('none') ? real : 'agreed';
      tally[kind] = (tally[kind] ?? 0) + 1;
      if (real !== read)
        throw new Error(
          `${suite}: ssh says "${real}", we say "${read}"\n${log.log.map(({ text }) => text).join('\n')}`,
        );
    }),
    { seed, numRuns: Number(values.pairs) },
  );
  console.log(`${suite}: ${values.pairs} pairs of offers agree: ${JSON.stringify(tally)}`);
}
