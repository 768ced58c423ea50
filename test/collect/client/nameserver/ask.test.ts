import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { createServer } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type Answer, ask } from '../../../../src/collect/client/nameserver/ask.ts';
import { A, AAAA, question, readReply, type Type } from '../../../../src/collect/client/nameserver/message.ts';
import { freePort } from '../../../free-port.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0)) each();
});

/** A record: owner and target as indices into the names, or an address. */
interface Rr {
  readonly owner: number;
  readonly alias?: number;
  readonly address?: readonly number[];
}

const NAMES = ['web1.example', 'edge.example', 'a.cdn.example', 'b.cdn.example'];
const wire = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]),
    Buffer.of(0),
  ]);

function answerTo(asked: Buffer, rcode: number, records: readonly Rr[], flags = 0x81): Buffer {
  const head = Buffer.from(asked.subarray(0, 12));
  head[2] = flags;
  head[3] = 0x80 | rcode;
  head.writeUInt16BE(records.length, 6);
  head.writeUInt16BE(0, 10);
  const body = records.map(({ owner, alias, address }) => {
    const data = alias === undefined ? Buffer.from(address ?? []) : wire(NAMES[alias] ?? '');
    const type = alias !== undefined ? 5 : data.length === 4 ? 1 : 28;
    // The asked name is pointed at, as servers do.
    const name = owner === 0 ? Buffer.of(0xc0, 12) : wire(NAMES[owner] ?? '');
    const meta = Buffer.from([0, type, 0, 1, 0, 0, 0, 60, data.length >> 8, data.length & 0xff]);
    return Buffer.concat([name, meta, data]);
  });
  return Buffer.concat([head, asked.subarray(12), ...body]);
}

async function nameserver(
  udp: (asked: Buffer) => Buffer | undefined,
  tcp?: (asked: Buffer) => Buffer,
): Promise<string> {
  const socket = createSocket('udp4');
  undo.push(() => socket.close());
  socket.on('message', (asked, from) => {
    const answer = udp(asked);
    if (answer) socket.send(answer, from.port, from.address);
  });
  const port = await freePort();
  await new Promise<void>((resolve, reject) => socket.once('error', reject).bind(port, '127.0.0.1', resolve));
  if (tcp) {
    const server = createServer((stream) => {
      stream.on('error', () => {});
      stream.once('data', (asked) => {
        const answer = tcp(asked.subarray(2));
        const whole = Buffer.concat([Buffer.of(answer.length >> 8, answer.length & 0xff), answer]);
        stream.write(whole.subarray(0, 3));
        setTimeout(() => stream.end(whole.subarray(3)), 5);
      });
    });
    undo.push(() => server.close());
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  }
  return `127.0.0.1:${port}`;
}

const ARES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'NXDOMAIN',
  ENODATA: 'NODATA',
  ESERVFAIL: 'SERVFAIL',
  EREFUSED: 'REFUSED',
  EFORMERR: 'FORMERR',
  ENOTIMP: 'NOTIMP',
};

async function ares(server: string, type: Type): Promise<string> {
  const resolver = new Resolver({ timeout: 300, tries: 1 });
  resolver.setServers([server]);
  try {
    const name = NAMES[0] ?? '';
    return (await (type === A ? resolver.resolve4(name) : resolver.resolve6(name))).join(' ');
  } catch (error) {
    const { code } = error as { code: string };
    return ARES[code] ?? code;
  } finally {
    resolver.cancel();
  }
}

const told = ({ addresses, error }: Answer): string => error ?? addresses.join(' ');
const bounds = { timeoutMs: 300 };

const chains = fc
  .tuple(
    fc.shuffledSubarray([1, 2, 3]),
    fc.array(fc.uint8Array({ minLength: 4, maxLength: 4 })),
    fc.constantFrom(4, 16),
  )
  .map(([path, addresses, size]): Rr[] => {
    const steps = [0, ...path];
    const aliases = path.map((alias, i) => ({ owner: steps[i] ?? 0, alias }));
    const found = addresses.map((bytes) => ({
      owner: steps.at(-1) ?? 0,
      address: Array.from({ length: size }, (_, i) => bytes[i % 4] ?? 0),
    }));
    return [...aliases, ...found];
  });

