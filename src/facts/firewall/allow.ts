import { type Change, command } from '../../model/change.ts';
import { type Fix, shellQuote } from '../../model/remedy.ts';
import type { Decision } from './journey.ts';
import { type Judgement, judge } from './judge.ts';
import type { Chain, Question, Rule, Ruleset } from './model.ts';
import { isV6 } from './model.ts';
import { type Owner, ownerOf } from './owner.ts';

/** Rules that let one client in, where they take effect, and what takes them back. */
interface Allowing {
  readonly owners: readonly Owner[];
  readonly changes: readonly Change[];
  /** How long each tool keeps them. */
  readonly lasts: readonly string[];
}

interface Place {
  readonly chain: Chain;
  /** Index of the rule that it comes before. */
  readonly before: number;
}

/** By its comment the rule is found again among those that were made for others. */
const markOf = ({ from, port }: Question, reply: boolean): string => `sshwhy ${reply ? 'to' : 'from'} ${from} ${port}`;

const handleOf = (place: string, mark: string): string =>
  `"$(nft -a list chain ${place} | sed -n 's/.*comment "${mark}" # handle //p' | head -n 1)"`;

/** Where an allowing rule stands in front of what decides; a policy is reached from anywhere, so it goes to the head. */
function inFront({ chain, rule }: Decision): Place {
  return { chain, before: rule ? chain.rules.indexOf(rule) : 0 };
}

/** ufw's own place for it, `ufw prepend`: before its other rules of that family. */
function ufwPlace(ruleset: Ruleset, { chain }: Decision, reply: boolean): Place | undefined {
  const name = `${chain.family === 'ip6' ? 'ufw6' : 'ufw'}-user-${reply ? 'output' : 'input'}`;
  const own = ruleset.chains.find(
    (one) => one.family === chain.family && one.section === chain.section && one.name === name,
  );
  return own && { chain: own, before: 0 };
}

function zonePlace(ruleset: Ruleset, { chain }: Decision, zone: string | undefined): Place | undefined {
  const own = ruleset.chains.find(
    (one) => one.table === chain.table && one.family === chain.family && one.name === `filter_IN_${zone}`,
  );
  return own && { chain: own, before: 0 };
}

/** The same rules with one more that lets everything through; only the packet in question is led through them. */
function withRule(ruleset: Ruleset, { chain, before }: Place): Ruleset {
  const pass: Rule = { statements: [{ kind: 'accept' }], text: '', section: chain.section };
  return {
    ...ruleset,
    chains: ruleset.chains.map((one) =>
      one === chain ? { ...one, rules: one.rules.toSpliced(before, 0, pass) } : one,
    ),
  };
}

interface Spoken {
  readonly changes: readonly Change[];
  readonly lasts: string;
}

function viaUfw({ from, port }: Question, reply: boolean): Spoken {
  const rule = reply
    ? `allow out proto tcp from any port ${port} to ${shellQuote(from)}`
    : `allow proto tcp from ${shellQuote(from)} to any port ${port}`;
  return { changes: [command(`ufw prepend ${rule}`, [`ufw delete ${rule}`])], lasts: 'ufw keeps it over a reboot' };
}

function viaFirewalld({ from, port }: Question, zone: string): Spoken {
  const rich = shellQuote(
    `rule priority="-100" family="${isV6(from) ? 'ipv6' : 'ipv4'}" source address="${from}" port port="${port}" protocol="tcp" accept`,
  );
  const say = (what: string, kept = ''): string =>
    `firewall-cmd ${kept}--zone=${shellQuote(zone)} --${what}-rich-rule=${rich}`;
  // The zone's own file comes with the first permanent change, and one of what it was before with every further one.
  const file = `/etc/firewalld/zones/${zone}.xml`;
  const changes = [
    command(say('add'), [say('remove')]),
    command(say('add', '--permanent '), [say('remove', '--permanent ')], [file, `${file}.old`]),
  ];
  return { changes, lasts: 'firewalld has it now and after a reload' };
}

function viaIptables({ chain, before }: Place, { from, port }: Question, reply: boolean, owner: Owner): Spoken {
  const tool = `${isV6(from) ? 'ip6tables' : 'iptables'}${chain.section.endsWith('-legacy') ? '-legacy' : ''}`;
  const table = chain.table === 'filter' ? '' : ` -t ${chain.table}`;
  const client = shellQuote(from);
  const match = reply
    ? `-d ${client} -p tcp --sport ${port} -j ACCEPT`
    : `-s ${client} -p tcp --dport ${port} -j ACCEPT`;
  const name = shellQuote(chain.name);
  return {
    changes: [command(`${tool}${table} -I ${name} ${before + 1} ${match}`, [`${tool}${table} -D ${name} ${match}`])],
    lasts:
      owner === 'ufw'
        ? 'gone with the next `ufw reload`, unless it also stands in /etc/ufw/before.rules'
        : 'gone at the next boot, unless the rules are saved (netfilter-persistent save)',
  };
}

