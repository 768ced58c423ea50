/**
 * Our verdict on a packet against the kernel's: random rulesets of nft and iptables, loaded for real, with real packets.
 * npx tsx oracle/firewall.ts [--seed N] [--pairs N]     needs root
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { firewall, judge } from '../src/facts/firewall/index.ts';
import type { Bundle } from '../src/model/bundle.ts';
import { iptablesRuleset } from './firewall/iptables.ts';
import { bootKernel, type Fate, type Kernel, type Packet } from './firewall/kernel.ts';
import { nftRuleset } from './firewall/nft.ts';
import { packet } from './firewall/packets.ts';

const BATCH = 60;
type Tool = 'nft' | 'iptables' | 'ip6tables' | 'iptables-legacy';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, pairs: { type: 'string', default: '12000' } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const tally = { pairs: 0, unknown: 0, refusedRulesets: 0, rulesets: 0, rules: 0 };

/** As collect.sh does it. */
const JSON_DUMP = `whole() { awk '{ line = $0 } END { if (line !~ /\\]}$/) exit 1; print line }'; }
  nft -j -a list ruleset | whole || nft list tables | while read -r _ f t; do nft -j -a list table "$f" "$t" | whole; done; true`;

/** The same sections as the collector makes. */
function collected(kernel: Kernel): Bundle {
  const section = (text: string) => ({ status: 'ok' as const, text });
  const dumps = {
    nft: ['nft', '-a', 'list', 'ruleset'],
    'nft-json': ['sh', '-c', JSON_DUMP],
    iptables: ['iptables-save', '-c'],
    ip6tables: ['ip6tables-save', '-c'],
    'iptables-legacy': ['sh', '-c', '[ ! -s /proc/net/ip_tables_names ] || iptables-legacy-save -c'],
    'ip6tables-legacy': ['true'],
  };
  const sections = Object.entries(dumps).map(([name, argv]) => [name, section(kernel.dump(argv))] as const);
  return { schema: 1, takenAt: '2026-01-01T00:00:00Z', sections: Object.fromEntries(sections) };
}

/** `drop` and `accept` as they are; a reject by the way it is told. */
function fateOf(judgement: ReturnType<typeof judge>): string {
  return judgement.verdict === 'reject' ? 'reject' : judgement.verdict;
}

async function compare(kernel: Kernel, tool: Tool, ruleset: string, packets: readonly Packet[]): Promise<string[]> {
  const refused = kernel.load(tool, ruleset);
  if (refused !== undefined) {
    tally.refusedRulesets++;
    if (process.env['ORACLE_DEBUG']) console.log(refused.split('\n').slice(0, 3).join('\n'));
    return [];
  }
  tally.rulesets++;
  const fates: Fate[] = await kernel.send(packets);
  const bundle = collected(kernel);
  const rules = firewall.read(bundle);
  if (!rules.known) return [`the rules are not understood: ${rules.detail}`];
  // The recorder is ours: it is not part of the question.
  const chains = rules.value.chains.filter(({ table }) => table !== 'oracle_recorder');
  const problems: string[] = [];
  const decided = new Map<string, number>();
  let unsure = false;
  for (const [i, { from, to, port }] of packets.entries()) {
    const judgement = judge({ chains }, { from, to, port });
    const ours = fateOf(judgement);
    const fate = fates[i] ?? '';
    const theirs = fate === 'accept' || fate === 'drop' ? fate : 'reject';
    tally.pairs++;
    if (ours === 'unknown') {
      tally.unknown++;
      unsure = true;
      continue;
    }
    if (ours !== theirs)
      problems.push(
        `${from} → ${to} port ${port}: kernel ${fate}, we ${ours} by ${judgement.by?.rule?.text ?? judgement.by?.chain.name ?? 'nothing'}`,
      );
    const { by } = judgement;
    unsure ||= judgement.unsure.length > 0;
    if (by?.rule?.handle !== undefined && ours !== 'accept') {
      const key = `${by.chain.family} ${by.chain.table} ${by.chain.name} ${by.rule.handle}`;
      decided.set(key, (decided.get(key) ?? 0) + 1);
    }
  }
  if (tool === 'nft' && !unsure && problems.length === 0)
    problems.push(...countersDiffer(bundle.sections['nft-json']?.text ?? '', decided));
  return problems;
}

