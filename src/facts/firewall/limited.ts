import type { Attempt } from '../../model/attempt.ts';
import type { Evidence } from '../../model/finding.ts';
import type { Fix } from '../../model/remedy.ts';
import type { TraceStep } from '../../model/trace.ts';
import type { Daemon } from '../daemon.ts';
import { allowFix } from './allow.ts';
import { decisionEvidence, lastOf, questionsOf } from './attempt.ts';
import { type Decision, judge, type Ruleset } from './index.ts';
import { isBan, type Owner, ownerOf } from './owner.ts';
import { inOwnWords, type OwnWords } from './words.ts';

/** A connection that gets in for as long as a limit is kept, and what happens over it. */
export interface Limited {
  readonly from: string;
  readonly port: number;
  readonly owner: Owner;
  /** The mechanism: `recent`, `limit`, `connlimit`, … */
  readonly what: string;
  readonly rule: string;
  readonly action: 'drop' | 'reject';
  /** What was turned away by it so far, where the rule counts. */
  readonly packets?: number;
  readonly evidence: readonly Evidence[];
  readonly trace: readonly TraceStep[];
  readonly fix?: Fix;
}

const limitOf = ({ rule }: Decision) => rule?.statements.find((one) => one.kind === 'limit');
const keeps = ({ rule }: Decision): boolean =>
  rule === undefined || rule.statements.some(({ kind }) => kind === 'drop' || kind === 'reject');

/** The limit that this attempt depends on, if it depends on one: under every limit it gets in, over one it does not. */
export function limited(
  given: { readonly firewall: Ruleset; readonly daemon: Daemon; readonly words?: OwnWords },
  attempt: Attempt,
): Limited | undefined {
  const { firewall } = given;
  const [question] = questionsOf(given.daemon.listening, attempt);
  if (!question || lastOf(judge(firewall, question)).verdict !== 'accept') return undefined;
  const strained = lastOf(judge(firewall, { ...question, idle: false }));
  if (strained.verdict !== 'unknown') return undefined;
  const limit = strained.unsure.find(({ by }) => limitOf(by));
  // The rule that turns away: the limit's own, or what comes after it.
  const end =
    strained.candidates.find((one) => one.rule === limit?.by.rule && keeps(one)) ?? strained.candidates.find(keeps);
  const statement = limit && limitOf(limit.by);
  const names = firewall.chains.map(({ name }) => name);
  const owner = limit && ownerOf(limit.by, names);
  if (!limit || !end || !owner || statement?.kind !== 'limit' || isBan(owner)) return undefined;
  const action = end.rule?.statements.some(({ kind }) => kind === 'reject') ? 'reject' : 'drop';
  const told = inOwnWords(limit.by, owner, question.port, strained.steps, given.words ?? {});
  const fix = attempt.from === undefined ? undefined : allowFix(firewall, { ...question, idle: false }, told.zone);
  return {
    from: attempt.from ?? 'everybody',
    port: question.port,
    owner,
    what: statement.what,
    rule: told.text,
    action,
    ...(end.rule?.packets === undefined ? {} : { packets: end.rule.packets }),
    evidence: [
      decisionEvidence(limit.by),
      ...(end.rule === limit.by.rule ? [] : [decisionEvidence(end)]),
      ...(told.evidence ? [told.evidence] : []),
    ],
    trace: strained.steps,
    ...(fix ? { fix } : {}),
  };
}