describe('ask', () => {
  it('says what c-ares says, whatever a nameserver answers', async () => {
    let answer: (asked: Buffer) => Buffer = (asked) => answerTo(asked, 0, []);
    const server = await nameserver((asked) => answer(asked));
    const asked = fc.tuple(fc.constantFrom<Type>(A, AAAA), fc.integer({ min: 0, max: 5 }), chains);
    await fc.assert(
      fc.asyncProperty(asked, async ([type, rcode, records]) => {
        answer = (packet) => answerTo(packet, rcode, rcode === 0 ? records : []);
        const [ours, theirs] = await Promise.all([ask(server, NAMES[0] ?? '', type, bounds), ares(server, type)]);
        // c-ares gives an empty list for an alias of a name without addresses.
        const once = [...new Set(theirs.split(' '))].join(' ') || 'NODATA';
        expect(told(ours)).toBe(once);
      }),
      { numRuns: 200 },
    );
  });

  it('reads any bytes in any order without throwing', () => {
    const base = answerTo(question(7, NAMES[0] ?? '', A) ?? Buffer.alloc(0), 0, [
      { owner: 0, alias: 1 },
      { owner: 1, address: [10, 0, 0, 1] },
    ]);
    expect(readReply(base, 7, NAMES[0] ?? '', A)).toMatchObject({ addresses: ['10.0.0.1'], chain: ['edge.example'] });
    for (let cut = 12; cut < base.length; cut++)
      expect(readReply(base.subarray(0, cut), 7, NAMES[0] ?? '', A)).toBe('malformed');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(base.length - 1), fc.nat(255))), fc.uint8Array(), (changes, tail) => {
        const broken = Buffer.concat([base, tail]);
        for (const [at, byte] of changes) broken[at] = byte;
        const reply = readReply(broken, 7, NAMES[0] ?? '', A);
        if (typeof reply !== 'string') expect(reply.chain.length).toBeLessThanOrEqual(16);
      }),
    );
  });

  it('asks over TCP what does not fit into a datagram, and says when that fails', async () => {
    const short = (asked: Buffer) => answerTo(asked, 0, [], 0x83);
    const whole = (asked: Buffer) => answerTo(asked, 0, [{ owner: 0, address: [10, 0, 0, 9] }]);
    expect(await ask(await nameserver(short, whole), NAMES[0] ?? '', A, bounds)).toMatchObject({
      addresses: ['10.0.0.9'],
      tcp: true,
    });
    expect(await ask(await nameserver(short), NAMES[0] ?? '', A, bounds)).toMatchObject({ error: 'truncated' });
  });

  it('tells silence, a closed port, nonsense and an answer to somebody else apart', async () => {
    const silent = await nameserver(() => undefined);
    const nonsense = await nameserver((asked) =>
      Buffer.concat([asked.subarray(0, 2), Buffer.of(0x81, 0x80), Buffer.alloc(9)]),
    );
    const foreign = await nameserver((asked) => answerTo(Buffer.concat([Buffer.of(1, 2), asked.subarray(2)]), 3, []));
    const said = (server: string) => ask(server, NAMES[0] ?? '', A, bounds);
    expect(await said(silent)).toMatchObject({ error: 'timeout' });
    expect(await said(nonsense)).toMatchObject({ error: 'malformed' });
    expect((await said(foreign)).error).toBe('timeout');
    expect(await said(`127.0.0.1:${await freePort()}`)).toMatchObject({ error: 'unreachable' });
    const stop = AbortSignal.timeout(30);
    expect(await ask(silent, NAMES[0] ?? '', A, { timeoutMs: 5000, signal: stop })).toMatchObject({
      error: 'not-awaited',
    });
  });

  it('does not ask for a name that DNS cannot hold', () => {
    for (const name of ['', '.', 'a..b', `${'x'.repeat(64)}.org`, 'x.'.repeat(130), 'mü☃.org']) {
      expect(question(1, name, A)).toBeUndefined();
    }
  });
});
