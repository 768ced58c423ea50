import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventReader } from '../../../src/facts/events/reader.ts';
import type { LogEvent } from '../../../src/facts/events/typed-event.ts';

const KEY = 'ED25519 SHA256:+lmEttmatCyobJ/scjJ5WoI+zsf/hyLzRgfCSVsO6oI';

/** The peer as sshd writes it; no piece of a name below has its numbers. */
const PEERS = ['203.0.113.9', '2001:db8:5::9', 'fe80::9%eth0'];
const PORT = '4022';

/**
 * Messages as sshd and PAM print them (auth.c, auth2.c, packet.c, kex.c, monitor.c of OpenSSH; pam_access), with text that the
 * other side chooses: `x` and `y`. `a` is the true address.
 */
type Template = (x: string, a: string, y: string) => string;
const where = (a: string): string => `${a} port ${PORT}`;
const SSHD: Readonly<Record<string, Template>> = {
  'invalid user': (x, a) => `Invalid user ${x} from ${where(a)}`,
  'failed password': (x, a) => `Failed password for invalid user ${x} from ${where(a)} ssh2`,
  'failed none': (x, a) => `Failed none for invalid user ${x} from ${where(a)} ssh2`,
  'failed password of an account': (x, a) => `Failed password for ${x} from ${where(a)} ssh2`,
  'failed key': (x, a) => `Failed publickey for invalid user ${x} from ${where(a)} ssh2: ${KEY}`,
  'failed key of an account': (x, a) => `Failed publickey for ${x} from ${where(a)} ssh2: ${KEY}`,
  'failed certificate': (x, a, y) =>
    `Failed publickey for invalid user ${x} from ${where(a)} ssh2: ED25519-CERT ${KEY.slice(8)} ID ${y} (serial 1) CA ${KEY}`,
  'failed keyboard-interactive': (x, a) =>
    `Failed keyboard-interactive/pam for invalid user ${x} from ${where(a)} ssh2`,
  postponed: (x, a) => `Postponed keyboard-interactive for invalid user ${x} from ${where(a)} ssh2 [preauth]`,
  'too many attempts': (x, a) =>
    `error: maximum authentication attempts exceeded for invalid user ${x} from ${where(a)} ssh2 [preauth]`,
  closed: (x, a) => `Connection closed by invalid user ${x} ${where(a)} [preauth]`,
  reset: (x, a) => `Connection reset by authenticating user ${x} ${where(a)} [preauth]`,
  disconnected: (x, a) => `Disconnected from invalid user ${x} ${where(a)} [preauth]`,
  disconnecting: (x, a) => `Disconnecting invalid user ${x} ${where(a)}: Too many authentication failures [preauth]`,
  'name changed': (x, a, y) =>
    `Disconnecting invalid user ${x} ${where(a)}: Change of username or service not allowed: (${x},ssh-connection) -> (${y},ssh-connection) [preauth]`,
  'name of an account changed': (x, a, y) =>
    `Disconnecting authenticating user ${x} ${where(a)}: Change of username or service not allowed: (${x},ssh-connection) -> (${y},ssh-connection) [preauth]`,
  'name changed, older words': (x, a, y) =>
    `Disconnecting: Change of username or service not allowed: (${x},ssh-connection) -> (${y},ssh-connection) [preauth]${a && ''}`,
  'nothing in common': (_, a, y) =>
    `Unable to negotiate with ${where(a)}: no matching key exchange method found. Their offer: ${y} [preauth]`,
  goodbye: (_, a, y) => `Received disconnect from ${where(a)}:11: ${y} [preauth]`,
  'error of the peer': (_, a, y) => `error: Received disconnect from ${where(a)}:3: ${y} [preauth]`,
  'not allowed': (x, a) => `User ${x} from ${a} not allowed because not listed in AllowUsers`,
  'not in a group': (x, a) => `User ${x} from ${a} not allowed because none of user's groups are listed in AllowGroups`,
  'pam refuses': (x, a) => `error: PAM: Authentication failure for illegal user ${x} from ${a}`,
  'bad version': (_, a, y) => `Bad protocol version identification '${y}' from ${where(a)}`,
  silent: (x, a) => `Timeout, client not responding from user ${x} ${where(a)}`,
  corrupted: (x, a) =>
    `ssh_dispatch_run_fatal: Connection from authenticating user ${x} ${where(a)}: message authentication code incorrect [preauth]`,
  pam_access: (x, a) => `pam_access(sshd:account): access denied for user \`${x}' from \`${a}'`,
  'key from elsewhere': (x, a) =>
    `cert: Authentication tried for ${x} with valid certificate but not from a permitted source address (${a}).`,
};
const DROPBEAR: Readonly<Record<string, Template>> = {
  'bad password': (x, a) => `Bad password attempt for '${x}' from ${a}:${PORT}`,
  'max tries': (x, a) =>
    `Exit before auth from <${a}:${PORT}>: (user '${x}', 3 fails): Max auth tries reached - user '${x}'`,
  exit: (x, a) => `Exit before auth from <${a}:${PORT}>: (user '${x}', 3 fails): Exited normally`,
};

