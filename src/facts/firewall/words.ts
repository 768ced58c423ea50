import type { FactSource } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import type { TraceStep } from '../../model/trace.ts';
import { file } from '../files.ts';
import { section } from '../source.ts';
import type { Decision } from './journey.ts';
import type { Owner } from './owner.ts';
import { placeName, policyText } from './show.ts';

/** What the tools themselves say of their rules. */
export const ownWords = {
  ufwRules: file('/etc/ufw/user.rules'),
  ufwRules6: file('/etc/ufw/user6.rules'),
  zones: section('server', 'firewalld', 'zones of firewalld (firewall-cmd(1))', (text) => text?.split('\n') ?? null),
};
export type OwnWords = {
  readonly [K in keyof typeof ownWords]?: ((typeof ownWords)[K] extends FactSource<infer T> ? T : never) | undefined;
};

export interface Told {
  /** The rule in the words of the tool that owns it. */
  readonly text: string;
  readonly evidence?: Evidence;
  /** firewalld's zone. */
  readonly zone?: string;
}

/** `### tuple ### deny tcp 22 0.0.0.0/0 any 10.77.0.0/16 in` as one would type it. */
function tupleText(line: string): string {
  const [action = '', protocol = 'any', port = 'any', to = '', , from = ''] = line
    .replace(/^### tuple ### /, '')
    .split(' ');
  const any = (address: string): boolean => ['0.0.0.0/0', '::/0', ''].includes(address);
  const what = protocol === 'any' ? '' : `/${protocol}`;
  if (any(from) && any(to)) return `${action} ${port === 'any' ? 'everything' : `${port}${what}`}`;
  const where = port === 'any' ? (any(to) ? '' : ` to ${to}`) : ` to ${any(to) ? 'any' : to} port ${port}${what}`;
  return `${action} from ${any(from) ? 'any' : from}${where}`;
}

/** Rules of ufw in the order of `ufw status numbered`: those of IPv4, then those of IPv6. */
function ufwRule({ chain, rule }: Decision, { ufwRules, ufwRules6 }: OwnWords): Told | undefined {
  const v6 = chain.family === 'ip6';
  const lines = (v6 ? ufwRules6 : ufwRules) ?? [];
  const name = `${v6 ? 'ufw6' : 'ufw'}-user-input`;
  const before = v6 ? (ufwRules ?? []).filter((line) => line.startsWith('### tuple ###')).length : 0;
  const section = `file:/etc/ufw/${v6 ? 'user6' : 'user'}.rules`;
  let tuple = 0;
  let at = 0;
  let seen = -1;
  const wanted = rule && chain.name === name ? chain.rules.indexOf(rule) : -1;
  for (const [i, line] of lines.entries()) {
    if (line.startsWith('### tuple ###')) {
      tuple++;
      at = i;
    } else if (line.startsWith(`-A ${name} `) && ++seen === wanted) {
      const text = tupleText(lines[at] ?? '');
      return {
        text: `ufw rule ${before + tuple}: ${text}`,
        evidence: { side: 'server', section, line: at + 1, text: lines[at] ?? '' },
      };
    }
  }
  return undefined;
}

/** Only the policy of a base chain, or the chain that ufw keeps in front of it, is the default of ufw. */
function ufwText(by: Decision, words: OwnWords): Told | undefined {
  const { chain, rule } = by;
  if (!rule || /^ufw6?-(?:skip-to-policy|reject)/.test(chain.name))
    return {
      text: `the default of ufw: ${chain.policy === 'drop' || /DROP/.test(rule?.text ?? '') ? 'deny' : 'reject'} (incoming)`,
    };
  if (/^ufw6?-(before|after)-/.test(chain.name))
    return {
      text: `${rule.text} (of /etc/ufw/${/before/.test(chain.name) ? 'before' : 'after'}${chain.family === 'ip6' ? '6' : ''}.rules)`,
    };
  return ufwRule(by, words);
}

const ZONE = /^(?:filter|raw|mangle|nat)_(?:IN|PRE)_(.{1,60}?)(?:_(pre|log|deny|allow|post))?$/;

/** firewalld names its chains after its zones; where the last rule of all decides, the zone is the one that was passed. */
function zoneOf(
  { chain }: Decision,
  steps: readonly TraceStep[],
): { zone: string; part?: string | undefined } | undefined {
  const direct = ZONE.exec(chain.name);
  if (direct?.[1]) return { zone: direct[1], part: direct[2] };
  const passed = steps.findLast(
    ({ action, detail }) => action === 'jump' && /^filter_IN_/.test(detail ?? '') && !/policy_/.test(detail ?? ''),
  );
  const zone = ZONE.exec(passed?.detail ?? '')?.[1];
  return zone === undefined ? undefined : { zone };
}

function firewalldText(by: Decision, port: number, steps: readonly TraceStep[], { zones }: OwnWords): Told | undefined {
  const found = zoneOf(by, steps);
  if (!found) return undefined;
  const { zone, part } = found;
  const kind = zone.startsWith('policy_') ? `policy ${zone.slice(7)}` : `zone ${zone}`;
  const lines = zones ?? [];
  const start = lines.findIndex((line) => line === zone || line.startsWith(`${zone} (`));
  const end = lines.findIndex((line, i) => i > start && line === '');
  const own = start < 0 ? [] : lines.slice(start, end < 0 ? lines.length : end);
  const cite = (offset: number): Evidence => ({
    side: 'server',
    section: 'firewalld',
    line: start + offset + 1,
    text: (own[offset] ?? '').trim(),
  });
  const bare = zone.startsWith('policy_') ? {} : { zone };
  if (part !== undefined && by.rule) {
    // The rich rule that names what the rule of the kernel holds.
    const rich = own.findIndex((line) => {
      const [, address] = / address="?([^" ]{1,80})"?/.exec(line) ?? [];
      return (
        /^\s+rule /.test(line) &&
        /\b(drop|reject)\b/.test(line) &&
        (address === undefined || (by.rule?.text ?? '').includes(address.replace(/\/32$/, '')))
      );
    });
    if (rich >= 0)
      return { ...bare, text: `rich rule of firewalld ${kind}: ${(own[rich] ?? '').trim()}`, evidence: cite(rich) };
    return { ...bare, text: `a rule of firewalld ${kind}: ${by.rule.text}` };
  }
  const services = own.findIndex((line) => /^\s+services:/.test(line));
  const rest = /\bdrop\b/.test(by.rule?.text ?? 'drop') ? 'drops' : 'rejects';
  const what = port === 22 ? 'no service ssh and no port 22/tcp' : `no port ${port}/tcp`;
  return {
    ...bare,
    text: `firewalld ${kind} has ${what}, and ${rest} what it has not`,
    ...(services < 0 ? {} : { evidence: cite(services) }),
  };
}

/** What decides, in the words of the tool that owns it; as the rule is written where that tool has no words of its own. */
export function inOwnWords(
  by: Decision,
  owner: Owner,
  port: number,
  steps: readonly TraceStep[],
  words: OwnWords,
): Told {
  const plain = by.rule?.text ?? `${policyText(by.chain)} (chain ${placeName(by.chain)})`;
  const own =
    owner === 'ufw' ? ufwText(by, words) : owner === 'firewalld' ? firewalldText(by, port, steps, words) : undefined;
  return own ?? { text: plain };
}
