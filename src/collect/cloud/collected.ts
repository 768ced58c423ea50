import { cloudSections, type Intake, takeIn } from '../../facts/cloud/intake.ts';
import type { CloudKind } from '../../facts/cloud/shapes.ts';
import type { Section } from '../../model/bundle.ts';
import { type Answer, typed } from './command.ts';

/** Answers, each with the kind of thing that it was asked for. */
export interface Collected {
  readonly kind: CloudKind;
  readonly answer: Answer;
}

/** What was asked and how it went, for whoever wants to know what was run. */
function commandsSection(collected: readonly Collected[]): Section {
  const lines = collected.map(
    ({ answer }) =>
      `$ ${typed(answer.argv)}\n${'value' in answer ? 'ok' : `${answer.gap}: ${answer.detail.replace(/\s+/g, ' ')}`}`,
  );
  return { status: 'ok', text: lines.join('\n') };
}

/** Sections for everything that answered, and gaps for what did not. */
export function collectedSections(collected: readonly Collected[]): Record<string, Section> {
  const taken: Intake[] = [];
  const gaps: Record<string, Section> = {};
  for (const { kind, answer } of collected) {
    if (!('value' in answer)) {
      gaps[`cloud:${kind}`] = { status: answer.gap, text: '', detail: answer.detail };
      continue;
    }
    const found = takeIn(answer.value);
    // An empty answer says that there is none.
    taken.push(found.has(kind) ? found : new Map([...found, [kind, []]]));
  }
  return { ...gaps, ...cloudSections(taken), 'cloud:commands': commandsSection(collected) };
}

/** The objects in a list, or nothing. */
export function values(answer: Answer): unknown {
  return 'value' in answer ? answer.value : undefined;
}
