import type { CauseId } from '../src/model/gate.ts';
import type { Typed } from './story.ts';

/** What a guide to one message of ssh tells, beside its title. */
export interface Symptom {
  /** What the message says, and at which gate it arises. */
  readonly says: string;
  /** What is proven to work when it is seen. */
  readonly works: string;
  /** Causes that lead to it, the usual ones first, each with how it is told from the others. */
  readonly causes: readonly (readonly [CauseId, string])[];
  /** The one command to type, and a word on it. */
  readonly command: string;
  readonly hint?: string;
  /** One host of the lab that is broken so, from the message to the login. */
  readonly example: readonly (string | Typed)[];
  /** What to type on the server's console, and what it tells. */
  readonly console: { readonly type: string; readonly tells: string };
}

/** The parts of the guide in the order in which somebody needs them. */
export function symptom({
  says,
  works,
  causes,
  command,
  hint = '',
  example,
  console,
}: Symptom): readonly (string | Typed)[] {
  return [
    '## What it says',
    says,
    '## What already works',
    works,
    '## What it can be, the usual first',
    causes.map(([id, told], i) => `${i + 1}. [\`${id}\`](../causes/${id}.md): ${told}`).join('\n'),
    '## The one command',
    `\`\`\`sh\n${command}\n\`\`\``,
    ...(hint === '' ? [] : [hint]),
    '## One such host',
    ...example,
    '## With nothing but a console',
    console.tells,
    `\`\`\`sh\n${console.type}\n\`\`\``,
    '`sshwhy collect --print-script` gives a script that looks at all of it at once, and needs nothing on the server: [how](consoles.md).',
  ];
}