function viaNft({ chain, before }: Place, question: Question, reply: boolean): Spoken {
  const { from, port } = question;
  const mark = markOf(question, reply);
  const place = `${chain.family} ${shellQuote(chain.table)} ${shellQuote(chain.name)}`;
  const family = isV6(from) ? 'ip6' : 'ip';
  const match = reply
    ? `${family} daddr ${shellQuote(from)} tcp sport ${port}`
    : `${family} saddr ${shellQuote(from)} tcp dport ${port}`;
  const next = chain.rules[before]?.handle;
  const at = next === undefined ? `nft insert rule ${place}` : `nft insert rule ${place} position ${next}`;
  return {
    changes: [
      command(`${at} ${match} accept comment '"${mark}"'`, [
        `nft delete rule ${place} handle ${handleOf(place, mark)}`,
      ]),
    ],
    lasts: 'gone at the next boot, unless it is written into /etc/nftables.conf as well',
  };
}

const ROUNDS = 5;

/** What of a judgement keeps the client out: its first packet, or the answer to it. */
function obstacle(judgement: Judgement): { by: Decision; reply: boolean } | undefined {
  const last = judgement.verdict === 'accept' ? judgement.reply : judgement;
  const reply = last !== judgement;
  if (!last || last.verdict === 'accept') return undefined;
  const by =
    last.verdict === 'unknown'
      ? (last.candidates.find(({ rule }) =>
          rule?.statements.some(({ kind }) => kind === 'drop' || kind === 'reject'),
        ) ?? last.by)
      : last.by;
  return by && { by, reply };
}

/**
 * The narrowest rules that let this client reach this port, each in the tool that owns what decides and in front of it.
 * Tried on the model first: what would still keep the client out behind it gets a rule as well, until nothing does.
 */
export function allowing(ruleset: Ruleset, question: Question, zone?: string): Allowing | undefined {
  const names = ruleset.chains.map(({ name }) => name);
  const said: { owner: Owner; spoken: Spoken }[] = [];
  const tried = new Set<string>();
  let rules = ruleset;
  for (let round = 0; round < ROUNDS; round++) {
    const met = obstacle(judge(rules, question));
    if (!met) {
      return {
        owners: [...new Set(said.map(({ owner }) => owner))],
        changes: said.flatMap(({ spoken }) => spoken.changes),
        lasts: [...new Set(said.map(({ spoken }) => spoken.lasts))],
      };
    }
    const { by, reply } = met;
    const owner = ownerOf(by, names);
    const own =
      owner === 'ufw'
        ? ufwPlace(rules, by, reply)
        : owner === 'firewalld' && !reply
          ? zonePlace(rules, by, zone)
          : undefined;
    // The tool's own place does not always come before what decides; then the rule goes right there.
    const place = own && !tried.has(owner) && judgedOtherwise(rules, own, question, by) ? own : inFront(by);
    tried.add(owner);
    const spoken =
      place === own && owner === 'ufw'
        ? viaUfw(question, reply)
        : place === own && zone !== undefined
          ? viaFirewalld(question, zone)
          : by.chain.section === 'nft'
            ? viaNft(place, question, reply)
            : viaIptables(place, question, reply, owner);
    said.push({ owner, spoken });
    rules = withRule(rules, place);
  }
  return undefined;
}

/** Whether a rule at that place lets the packet past what decides now. */
function judgedOtherwise(ruleset: Ruleset, place: Place, question: Question, by: Decision): boolean {
  const next = obstacle(judge(withRule(ruleset, place), question));
  return next?.by.rule !== by.rule || next?.by.chain.name !== by.chain.name;
}

/** Takes one client out of what a rule of nat does to everybody. */
export function spareFix(by: Decision, question: Question): Fix {
  const owner = ownerOf(by);
  const place = inFront(by);
  const { changes, lasts } =
    by.chain.section === 'nft' ? viaNft(place, question, false) : viaIptables(place, question, false, owner);
  return {
    summary: `leave connections of ${question.from} to port ${question.port} as they are, by a rule in front of the one that sends them elsewhere (${lasts})`,
    risk: 'safe',
    where: 'server',
    changes,
  };
}

/** The remedy of a finding about a rule of the server. */
export function allowFix(ruleset: Ruleset, question: Question, zone?: string): Fix | undefined {
  const found = allowing(ruleset, question, zone);
  if (!found || found.changes.length === 0) return undefined;
  const { owners, changes, lasts } = found;
  return {
    summary: `let ${question.from} in to port ${question.port}, and nobody else, by ${changes.length > 1 ? 'rules' : 'a rule'} of ${owners.join(' and ')} in front of what decides (${lasts.join('; ')})`,
    risk: 'safe',
    where: 'server',
    changes,
  };
}
