import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { FactSource } from '../src/model/cause.ts';

const FACTS = path.join(import.meta.dirname, '../src/facts');

interface Listed {
  readonly name: string;
  readonly file: string;
  readonly source: FactSource<unknown>;
}

function isSource(value: unknown): value is FactSource<unknown> {
  return typeof value === 'object' && value !== null && 'read' in value && 'sections' in value && 'doc' in value;
}

/** Every fact that a proof can need, once, by the file that makes it and not by those that only hand it on. */
async function facts(): Promise<Listed[]> {
  const listed = new Map<unknown, Listed>();
  const files = readdirSync(FACTS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const indexLast = (file: string): string => (file.endsWith('/index.ts') ? `~${file}` : file);
  for (const file of files.sort((a, b) => (indexLast(a) < indexLast(b) ? -1 : 1))) {
    const made = (await import(path.join(FACTS, file))) as Record<string, unknown>;
    for (const [name, source] of Object.entries(made))
      if (isSource(source) && !listed.has(source)) listed.set(source, { name, file, source });
  }
  return [...listed.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const SIDES = { client: 'Of the client', server: 'Of the server', path: 'Of what lies between' } as const;

/** Markdown page of the facts that there are: what the `needs` of a proof can name. */
export async function factsPage(): Promise<string> {
  const all = await facts();
  const lines = [
    '# Facts',
    '',
    'What a proof can need, and the file of `src/facts` to import it from ([how to add a cause](contributing.md)).',
    '',
  ];
  for (const [side, title] of Object.entries(SIDES)) {
    lines.push(`## ${title}`, '', '| fact | file | holds | sections |', '|---|---|---|---|');
    for (const { name, file, source } of all.filter((one) => one.source.side === side))
      lines.push(
        `| \`${name}\` | \`${file}\` | ${source.doc.replaceAll('|', '\\|')} | ${source.sections.map((one) => `\`${one}\``).join(', ')} |`,
      );
    lines.push('');
  }
  return lines.join('\n');
}
