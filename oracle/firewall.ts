/**
 * Our verdict on a packet and on its answer against the kernel's: random rulesets of nft and iptables, loaded for real,
 * with real packets.   npx tsx oracle/firewall.ts [--seed N] [--pairs N] [--tool nft|iptables|…]     needs root
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { firewall, type Judgement, judge, type Ruleset } from '../src/facts/firewall/index.ts';
import type { Bundle } from '../src/model/bundle.ts';
import { iptablesRuleset } from './firewall/iptables.ts';
import { bootKernel, type Fate, type Kernel, type Round } from './firewall/kernel.ts';
import { nftRuleset } from './firewall/nft.ts';
import { type Packet, packetsFor, SERVER4, SERVER6, type Tool } from './firewall/packets.ts';

const BATCH = 170;
const { values } = parseArgs({
  options: { seed: { type: 'string' }, pairs: { type: 'string', default: '68000' }, tool: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const tally = { pairs: 0, unknown: 0, replies: 0, replyUnknown: 0, refused: 0, rulesets: 0, rules: 0, translated: 0 };

/** The same sections as the collector makes. */
function bundleOf(dumps: Readonly<Record<string, string>>): Bundle {
  const section = (text: string | undefined) =>
    ({ status: text === undefined ? 'absent' : 'ok', text: text ?? '' }) as const;
  const names = ['nft', 'nft-json', 'iptables', 'ip6tables', 'iptables-legacy', 'ip6tables-legacy', 'ipset'];
  return {
    schema: 1,
    takenAt: '2026-01-01T00:00:00Z',
    sections: Object.fromEntries(names.map((name) => [name, section(dumps[name])])),
  };
}

/** What the lab's kernel is like, as the collector would have found it. */
function placed(rules: Ruleset, from: string): Ruleset {
  const addresses = [
    { device: 'lo', address: '127.0.0.1' },
    { device: 'eth0', address: SERVER4 },
    { device: 'lo', address: '::1' },
    { device: 'eth0', address: SERVER6 },
  ];
  return {
    ...rules,
    host: { addresses, back: { to: from, device: 'eth0' }, strict: [], now: Date.now() / 1000, zone: 0 },
  };
}

/** What we say, in the words of a Fate. */
function told({ verdict, at }: Judgement): string {
  return at && (verdict === 'accept' || verdict === 'forward') ? `${verdict} ${at.port}` : verdict;
}

/** A refusal is a packet of its own, which rules about what leaves the machine may keep. */
function agrees(ours: Judgement, { request }: Fate, outward: boolean): boolean {
  if (ours.verdict === 'reject')
    return request === 'reset' || request.startsWith('icmp') || (outward && request === 'drop');
  return told(ours) === request;
}

const ruleName = (
  section: string,
  chain: { family: string; table: string; name: string },
  rule: { handle?: number; line?: number | undefined },
): string => `${section} ${chain.family} ${chain.table} ${chain.name} ${rule.handle ?? rule.line}`;

