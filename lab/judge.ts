import type { CauseId } from '../src/model/gate.ts';
import { type Answer, firstCause } from './ask.ts';
import type { Expect, LabCase } from './case.ts';

/** What is wrong with an answer; empty when it is what the case expects. */
export function judge(lab: Pick<LabCase, 'id' | 'loginWorks'>, expect: Expect, answer: Answer): string[] {
  const { report, mode } = answer;
  if (!report) return answer.problems.map((problem) => `${mode}: ${problem}`);
  const problems: string[] = [];
  const differs = (what: string, wanted: unknown, got: unknown) => {
    if (wanted !== got) problems.push(`${mode}: ${what} is ${got}, expected ${wanted}`);
  };
  const first = firstCause(report);
  const wanted: CauseId | null = expect.first === undefined ? lab.id : expect.first;
  // Where no cause is expected a latent one is no fault: it does not concern this login.
  const seen = wanted === null && first?.role === 'latent' ? null : (first?.id ?? null);
  differs('first cause', wanted, seen);
  differs('exit status', expect.exit ?? (wanted === null || lab.loginWorks ? 0 : 1), answer.exit);
  if (expect.verdict && first) differs('verdict', expect.verdict, first.verdict);
  for (const [gate, outcome] of Object.entries(expect.gates ?? {})) {
    differs(`gate ${gate}`, outcome, report.gates.find((g) => g.gate === gate)?.outcome);
  }
  for (const id of expect.contains ?? []) {
    if (!report.causes.some((cause) => cause.id === id)) problems.push(`${mode}: ${id} is not in the report`);
  }
  const blocked = report.causes.some((cause) => cause.role === 'blocking');
  const closed = report.gates.some(({ outcome }) => outcome === 'closed');
  if ((blocked || closed) !== (answer.exit === 1)) problems.push(`${mode}: exit status and closed gates disagree`);
  if (problems.length > 0) problems.push(...summary(answer));
  return problems;
}

/** A healthy host: nothing blocks, nothing degrades, exit 0. */
export function judgeHealthy(answer: Answer): string[] {
  const { report, mode } = answer;
  if (!report) return answer.problems.map((problem) => `${mode}: ${problem}`);
  const alarms = report.causes.filter((cause) => cause.role !== 'latent').map((c) => `${mode}: false alarm ${c.id}`);
  if (answer.exit !== 0) alarms.push(`${mode}: exit status is ${answer.exit}, expected 0`);
  return alarms.length > 0 ? [...alarms, ...summary(answer)] : [];
}

function summary({ mode, report }: Answer): string[] {
  const gates = report?.gates.filter((g) => g.outcome !== 'open').map((g) => `${g.gate} ${g.outcome}`) ?? [];
  const causes = report?.causes.map((c) => `${mode}:   ${c.role} ${c.id} (${c.verdict}) ${c.text}`) ?? [];
  const blind = report?.blind.map((b) => `${b.section} ${b.gap}`) ?? [];
  return [
    `${mode}:   gates not open: ${gates.join(', ') || 'none'}; blind: ${blind.join(', ') || 'nothing'}`,
    ...causes.slice(0, 8),
  ];
}
