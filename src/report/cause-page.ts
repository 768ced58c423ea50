import type { Cause } from '../model/cause.ts';
import { commandsOf, undoOf } from '../model/change.ts';
import type { Finding } from '../model/finding.ts';
import { GATES, gateOf } from '../model/gate.ts';
import { clip, visible } from './escape.ts';

const SEVERITY = {
  blocks: 'closes its gate',
  degrades: 'the login works, but slowly or in part',
  risk: 'nothing is broken for a login yet',
} as const;

const WIDTH = 160;

/** A finding of a real host, as text. */
function example(finding: Finding): string[] {
  const { text, verdict, evidence, fix } = finding;
  const undo = fix && 'changes' in fix ? undoOf(fix.changes) : undefined;
  const seen = evidence.map(({ side, section, line, text: said }) => {
    return `  ${side} ${section}${line === undefined ? '' : `:${line}`} │ ${clip(said, WIDTH)}`;
  });
  const advice =
    fix &&
    ('changes' in fix
      ? [
          `Fix on the ${fix.where}: ${fix.summary}`,
          ...fix.changes.flatMap(commandsOf),
          ...(undo ? ['Undo:', ...undo] : []),
        ]
      : [fix.refuse, ...fix.manual.map((step) => `- ${step}`)]);
  const lines = [visible(text), `  ${verdict}`, ...seen, ...(advice ? ['', ...advice.map(visible)] : [])];
  return ['## As it looks', '', 'On a real host that was broken this way:', '', '```text', ...lines, '```', ''];
}

function unshown(why: string): string[] {
  const told =
    'The test adds what such a host says, as the sources of the kernel and of sshd word it, to what real hosts said.';
  return ['## How it is tested', '', `No host of the lab can be broken so: ${why}. ${told}`, ''];
}

/** Markdown page of one cause, made from the cause itself, the causes that there are, and a finding of a real host. */
export function causePage(cause: Cause, all: readonly Cause[], seen?: Finding): string {
  const sections = [...new Set(cause.proofs.flatMap((proof) => Object.values(proof.needs).flatMap((s) => s.sections)))];
  const follows = (cause.masks ?? []).filter((id) => all.some((one) => one.id === id));
  const lines = [
    `# ${cause.title}`,
    '',
    `\`${cause.id}\` · gate \`${gateOf(cause.id)}\` · ${SEVERITY[cause.severity]}`,
    '',
    cause.why,
    '',
    ...(seen ? example(seen) : []),
    ...(cause.unshown === undefined ? [] : unshown(cause.unshown)),
    '## How it is proved',
    '',
    ...cause.proofs.map(
      (proof, i) =>
        `${i + 1}. ${Object.values(proof.needs)
          .map((source) => `${source.doc.replace(/\.$/, '')} (${source.side}, \`${source.sections.join('`, `')}\`)`)
          .join('; ')}.`,
    ),
    '',
    `Read from the Bundle: ${sections.map((s) => `\`${s}\``).join(', ')} ([what they hold](../../bundle.md)).`,
    '',
    '## What it explains',
    '',
    follows.length > 0
      ? follows.map((id) => `* [\`${id}\`](../${id}.md) is then a consequence and not a second fault.`).join('\n')
      : 'Nothing else follows from it.',
    '',
    '## Read on',
    '',
    ...cause.refs.map((ref) => `* ${ref}`),
    '',
  ];
  return lines.join('\n');
}

/** Markdown table of all causes by gate. */
export function causesIndexPage(causes: readonly Cause[]): string {
  const lines = ['# Causes', '', 'In the order in which a connection passes the gates.', ''];
  for (const gate of GATES) {
    const here = causes.filter((cause) => gateOf(cause.id) === gate);
    if (here.length === 0) continue;
    lines.push(`## ${gate}`, '', '| cause | what it is |', '|---|---|');
    for (const cause of here) lines.push(`| [\`${cause.id}\`](${cause.id}.md) | ${cause.title} |`);
    lines.push('');
  }
  return lines.join('\n');
}