/** The kernel counts what came to a rule that ends everything: as many packets as we say it decided. */
function countersDiffer(json: string, decided: ReadonlyMap<string, number>): string[] {
  interface Listed {
    rule?: { family: string; table: string; chain: string; handle: number; expr: Record<string, unknown>[] };
  }
  const problems: string[] = [];
  const documents = json.split('\n').filter((line) => line !== '');
  for (const { rule } of documents.flatMap((line) => (JSON.parse(line) as { nftables: Listed[] }).nftables)) {
    const counter = rule?.expr.find((each) => 'counter' in each)?.['counter'] as { packets?: number } | undefined;
    const ends = rule?.expr.some((each) => 'drop' in each || 'reject' in each);
    if (!rule || !ends || counter?.packets === undefined) continue;
    tally.rules++;
    const ours = decided.get(`${rule.family} ${rule.table} ${rule.chain} ${rule.handle}`) ?? 0;
    if (ours !== counter.packets)
      problems.push(
        `rule ${rule.table} ${rule.chain} ${rule.handle}: the kernel counted ${counter.packets}, we ${ours}`,
      );
  }
  return problems;
}

/** Leaves out line after line for as long as kernel and we still disagree. */
async function smaller(kernel: Kernel, tool: Tool, ruleset: string, packets: readonly Packet[], problems: string[]) {
  let best = { ruleset, problems };
  let lines = ruleset.split('\n');
  for (let at = lines.length - 1; at >= 0; at--) {
    const less = lines.toSpliced(at, 1);
    const still = await compare(kernel, tool, less.join('\n'), packets);
    if (still.length === 0) continue;
    lines = less;
    best = { ruleset: less.join('\n'), problems: still };
  }
  return best;
}

const kernel = await bootKernel();
console.log(`seed ${seed}`);
let failed = false;
try {
  const plans: [Tool, fc.Arbitrary<string>, number][] = [
    ['nft', nftRuleset, 0.6],
    ['iptables', iptablesRuleset(false), 0.2],
    ['ip6tables', iptablesRuleset(true), 0.2],
  ];
  for (const [tool, rulesets, share] of plans) {
    let found: { ruleset: string; problems: string[] } | undefined;
    const property = fc.asyncProperty(
      rulesets,
      fc.array(packet, { minLength: BATCH, maxLength: BATCH }),
      async (ruleset, packets) => {
        const problems = await compare(kernel, tool, ruleset, packets);
        if (problems.length > 0) found = await smaller(kernel, tool, ruleset, packets, problems);
        return problems.length === 0;
      },
    );
    const numRuns = Math.ceil((Number(values.pairs) * share) / BATCH);
    const {
      numRuns: done,
      failed: stopped,
      errorInstance,
    } = await fc.check(property, { seed, numRuns, endOnFailure: true });
    if (stopped && !found) throw errorInstance;
    if (found) {
      failed = true;
      console.log(
        `${tool}: disagreement after ${done} rulesets\n${found.ruleset}\n${found.problems.slice(0, 5).join('\n')}`,
      );
    } else console.log(`${tool}: ${done} rulesets agree`);
  }
} finally {
  await kernel.destroy();
}
const share = ((100 * tally.unknown) / Math.max(1, tally.pairs)).toFixed(1);
console.log(
  `${tally.pairs} packets on ${tally.rulesets} rulesets (${tally.refusedRulesets} not taken by the tools), ${tally.rules} deciding rules counted, ${share} % unknown`,
);
process.exit(failed ? 1 : 0);