/** What somebody would put in a name. Printable, because sshd writes nothing else (log.c, strnvis). */
const piece = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...[
        'root',
        'x',
        ' ',
        '',
        ': ',
        ' from ',
        ' port ',
        ' ssh2',
        ' [preauth]',
        '1.2.3.4',
        '::1',
        '22',
        ' 1.2.3.4 port 22: ',
      ],
      ...[
        ' from 1.2.3.4 port 22',
        ' from 1.2.3.4 port 22 ssh2',
        ` from 1.2.3.4 port 22 ssh2: ${KEY}`,
        KEY,
        '1.2.3.4 port 22',
      ],
      ...[
        'user ',
        'invalid user ',
        'authenticating user ',
        ' 1.2.3.4 port 22',
        ': Too many authentication failures',
        "'",
        '`',
      ],
      ...[
        "' from `1.2.3.4",
        "' from 1.2.3.4:22",
        ' not allowed because not listed in AllowUsers',
        ' ID ',
        ' (serial 1) CA ',
      ],
      ...[
        ',ssh-connection) -> (',
        ': Change of username or service not allowed: (',
        ')',
        '(',
        '>',
        "', 3 fails): ",
        '<1.2.3.4:22>',
      ],
      ...[
        ':11: ',
        ' (1.2.3.4).',
        'error: ',
        'rhost=1.2.3.4',
        '  user=root',
        'message repeated 5 times: [ ',
        ']',
        ' no matching ',
      ],
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 12 }) },
);
const name = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join('').slice(0, 100));

const found: LogEvent[] = [];
const reader = eventReader({ zone: () => 0, end: Date.UTC(2026, 10, 24), onEvent: (event) => found.push(event) });

function read(tag: string, message: string): readonly LogEvent[] {
  found.length = 0;
  reader.push(Buffer.from(`Nov 23 04:07:22 web1 ${tag}[7]: ${message}\n`));
  return [...found];
}

describe('an address in a name, a goodbye, or an offer', () => {
  const all = [
    ...Object.entries(SSHD).map(([id, template]) => [id, 'sshd', template] as const),
    ...Object.entries(DROPBEAR).map(([id, template]) => [id, 'dropbear', template] as const),
  ];
  let plain = 0;
  let forged = 0;

  it.each(all)('is never taken for that of the peer: %s', (_, tag, template) => {
    fc.assert(
      fc.property(name, name, fc.constantFrom(...PEERS.slice(0, tag === 'sshd' ? 3 : 1)), (x, y, peer) => {
        const events = read(tag, template(x, peer, y));
        // Nobody was let in by any of these lines, and each is one event at most.
        expect(events.length).toBeLessThanOrEqual(1);
        for (const event of events) {
          expect(event.type.outcome).not.toBe('in');
          expect(event.times).toBe(1);
          if (event.from === undefined) {
            forged += Number(event.forged);
            continue;
          }
          plain += 1;
          expect(event.from).toBe(peer);
          expect([PORT, undefined]).toContain(event.port);
        }
      }),
      { numRuns: 250 },
    );
  });

  it('is looked for in names that can be told apart, and in some that cannot', () => {
    expect(plain).toBeGreaterThan(3000);
    expect(forged).toBeGreaterThan(30);
  });

  it.each([
    ['x 1.2.3.4 port 22: ', 'y'],
    ['x', 'y 1.2.3.4 port 22: z'],
    ['x 1.2.3.4 port 22: ', 'y 1.2.3.4 port 22: '],
    ['1.2.3.4 port 22: Change of username or service not allowed: (x,ssh-connection) -> (y,ssh-connection)', 'y'],
  ])('names nobody when a name was changed from "%s" to "%s"', (x, y) => {
    for (const id of ['name changed', 'name of an account changed'] as const) {
      const [event, ...more] = read('sshd', (SSHD[id] as Template)(x, '203.0.113.9', y));
      expect(more).toEqual([]);
      expect(event?.type.outcome).toBe('refused');
      expect([undefined, '203.0.113.9']).toContain(event?.from);
      if (event?.from === undefined) expect(event).toMatchObject({ forged: true, user: undefined, port: undefined });
    }
  });

  it('is the one of an honest change of the name', () => {
    expect(read('sshd', (SSHD['name changed'] as Template)('bob', '203.0.113.9', 'eve'))).toMatchObject([
      { forged: false, user: 'bob', from: '203.0.113.9', port: PORT },
    ]);
  });

  it('is there for a plain name in every message that has one', () => {
    for (const [id, tag, template] of all) {
      const [event] = read(tag, template('bob', '203.0.113.9', 'eve'));
      if (id === 'name changed, older words') expect(event?.from, id).toBeUndefined();
      else expect(event, id).toMatchObject({ from: '203.0.113.9', forged: false });
    }
  });
});
