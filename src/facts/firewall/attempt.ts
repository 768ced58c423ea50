import type { Attempt } from '../../model/attempt.ts';
import type { Evidence, Verdict } from '../../model/finding.ts';
import type { Fix } from '../../model/remedy.ts';
import type { TraceStep } from '../../model/trace.ts';
import { type Daemon, daemon } from '../daemon.ts';
import { allowFix } from './allow.ts';
import { firewall, type Question, type Ruleset } from './index.ts';
import { type Decision, type Judgement, judge } from './judge.ts';
import { type Owner, ownerOf } from './owner.ts';
import { placeName, policyText } from './show.ts';
import { inOwnWords, type OwnWords } from './words.ts';

/** Facts that the verdict on an attempt needs. */
export const verdictFacts = { firewall, daemon };

/** A connection that the server's own rules do not let through, and what decides. */
export interface Barred {
  readonly action: 'drop' | 'reject';
  /** The first packet of the connection, or the answer to it. */
  readonly packet: 'request' | 'reply';
  readonly from: string;
  readonly port: number;
  readonly owner: Owner;
  /** The deciding rule in the words of the tool that owns it. */
  readonly rule: string;
  readonly verdict: Verdict;
  readonly evidence: readonly Evidence[];
  readonly trace: readonly TraceStep[];
  readonly fix?: Fix;
}

/** Addresses that stand for "anybody" when nobody in particular is asked about. */
const ANYBODY = ['203.0.113.1', '10.255.255.1', '172.31.255.1', '192.168.255.1'];

/** The connections that an attempt stands for. */
export function questionsOf(listening: Daemon['listening'], { port, from }: Attempt): readonly Question[] {
  const asked = port ?? listening[0]?.port ?? 22;
  return (from === undefined ? ANYBODY : [from]).map((one) => ({ from: one, port: asked }));
}

/** What decides, quoted with its place. */
export function decisionEvidence({ chain, rule }: Decision): Evidence {
  const { section, line } = rule ?? chain;
  return { side: 'server', section, line, text: `${placeName(chain)}: ${rule?.text ?? policyText(chain)}` };
}

/** The judgement on the packet that does not get through: the first one, or the answer to it. */
export function lastOf(judgement: Judgement): Judgement {
  return judgement.verdict === 'accept' && judgement.reply ? judgement.reply : judgement;
}

/**
 * What keeps this attempt out, if anything does. Without an address everybody has to be kept out for it to count: rules
 * that let only some in are made on purpose.
 */
export function barred(
  given: { readonly firewall: Ruleset; readonly daemon: Daemon; readonly words?: OwnWords },
  attempt: Attempt,
): Barred | undefined {
  const questions = questionsOf(given.daemon.listening, attempt);
  const judgements = questions.map((question) => lastOf(judge(given.firewall, question)));
  const [first] = judgements;
  const [question] = questions;
  if (!first?.by || !question || judgements.some(({ verdict }) => verdict !== first.verdict)) return undefined;
  if (first.verdict !== 'drop' && first.verdict !== 'reject') return undefined;
  const { by, steps } = first;
  const packet = judge(given.firewall, question).verdict === 'accept' ? 'reply' : 'request';
  const names = given.firewall.chains.map(({ name }) => name);
  const owner = ownerOf(by, names);
  const told = inOwnWords(by, owner, question.port, steps, given.words ?? {});
  const fix = attempt.from === undefined ? undefined : allowFix(given.firewall, question, told.zone);
  // Another interface than the presumed one, or a program before the rules, would be another reading.
  const certain = attempt.from !== undefined && !first.presumed && first.candidates.length < 2;
  return {
    action: first.verdict,
    packet,
    from: attempt.from ?? 'anywhere',
    port: question.port,
    owner,
    rule: told.text,
    verdict: certain ? 'confirmed' : 'likely',
    evidence: [decisionEvidence(by), ...(told.evidence ? [told.evidence] : [])],
    trace: steps,
    ...(fix ? { fix } : {}),
  };
}
