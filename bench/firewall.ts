/**
 * How long a verdict takes on a large ruleset, from the text of the dump to the answer: `npx tsx bench/firewall.ts`.
 * Nothing here is a test: a slow machine fails nothing.
 */
import { parseBundle, writeBundle } from '../src/facts/bundle.ts';
import { firewall, judge } from '../src/facts/firewall/index.ts';
import type { Section } from '../src/model/bundle.ts';

const RULES = 100_000;
const ADDRESSES = 1_000_000;

const address = (i: number): string => `${11 + (i >> 24)}.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
const ok = (text: string): Section => ({ status: 'ok', text });

/** A bundle as the collector would have written it. */
function written(sections: Readonly<Record<string, Section>>): string {
  const empty = Object.fromEntries(
    ['nft', 'nft-json', 'iptables', 'ip6tables', 'iptables-legacy', 'ip6tables-legacy'].map((name) => [name, ok('')]),
  );
  return writeBundle({ schema: 1, takenAt: '2026-01-01T00:00:00Z', sections: { ...empty, ...sections } });
}

function iptablesRules(): string {
  const rules = Array.from(
    { length: RULES },
    (_, i) => `[0:0] -A INPUT -s ${address(i * 7)}/32 -p tcp -m tcp --dport 22 -j DROP`,
  );
  return [
    '*filter',
    ':INPUT ACCEPT [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ...rules,
    '[0:0] -A INPUT -s 203.0.113.9/32 -j DROP',
    'COMMIT',
  ].join('\n');
}

const chain = (rules: readonly unknown[], more: readonly unknown[] = []): string =>
  JSON.stringify({
    nftables: [
      { table: { family: 'inet', name: 't', handle: 1 } },
      ...more,
      {
        chain: {
          family: 'inet',
          table: 't',
          name: 'in',
          handle: 1,
          type: 'filter',
          hook: 'input',
          prio: 0,
          policy: 'accept',
        },
      },
      ...rules,
    ],
  });
const saddr = (right: unknown) => ({
  match: { op: '==', left: { payload: { protocol: 'ip', field: 'saddr' } }, right },
});
const rule = (handle: number, ...expr: unknown[]) => ({
  rule: { family: 'inet', table: 't', chain: 'in', handle, expr },
});

function nftRules(): Record<string, Section> {
  const rules = Array.from({ length: RULES }, (_, i) => rule(i + 2, saddr(address(i * 7)), { drop: null }));
  const lines = rules.map((_, i) => `\t\tip saddr ${address(i * 7)} drop # handle ${i + 2}`);
  const text = [
    'table inet t { # handle 1',
    '\tchain in { # handle 1',
    '\t\ttype filter hook input priority filter; policy accept;',
    ...lines,
    '\t}',
    '}',
  ];
  return {
    'nft-json': ok(chain([...rules, rule(RULES + 2, saddr('203.0.113.9'), { drop: null })])),
    nft: ok(text.join('\n')),
  };
}

function nftSet(element: (i: number) => unknown): Record<string, Section> {
  const elem = Array.from({ length: ADDRESSES }, (_, i) => element(i));
  const set = {
    set: { family: 'inet', name: 'many', table: 't', type: 'ipv4_addr', handle: 2, elem: [...elem, '203.0.113.9'] },
  };
  return { 'nft-json': ok(chain([rule(3, saddr('@many'), { drop: null })], [set])) };
}

function ipset(): Record<string, Section> {
  const add = Array.from({ length: ADDRESSES }, (_, i) => `add many ${address(i * 3)}`);
  return {
    ipset: ok(
      ['create many hash:ip family inet hashsize 1024 maxelem 2000000', ...add, 'add many 203.0.113.9'].join('\n'),
    ),
    iptables: ok('*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m set --match-set many src -j DROP\nCOMMIT'),
  };
}

const cases: readonly [string, Record<string, Section>][] = [
  [`iptables, ${RULES} rules`, { iptables: ok(iptablesRules()) }],
  [`nft, ${RULES} rules`, nftRules()],
  [`nft, a set of ${ADDRESSES} addresses`, nftSet((i) => address(i * 3))],
  [`nft, a set of ${ADDRESSES} networks`, nftSet((i) => ({ prefix: { addr: address(i * 16), len: 29 } }))],
  [`ipset, ${ADDRESSES} addresses`, ipset()],
];

console.log('| ruleset | text | read the bundle | verdict | both | wanted |\n|---|---|---|---|---|---|');
for (const [name, sections] of cases) {
  const text = written(sections);
  // Seconds of the processor: others may be busy on the same machine.
  const clock = (): number => process.cpuUsage().user / 1000;
  const started = clock();
  const bundle = parseBundle(text);
  const read = clock();
  const rules = firewall.read(bundle);
  const verdict = rules.known
    ? judge(rules.value, { from: '203.0.113.9', to: '10.0.0.1', port: 22, iif: 'eth0' }).verdict
    : rules.detail;
  const done = clock();
  const s = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
  console.log(
    `| ${name} | ${(text.length / 2 ** 20).toFixed(0)} MiB | ${s(read - started)} | ${verdict}, ${s(done - read)} | ${s(done - started)} | ≤ 2 s |`,
  );
}
