import { cut } from '../../model/cut.ts';
import { VERSION } from '../../model/version.ts';
import type { FleetChange } from '../../reason/fleet/diff.ts';
import { visible } from '../escape.ts';
import { junitFile } from '../junit-suite.ts';
import { inline, table } from '../markdown-text.ts';
import { xml } from '../markup.ts';
import { sarifLog } from '../sarif-log.ts';
import { diffHeadline, grantLines, isWorse, side } from './diff-words.ts';
import { endpoint, n } from './words.ts';

const ROWS_MAX = 200;
const LONGEST = 300;
const RESULTS_MAX = 25_000;

/** What changed between two runs, for a ticket. */
export function diffMarkdown(changes: readonly FleetChange[]): string {
  const rows = changes
    .slice(0, ROWS_MAX)
    .map((one) => [one.kind, endpoint(one), cut(side(one.before), LONGEST), cut(side(one.after), LONGEST)]);
  return `${[
    `# ${inline(diffHeadline(changes))}`,
    ...(rows.length > 0 ? ['', ...table(['change', 'host', 'before', 'after'], rows)] : []),
    ...changes
      .slice(0, ROWS_MAX)
      .flatMap((one) =>
        one.grants === undefined
          ? []
          : [
              '',
              `**${inline(endpoint(one))}**, ways in:`,
              '',
              ...grantLines(one.grants).map(
                ({ mark, text }) =>
                  `- ${mark === '-' ? 'went' : mark === '+' ? 'came' : mark === '≠' ? 'changed' : ''} ${inline(cut(text, LONGEST))}`,
              ),
            ],
      ),
    ...(changes.length > ROWS_MAX ? ['', `${n(changes.length - ROWS_MAX)} more are left out here.`] : []),
  ].join('\n')}\n`;
}

const grantsOf = ({ grants }: FleetChange): string =>
  grants === undefined
    ? ''
    : grantLines(grants)
        .map(({ mark, text }) => `\n${mark} ${text}`)
        .join('');

/** What changed between two runs, for a CI server: a test for each host that changed; one that got worse or is gone fails. */
export function diffJunit(changes: readonly FleetChange[]): string {
  return junitFile({
    name: 'sshwhy fleet diff',
    failures: changes.filter(isWorse).length,
    skipped: 0,
    cases: changes.map(
      (one) => xml`
  <testcase classname="sshwhy fleet diff" name="${endpoint(one)}">${
    isWorse(one)
      ? xml`
    <failure message="${one.kind}: ${side(one.after) || 'it is not in the second run'}" type="${one.kind}">before: ${side(one.before)}${grantsOf(one)}</failure>`
      : xml`
    <system-out>${one.kind}: ${side(one.before)} -> ${side(one.after)}${grantsOf(one)}</system-out>`
  }
  </testcase>`,
    ),
  });
}

const RULE: Readonly<Record<'worse' | 'gone', string>> = {
  worse: 'A host is worse off than in the run before',
  gone: 'A host of the run before is not in this one',
};

/** What got worse between two runs as SARIF 2.1.0. `takenAt`: RFC 3339, of the second run. */
export function diffSarif(changes: readonly FleetChange[], takenAt: string): object {
  const worse = changes.filter(isWorse);
  const rules = Object.entries(RULE).map(([kind, text]) => ({ id: `fleet/${kind}`, shortDescription: { text } }));
  return sarifLog({
    version: VERSION,
    takenAt,
    rules,
    results: worse.slice(0, RESULTS_MAX).map((one) => {
      const name = visible(endpoint(one));
      return {
        ruleId: `fleet/${one.kind}`,
        ruleIndex: one.kind === 'worse' ? 0 : 1,
        kind: 'fail',
        level: one.kind === 'worse' ? 'error' : 'warning',
        message: {
          text: visible(
            `${endpoint(one)}: ${side(one.before)} -> ${side(one.after) || 'gone'}${grantsOf(one).replaceAll('\n', '; ')}`,
          ),
        },
        locations: [{ logicalLocations: [{ name, fullyQualifiedName: name, kind: 'resource' }] }],
        partialFingerprints: { 'sshwhyChange/v1': `${name} ${one.kind}` },
      };
    }),
    properties: { answer: visible(diffHeadline(changes)) },
    ...(worse.length > RESULTS_MAX && { note: `${worse.length - RESULTS_MAX} results are left out.` }),
  });
}
