import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Algorithms } from '../../../src/facts/client/kexinit.ts';
import { guessedRight, NAME, negotiate, type Offer } from '../../../src/facts/negotiation/negotiate.ts';

const offer = (algorithms: Partial<Algorithms>, built: readonly string[] = []): Offer => ({
  algorithms,
  has: (_, name) => built.includes(name),
});

describe('negotiate', () => {
  it('takes the first of the client that the server has, and no marker', () => {
    const client = offer({ kex: ['ext-info-c', 'a', 'b', 'kex-strict-c-v00@openssh.com'] });
    const server = offer({ kex: ['b', 'a', 'ext-info-c', 'kex-strict-s-v00@openssh.com'] });
    const { rows, strict, extInfo } = negotiate(client, server);
    expect(rows).toMatchObject([
      { list: 'kex', outcome: 'agreed', chosen: 'a', client: ['a', 'b'], server: ['b', 'a'] },
    ]);
    expect([strict, extInfo]).toEqual([true, true]);
  });

  it.each(['chacha20-poly1305@openssh.com', 'aes256-gcm@openssh.com', 'AEAD_AES_128_GCM'])(
    'needs no MAC in the direction in which the cipher is %s',
    (cipher) => {
      const client = offer({ ciphersC2S: [cipher], ciphersS2C: ['aes256-ctr'], macsC2S: ['x'], macsS2C: ['x'] });
      const server = offer({ ciphersC2S: [cipher], ciphersS2C: ['aes256-ctr'], macsC2S: ['y'], macsS2C: ['y'] });
      const outcomes = Object.fromEntries(negotiate(client, server).rows.map(({ list, outcome }) => [list, outcome]));
      expect(outcomes).toMatchObject({ macsC2S: 'not-needed', macsS2C: 'none' });
    },
  );

  it('lets the side move that need not weaken itself', () => {
    const client = offer({ kex: ['curve25519-sha256'] }, ['diffie-hellman-group1-sha1']);
    const server = offer({ kex: ['diffie-hellman-group1-sha1'] }, ['curve25519-sha256']);
    expect(negotiate(client, server).rows[0]?.changes).toEqual([
      {
        side: 'server',
        algorithm: 'curve25519-sha256',
        weakens: false,
        setting: 'KexAlgorithms diffie-hellman-group1-sha1,curve25519-sha256',
      },
      {
        side: 'client',
        algorithm: 'diffie-hellman-group1-sha1',
        weakens: true,
        setting: '-o KexAlgorithms=+diffie-hellman-group1-sha1',
      },
    ]);
  });

  it('lets the side move whose list was cut down where neither weakens itself', () => {
    const long = ['curve25519-sha256', 'ecdh-sha2-nistp256', 'ecdh-sha2-nistp384'];
    const all = [...long, 'ecdh-sha2-nistp521'];
    const short = ['ecdh-sha2-nistp521'];
    const sides = (client: string[], server: string[]) =>
      negotiate(offer({ kex: client }, all), offer({ kex: server }, all)).rows[0]?.changes.map(({ side }) => side);
    expect(sides(long, short)).toEqual(['server', 'client']);
    expect(sides(short, long)).toEqual(['client', 'server']);
  });

  it('proposes only what the other side is known to have built in', () => {
    const client = offer({ kex: ['curve25519-sha256'] });
    const server = offer({ kex: ['diffie-hellman-group14-sha256', 'made-up@example.org'] }, ['ecdh-sha2-nistp256']);
    expect(negotiate(client, server).rows[0]?.changes).toEqual([]);
  });

  it('never lets a word of the server into a setting unless it is a name', () => {
    const names = fc.array(fc.oneof(fc.string(), fc.constantFrom('diffie-hellman-group1-sha1', '$(id)', 'a b', '-x')), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(names, (theirs) => {
        const client = offer({ kex: ['curve25519-sha256'] }, ['diffie-hellman-group1-sha1']);
        const server = offer({ kex: theirs }, ['curve25519-sha256']);
        for (const { setting } of negotiate(client, server).rows.flatMap(({ changes }) => changes))
          for (const word of setting.replace(/^(?:-o KexAlgorithms=\+|KexAlgorithms )/, '').split(','))
            expect(word).toMatch(NAME);
      }),
    );
  });

  it('calls a guess right when both would have begun with the same', () => {
    const lists = { kex: ['ext-info-c', 'a', 'b'], hostKey: ['k'] };
    expect(guessedRight(lists, { kex: ['a'], hostKey: ['k', 'l'] })).toBe(true);
    expect(guessedRight(lists, { kex: ['b', 'a'], hostKey: ['k'] })).toBe(false);
    expect(guessedRight(lists, { kex: ['a'], hostKey: ['l', 'k'] })).toBe(false);
  });
});
