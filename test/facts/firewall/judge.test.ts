import { describe, expect, it } from 'vitest';
import { firewall, type Judgement, judge, type Question, type Ruleset } from '../../../src/facts/firewall/index.ts';
import type { Bundle, Section } from '../../../src/model/bundle.ts';

const CLIENT = '192.0.2.1';
const ask: Question = { from: CLIENT, to: '10.77.2.20', port: 22, sport: 40000, iif: 'eth0' };

/** The sections as the collector makes them; rules that were not collected are none. */
function read(dumps: Readonly<Record<string, string>>): Ruleset {
  const names = ['nft', 'nft-json', 'iptables', 'ip6tables', 'iptables-legacy', 'ip6tables-legacy', 'ipset'];
  const section = (name: string): Section => ({ status: name in dumps ? 'ok' : 'absent', text: dumps[name] ?? '' });
  const bundle: Bundle = {
    schema: 1,
    takenAt: '2026-01-01T00:00:00Z',
    sections: Object.fromEntries(names.map((name) => [name, section(name)])),
  };
  const rules = firewall.read(bundle);
  if (!rules.known) throw new Error(rules.detail);
  const addresses = [
    { device: 'lo', address: '127.0.0.1' },
    { device: 'eth0', address: '10.77.2.20' },
    { device: 'eth0', address: 'fd77:2::20' },
  ];
  return {
    ...rules.value,
    host: { addresses, back: { to: CLIENT, device: 'eth0' }, strict: [], now: 1_767_225_600, zone: 0 },
  };
}

interface Base {
  readonly hook?: string;
  readonly prio?: number;
  readonly policy?: string;
  readonly type?: string;
  readonly family?: string;
  readonly name?: string;
  readonly table?: string;
}

/** One chain of nft with its rules, as `nft -j` lists them. */
function nft(base: Base, ...rules: readonly (readonly object[])[]): object[] {
  const { family = 'inet', table = 't', name = 'c', ...rest } = base;
  const chain = rest.hook === undefined ? {} : { type: 'filter', prio: 0, policy: 'accept', ...rest };
  return [
    { chain: { family, table, name, handle: 1, ...chain } },
    ...rules.map((expr, i) => ({ rule: { family, table, chain: name, handle: i + 2, expr } })),
  ];
}

const listed = (...items: readonly object[][]): Record<string, string> => ({
  'nft-json': JSON.stringify({ nftables: items.flat() }),
});
const match = (left: object, right: unknown, op = '=='): object => ({ match: { op, left, right } });
const meta = (key: string): object => ({ meta: { key } });
const ct = (key: string): object => ({ ct: { key } });
const payload = (protocol: string, field: string): object => ({ payload: { protocol, field } });
const dport = payload('tcp', 'dport');
const drop = { drop: null };
const accept = { accept: null };

const told = ({ verdict, reply }: Judgement): string =>
  reply && verdict === 'accept' ? `accept, answer ${reply.verdict}` : verdict;
const answer = (items: Record<string, string>, question: Partial<Question> = {}): string =>
  told(judge(read(items), { ...ask, ...question }));