async function compare(kernel: Kernel, tool: Tool, ruleset: string, packets: readonly Packet[]): Promise<string[]> {
  const round = await kernel.round(tool, ruleset, packets);
  if (round.refused !== undefined) {
    tally.refused++;
    if (process.env['ORACLE_DEBUG']) console.log(round.refused.split('\n').slice(0, 3).join('\n'));
    return [];
  }
  tally.rulesets++;
  const rules = firewall.read(bundleOf(round.before));
  if (!rules.known) return [`the rules are not understood: ${rules.detail}`];
  const problems: string[] = [];
  const decided = new Map<string, number>();
  let unsure = false;
  const outward = rules.value.chains.some(
    ({ hook, rules: list }) => (hook === 'output' || hook === 'postrouting') && list.length > 0,
  );
  // What rules note of one packet changes what becomes of the next.
  const idle = !/@seen4/.test(ruleset);
  for (const [i, { from, to, port, sport }] of round.packets.entries()) {
    const fate = round.fates[i];
    if (!fate) continue;
    const ours = judge(placed(rules.value, from), { from, to, port, sport, iif: 'eth0', idle });
    tally.pairs++;
    if (ours.verdict === 'unknown') {
      tally.unknown++;
      unsure = true;
      continue;
    }
    const name = `${from} → ${to} port ${port} from ${sport}`;
    const by = ours.by?.rule?.text ?? ours.by?.chain.name ?? 'nothing';
    if (!agrees(ours, fate, outward)) problems.push(`${name}: kernel ${fate.request}, we ${told(ours)} by ${by}`);
    if (told(ours) === `accept ${ours.at?.port}` && ours.at?.port !== port) tally.translated++;
    let last = ours;
    if (ours.reply) {
      last = ours.reply;
      tally.replies++;
      if (last.verdict === 'unknown') tally.replyUnknown++;
      else if (fate.request.startsWith('accept') && (last.verdict === 'accept') !== fate.answered)
        problems.push(
          `${name}: the answer ${fate.answered ? 'came' : 'did not come'}, we ${last.verdict} by ${last.by?.rule?.text ?? last.by?.chain.name ?? 'nothing'}`,
        );
    }
    // What the kernel says of its own accord is counted by those rules as well.
    unsure ||=
      (outward && (ours.verdict === 'reject' || last.verdict === 'reject')) ||
      last.verdict === 'unknown' ||
      ours.candidates.length > 1 ||
      last.candidates.length > 1 ||
      ours.unsure.length > 0;
    const end = last.by?.rule;
    if (last.by && end && last.verdict !== 'accept' && last.verdict !== 'forward') {
      const key = ruleName(end.section, last.by.chain, end);
      decided.set(key, (decided.get(key) ?? 0) + 1);
    }
  }
  if (!unsure && problems.length === 0) problems.push(...countersDiffer(round, decided, outward));
  return problems;
}

/** The kernel counts what came to a rule that ends everything: as many packets as we say it decided. */
function countersDiffer({ after }: Round, decided: ReadonlyMap<string, number>, outward: boolean): string[] {
  const problems: string[] = [];
  // A drop of the last table that the recorder came behind is the same rule as before it.
  const rules = firewall.read(bundleOf({ ...after, ipset: '' }));
  if (!rules.known) return [`the rules are not understood afterwards: ${rules.detail}`];
  for (const chain of rules.value.chains) {
    if (chain.table === 'oracle_recorder' || chain.dormant) continue;
    for (const rule of chain.rules) {
      const ends = rule.statements.some(({ kind }) => kind === 'drop' || kind === 'reject');
      if (!ends || rule.packets === undefined) continue;
      tally.rules++;
      const ours = decided.get(ruleName(rule.section, chain, rule)) ?? 0;
      // Rules about what leaves the machine also see what the kernel has to say of its own accord (neighbours, groups).
      if (outward ? ours > rule.packets : ours !== rule.packets)
        problems.push(`${chain.table} ${chain.name}: ${rule.text}: the kernel counted ${rule.packets}, we ${ours}`);
    }
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
const started = performance.now();
let failed = false;
try {
  const plans: [Tool, fc.Arbitrary<string>, number][] = [
    ['nft', nftRuleset, 0.5],
    ['iptables', iptablesRuleset(false), 0.15],
    ['ip6tables', iptablesRuleset(true), 0.1],
    ['iptables-legacy', iptablesRuleset(false), 0.15],
    ['ip6tables-legacy', iptablesRuleset(true), 0.1],
  ];
  for (const [tool, rulesets, share] of plans) {
    if (values.tool !== undefined && values.tool !== tool) continue;
    let found: { ruleset: string; problems: string[] } | undefined;
    const packets = fc.array(packetsFor(tool), { minLength: BATCH, maxLength: BATCH });
    const property = fc.asyncProperty(rulesets, packets, async (ruleset, list) => {
      const problems = await compare(kernel, tool, ruleset, list);
      if (problems.length > 0) found = await smaller(kernel, tool, ruleset, list, problems);
      return problems.length === 0;
    });
    const numRuns = Math.ceil((Number(values.pairs) * (values.tool === undefined ? share : 1)) / BATCH);
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
const share = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
console.log(
  `${tally.pairs} packets on ${tally.rulesets} rulesets (${tally.refused} not taken by the tools) in ${((performance.now() - started) / 1000).toFixed(0)} s: ` +
    `${share(tally.unknown, tally.pairs)} unknown; ${tally.translated} led to another port; ${tally.replies} answers, ${share(tally.replyUnknown, tally.replies)} unknown; ${tally.rules} deciding rules counted`,
);
process.exit(failed ? 1 : 0);
