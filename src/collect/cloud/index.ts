import { cloudSections, type Intake } from '../../facts/cloud/intake.ts';
import type { Section } from '../../model/bundle.ts';
import { awsCommands, awsInstance, lookAtAws } from './aws.ts';
import { azureCommands, azureMachine, lookAtAzure } from './azure.ts';
import { type Collected, collectedSections } from './collected.ts';
import { type Ask, typed } from './command.ts';
import { readCloudFile } from './files.ts';
import { gcpCommands, gcpMachine, lookAtGcp } from './gcp.ts';

/** A machine to ask a cloud about. */
interface Machine {
  readonly commands: readonly string[];
  look(o: Ask): Promise<readonly Collected[]>;
}

/** Undefined for what is a file. @throws UsageError for ids that are none. */
function machineOf(word: string): Machine | undefined {
  const at = word.indexOf(':');
  const [vendor, rest] = [word.slice(0, at), word.slice(at + 1)];
  if (vendor === 'aws') {
    const id = awsInstance(rest);
    return { commands: awsCommands(id).map(typed), look: (o) => lookAtAws(id, o) };
  }
  if (vendor === 'azure') {
    const machine = azureMachine(rest);
    return { commands: azureCommands(machine).map(typed), look: (o) => lookAtAzure(machine, o) };
  }
  if (vendor === 'gcp') {
    const machine = gcpMachine(rest);
    return { commands: gcpCommands(machine).map(typed), look: (o) => lookAtGcp(machine, o) };
  }
  return undefined;
}

/** The read-only commands that `--cloud` would run. @throws UsageError for ids that are none. */
export function cloudCommands(words: readonly string[]): string[] {
  return words.flatMap((word) => machineOf(word)?.commands ?? []);
}

/** For everything together. */
const TIMEOUT_MS = 40_000;

/** Asks the clouds, as sections of a Bundle. */
export type LookAtClouds = (o: {
  signal?: AbortSignal;
  step?(text: string): void;
  timeoutMs?: number;
}) => Promise<Record<string, Section>>;

/**
 * Reads what each `--cloud` names. Files are read at once; machines are asked about when the answer is called, with the
 * user's own command lines, all together. A command that fails leaves a gap.
 * @throws UsageError for a file that holds nothing of a cloud, or an id that is none.
 */
export function openClouds(words: readonly string[]): LookAtClouds {
  const machines: Machine[] = [];
  const files: Intake[] = [];
  for (const word of words) {
    const machine = machineOf(word);
    if (machine) machines.push(machine);
    else files.push(readCloudFile(word));
  }
  const fromFiles = cloudSections(files);
  return async ({ signal, step, timeoutMs = TIMEOUT_MS }) => {
    const until = performance.now() + timeoutMs;
    const asked = (await Promise.all(machines.map(({ look }) => look({ until, signal, step })))).flat();
    // What is in a file goes before what was asked for, and before a gap.
    return asked.length === 0 ? fromFiles : { ...collectedSections(asked), ...fromFiles };
  };
}