describe('native nft', () => {
  const input = { hook: 'input' };

  it.each<[string, object, string]>([
    // What was held against the kernel: `!=` with a list of flags compares the whole, it does not mean "none of them".
    [
      'ct state != established,related is true of anything new',
      match(ct('state'), { '|': ['established', 'related'] }, '!='),
      'drop',
    ],
    [
      'ct state established,related means one of them',
      match(ct('state'), ['established', 'related'], 'in'),
      'accept, answer accept',
    ],
    [
      'tcp flags ! syn,ack means none of them',
      match(payload('tcp', 'flags'), ['syn', 'ack'], '!'),
      'accept, answer accept',
    ],
    [
      'a negated match of another protocol fails all the same',
      match(payload('udp', 'dport'), 22, '!='),
      'accept, answer accept',
    ],
    [
      'a negated match of another family fails all the same',
      match(payload('ip6', 'saddr'), 'fd00::1', '!='),
      'accept, answer accept',
    ],
    ['no interface is a name like any other', match(meta('oifname'), 'eth0', '!='), 'drop'],
    ['an interface by its beginning', match(meta('iifname'), 'eth*'), 'drop'],
    ['a mask', match({ '&': [payload('ip', 'saddr'), '0.0.0.255'] }, '0.0.0.1'), 'drop'],
    [
      'a concatenation with ranges',
      match(
        { concat: [payload('ip', 'saddr'), dport] },
        { set: [{ concat: [{ prefix: { addr: '192.0.2.0', len: 24 } }, { range: [20, 25] }] }] },
      ),
      'drop',
    ],
    ['ports that a client may have', match(payload('tcp', 'sport'), { range: [1024, 65535] }), 'drop'],
    ['chance cannot be told', match({ numgen: { mode: 'random', mod: 2 } }, 0), 'unknown'],
    ['a limit is kept on an idle server', { limit: { rate: 1, per: 'minute', inv: true } }, 'accept, answer accept'],
  ])('%s', (_, one, wanted) => expect(answer(listed(nft(input, [one, drop])))).toBe(wanted));

  it('a limit that may be exceeded is unknown', () =>
    expect(answer(listed(nft(input, [{ limit: { rate: 1, per: 'minute', inv: true } }, drop])), { idle: false })).toBe(
      'unknown',
    ));

  it('both ways to the same end are a verdict', () =>
    expect(answer(listed(nft(input, [match({ numgen: { mode: 'random', mod: 2 } }, 0), drop], [drop])))).toBe('drop'));

  it('one match that fails is enough, however many cannot be told', () =>
    expect(answer(listed(nft(input, [match({ numgen: { mode: 'random', mod: 2 } }, 0), match(dport, 80), drop])))).toBe(
      'accept, answer accept',
    ));

  it('marks are seen by later chains', () =>
    expect(
      answer(
        listed(
          nft({ hook: 'prerouting', prio: -150, name: 'a' }, [{ mangle: { key: meta('mark'), value: 7 } }]),
          nft(input, [match(meta('mark'), 7), drop]),
        ),
      ),
    ).toBe('drop'));

  it('before conntrack every packet is invalid, untracked ones are untracked', () => {
    const early = { hook: 'prerouting', prio: -300 };
    expect(answer(listed(nft(early, [match(ct('state'), 'invalid', 'in'), drop])))).toBe('drop');
    expect(
      answer(
        listed(
          nft(early, [{ notrack: null }]),
          nft({ ...input, name: 'i' }, [match(ct('state'), 'untracked', 'in'), drop]),
        ),
      ),
    ).toBe('drop');
  });

  it('the answer to an untracked packet is invalid', () =>
    expect(
      answer(
        listed(
          nft({ hook: 'prerouting', prio: -300, name: 'r' }, [{ notrack: null }]),
          nft({ hook: 'output', name: 'o', policy: 'drop' }, [
            match(ct('state'), ['established', 'related'], 'in'),
            accept,
          ]),
        ),
      ),
    ).toBe('accept, answer drop'));

  it('two chains of one priority that differ are unknown, and named', () => {
    const refuse = { reject: { type: 'tcp reset' } };
    const rules = read(listed(nft({ ...input, name: 'one' }, [drop]), nft({ ...input, name: 'two' }, [refuse])));
    const { verdict, unsure } = judge(rules, ask);
    expect(verdict).toBe('unknown');
    expect(unsure.map(({ text }) => text).join()).toMatch(/inet t one, inet t two have the same priority/);
  });

  it('a chain of nat that leads where it went already ends the asking of others', () => {
    const nat = { type: 'nat', hook: 'prerouting', prio: -100, family: 'ip' };
    const to = (addr: string, port: number) => ({ dnat: { addr, port } });
    const rules = read(
      listed(
        nft({ ...nat, name: 'a', prio: -110 }, [to('10.77.2.20', 22)]),
        nft({ ...nat, name: 'b', table: 'u' }, [to('10.77.2.20', 2222)]),
      ),
    );
    expect(judge(rules, ask).at).toEqual({ address: '10.77.2.20', port: 22 });
  });

  it('later rules see the translated port, conntrack keeps the original', () => {
    const nat = nft({ type: 'nat', hook: 'prerouting', prio: -100, name: 'n' }, [
      match(dport, 22),
      { redirect: { port: 2222 } },
    ]);
    expect(answer(listed(nat, nft(input, [match(dport, 22), drop])))).toBe('accept, answer accept');
    expect(answer(listed(nat, nft(input, [match({ ct: { key: 'proto-dst', dir: 'original' } }, 22), drop])))).toBe(
      'drop',
    );
    expect(answer(listed(nat, nft(input, [match(ct('status'), 'dnat', 'in'), drop])))).toBe('drop');
  });

  it('a destination elsewhere leads to the hook forward', () => {
    const nat = nft({ type: 'nat', hook: 'prerouting', prio: -100, name: 'n' }, [
      { dnat: { family: 'ip', addr: '10.0.0.9' } },
    ]);
    const { verdict, at } = judge(read(listed(nat, nft(input, [drop]))), ask);
    expect([verdict, at?.address]).toEqual(['forward', '10.0.0.9']);
  });

  it('chains of nat are passed over where nothing asks for conntrack', () =>
    expect(answer(listed(nft({ type: 'nat', hook: 'prerouting', prio: -100 }, [drop])))).toBe('accept, answer accept'));

  it('says step by step which field matched', () => {
    const { steps } = judge(
      read(listed(nft(input, [match(payload('ip', 'saddr'), '192.0.2.7'), accept], [match(dport, 22), drop]))),
      ask,
    );
    expect(steps.at(-1)).toMatchObject({
      stage: 'input',
      place: 'inet t c',
      action: 'drop',
      matches: [{ field: 'tcp dport', wanted: '22', got: '22', holds: true }],
    });
  });
});

