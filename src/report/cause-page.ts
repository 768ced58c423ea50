import type { Cause } from '../model/cause.ts';
import { GATES, gateOf } from '../model/gate.ts';

const SEVERITY = {
  blocks: 'closes its gate',
  degrades: 'the login works, but slowly or in part',
  risk: 'nothing is broken for a login yet',
} as const;

/** Markdown page of one cause, made from the cause itself. */
export function causePage(cause: Cause): string {
  const sections = [...new Set(cause.proofs.flatMap((proof) => Object.values(proof.needs).flatMap((s) => s.sections)))];
  const lines = [
    `# ${cause.title}`,
    '',
    `\`${cause.id}\` · gate \`${gateOf(cause.id)}\` · ${SEVERITY[cause.severity]}`,
    '',
    cause.why,
    '',
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
    cause.masks?.length
      ? cause.masks.map((id) => `* [\`${id}\`](../${id}.md) is then a consequence and not a second fault.`).join('\n')
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
