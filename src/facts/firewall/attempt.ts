import type { Attempt } from '../../model/attempt.ts';
import type { Evidence, Verdict } from '../../model/finding.ts';
import { type Daemon, daemon } from '../daemon.ts';
import { firewall, type Question, type Ruleset } from './index.ts';
import { type Decision, judge } from './judge.ts';
import { type Owner, ownerOf } from './owner.ts';

/** Facts that the verdict on an attempt needs. */
export const verdictFacts = { firewall, daemon };

/** A connection that the server's own rules do not let through, and what decides. */
export interface Barred {
  readonly action: 'drop' | 'reject';
  readonly from: string;
  readonly port: number;
  readonly owner: Owner;
  /** The deciding rule as its tool writes it. */
  readonly rule: string;
  readonly by: Decision;
  readonly syn: Question;
  readonly verdict: Verdict;
  readonly evidence: readonly Evidence[];
}

/** Addresses that stand for "anybody" when nobody in particular is asked about. */
const ANYBODY = ['203.0.113.1', '10.255.255.1', '172.31.255.1', '192.168.255.1'];

/**
 * What keeps this attempt out, if anything does. Without an address everybody has to be kept out for it to count: rules
 * that let only some in are made on purpose.
 */
export function barred(
  given: { readonly firewall: Ruleset; readonly daemon: Daemon },
  attempt: Attempt,
): Barred | undefined {
  const port = attempt.port ?? given.daemon.listening[0]?.port ?? 22;
  const syns = (attempt.from === undefined ? ANYBODY : [attempt.from]).map((from) => ({ from, port }));
  const judgements = syns.map((syn) => judge(given.firewall, syn));
  const [first] = judgements;
  const [syn] = syns;
  if (!first?.by || !syn || judgements.some(({ verdict }) => verdict !== first.verdict)) return undefined;
  if (first.verdict !== 'drop' && first.verdict !== 'reject') return undefined;
  const { by } = first;
  const { chain } = by;
  const names = given.firewall.chains.map(({ name }) => name);
  const rule = by.rule?.text ?? `policy ${chain.policy} of chain ${chain.family} ${chain.table} ${chain.name}`;
  const { section, line } = by.rule ?? chain;
  return {
    action: first.verdict,
    from: attempt.from ?? 'anywhere',
    port,
    owner: ownerOf(by, names),
    rule,
    by,
    syn,
    verdict: attempt.from === undefined ? 'likely' : 'confirmed',
    evidence: [{ side: 'server', section, line, text: `${chain.family} ${chain.table} ${chain.name}: ${rule}` }],
  };
}