describe('iptables', () => {
  const table = (...rules: readonly string[]): string =>
    [
      '*filter',
      ':INPUT ACCEPT [0:0]',
      ':OUTPUT ACCEPT [0:0]',
      ...rules.map((rule) => `[0:0] -A ${rule}`),
      'COMMIT',
    ].join('\n');

  it.each<[string, string, string]>([
    ['one port of several', 'INPUT -p tcp -m multiport --dports 22,80 -j DROP', 'drop'],
    [
      'the answer has the client’s port where it goes',
      'OUTPUT -p tcp -m multiport --dports 80,443 -j DROP',
      'accept, answer accept',
    ],
    [
      'a comment that looks like rules',
      'INPUT -m comment --comment "a -j DROP in it" -j ACCEPT',
      'accept, answer accept',
    ],
    [
      'recent is not exceeded on an idle server',
      'INPUT -m recent --update --seconds 30 --hitcount 6 -j DROP',
      'accept, answer accept',
    ],
    ['a time of the day by the server’s clock', 'INPUT -m time --timestart 22:00 --timestop 06:00 -j DROP', 'drop'],
    ['an unknown match cannot be told', 'INPUT -m u32 --u32 "0=0" -j DROP', 'unknown'],
  ])('%s', (_, rule, wanted) => expect(answer({ iptables: table(rule) })).toBe(wanted));

  it('the narrowest network of an ipset decides, and may be left out', () => {
    const ipset = 'create n hash:net family inet\nadd n 192.0.2.0/24\nadd n 192.0.2.1/32 nomatch';
    const iptables = table('INPUT -m set --match-set n src -j DROP');
    expect(answer({ iptables, ipset })).toBe('accept, answer accept');
    expect(answer({ iptables, ipset }, { from: '192.0.2.2' })).toBe('drop');
    expect(
      answer({ iptables: table('INPUT -m set ! --match-set n src -j DROP'), ipset }, { from: '198.51.100.1' }),
    ).toBe('drop');
  });

  it('a table with chains of nft’s own is taken from nft', () => {
    const iptables =
      "# Table `nat' contains incompatible base-chains, use 'nft' tool to list them.\n*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT";
    const nat = nft({ family: 'ip', table: 'nat', name: 'p', type: 'nat', hook: 'prerouting', prio: -100 }, [
      { redirect: { port: 2222 } },
    ]);
    expect(judge(read({ ...listed(nat), iptables }), ask).at?.port).toBe(2222);
  });

  it('rules that were cut are no rules', () => {
    const sections = Object.fromEntries(
      ['nft', 'nft-json', 'iptables', 'ip6tables', 'iptables-legacy', 'ip6tables-legacy'].map(
        (name): [string, Section] => [name, { status: 'ok', text: '', detail: 'truncated' }],
      ),
    );
    expect(firewall.read({ schema: 1, takenAt: '', sections })).toMatchObject({ known: false, detail: 'truncated' });
  });
});
