import { cut } from '../model/cut.ts';
import type { Report, ReportedCause } from '../model/report.ts';
import { adviceMarkdown } from './advice.ts';
import { AGREED, KNOWN, NOT_AGREED, oncePerPair } from './handshake.ts';
import { fence, inline, table } from './markdown-text.ts';
import { matchText, stageText, verbText } from './trace.ts';
import { blindHides, blindWhat, headline, hopOutcome, MARK, placeOf, timeSteps, vantageOutcome } from './words.ts';

/** What one quoted line may take of a ticket, in characters. */
const LONGEST = 1000;
const short = (text: string): string => cut(text, LONGEST);

function undo({ fix }: ReportedCause): string[] {
  return fix && 'undo' in fix && fix.undo ? ['', 'Undo:', '', ...fence(fix.undo, 'sh')] : [];
}

function cause(one: ReportedCause): string[] {
  const seen = one.evidence.map((each) => `${each.side} ${placeOf(each)} | ${short(each.text)}`);
  const way = one.trace?.map((step) => [
    stageText(step),
    step.place,
    short(step.rule),
    step.matches.map(matchText).join(', '),
    verbText(step),
  ]);
  return [
    '',
    `### ${inline(one.text)}`,
    '',
    `${one.role}, ${one.verdict}: \`${one.id}\``,
    '',
    ...fence(seen),
    ...(way && way.length > 0 ? ['', ...table(['where', 'chain or group', 'rule', 'wants', 'the packet'], way)] : []),
    ...adviceMarkdown(one.fix),
    ...undo(one),
  ];
}

/** A heading and what stands under it; nothing when that is empty. */
function part(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, ...lines];
}

const paragraph = (lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', ...lines]);

function around(report: Report): string[] {
  const { hops = [], vantages, blind, advisories } = report;
  return [
    ...part(
      'Jump hosts',
      paragraph(
        hops.map((hop) => {
          const { outcome, detail } = hopOutcome(hop);
          return `- ${MARK[outcome]} by way of ${inline(hop.name)}: ${inline(detail || outcome)}`;
        }),
      ),
    ),
    ...part(
      'From elsewhere',
      vantages
        ? [
            '',
            ...table(
              ['from', 'the name there', 'connection', 'said'],
              vantages.seen.map((one) => [
                one.name + (one.from === undefined ? '' : ` (${one.from})`),
                one.addresses.join(' '),
                vantageOutcome(one),
                short(one.banner ?? one.said ?? ''),
              ]),
            ),
            '',
            inline(vantages.proves),
          ]
        : [],
    ),
    ...part(
      'Not seen from here',
      blind.flatMap((spot) => [
        '',
        `${inline(blindWhat(spot))} ${blindHides(spot)}. What settles it:`,
        '',
        ...fence([spot.settleWith], 'sh'),
      ]),
    ),
    ...part(
      'Known holes of this sshd',
      paragraph(
        (advisories?.holes ?? []).map(
          ({ id, about, verdict }) =>
            `- ${inline(id)} (${verdict === 'affected' ? 'open here' : 'not known'}): ${inline(about)}`,
        ),
      ),
    ),
  ];
}

function handshake(report: Report): string[] {
  const { negotiation, hostKeys = [] } = report;
  const steps = timeSteps(report);
  return [
    ...part(
      'Where the time went',
      steps.length > 0
        ? [
            '',
            ...table(
              ['step', 'ms'],
              steps.map(([name, ms]) => [name, String(ms)]),
            ),
          ]
        : [],
    ),
    ...part(
      'Negotiation',
      negotiation
        ? [
            '',
            ...table(
              ['what', 'comes to', 'what would let them agree'],
              oncePerPair(negotiation.rows).map(({ what, outcome, chosen, changes }) => [
                `${AGREED[outcome]} ${what}`,
                outcome === 'agreed' ? (chosen ?? '') : NOT_AGREED[outcome],
                changes.map(({ side, setting }) => `${side}: ${setting}`).join('; '),
              ]),
            ),
          ]
        : [],
    ),
    ...part(
      'Host keys of the server',
      hostKeys.length > 0
        ? [
            '',
            ...table(
              ['type', 'fingerprint', 'known', 'where'],
              hostKeys.map(({ type, fingerprint, known, where }) => [
                type,
                fingerprint,
                KNOWN[known],
                where.join(', '),
              ]),
            ),
          ]
        : [],
    ),
  ];
}

/** The report for a ticket or a wiki: GitHub's Markdown without any HTML. All that is foreign stands in fences or is escaped. */
export function markdown(report: Report): string {
  const { gates, causes, takenAt, tool } = report;
  const of = (...roles: readonly ReportedCause['role'][]): ReportedCause[] =>
    causes.filter(({ role }) => roles.includes(role));
  const lines = [
    `# ${inline(headline(report))}`,
    '',
    `Looked at ${inline(takenAt)} by sshwhy ${inline(tool.version)}.`,
    '',
    ...table(
      ['gate', 'outcome', 'why'],
      gates.map(({ gate, outcome, detail }) => [gate, `${MARK[outcome]} ${outcome.replace('-', ' ')}`, detail]),
    ),
    ...part('Causes', of('blocking', 'degrading').flatMap(cause)),
    ...part(
      'Also noticed',
      paragraph(of('latent', 'consequence').map(({ text, id, role }) => `- ${inline(text)} (${role}, \`${id}\`)`)),
    ),
    ...around(report),
    ...handshake(report),
  ];
  return `${lines.join('\n')}\n`;
}
