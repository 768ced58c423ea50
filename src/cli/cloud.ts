import type { Command } from 'commander';
import type { LookAtClouds } from '../collect/cloud/index.ts';
import { UsageError } from '../model/errors.ts';

/** Which clouds are looked at. */
export interface CloudFlags {
  readonly cloud?: readonly string[];
  readonly cloudPrint?: boolean;
}

const repeat = (word: string, before: readonly string[] = []): readonly string[] => [...before, word];

export function withCloudFlags(command: Command): Command {
  return command
    .option(
      '--cloud <what>',
      'the cloud in front of the server (repeatable): a file with what its command line says, or aws:INSTANCE_ID, azure:RESOURCE_GROUP/VM, gcp:PROJECT/ZONE/INSTANCE to ask it with your own aws, az or gcloud',
      repeat,
    )
    .option('--cloud-print', 'only print the read-only commands that --cloud would run');
}

/** Prints the commands of `--cloud` where that is all that was asked for. @throws UsageError when there is nothing to print. */
export async function printedCommands({ cloud = [], cloudPrint }: CloudFlags): Promise<boolean> {
  if (cloudPrint !== true) return false;
  const { cloudCommands } = await import('../collect/cloud/index.ts');
  const commands = cloudCommands(cloud);
  if (commands.length === 0)
    throw new UsageError('--cloud-print needs --cloud aws:ID, azure:RESOURCE_GROUP/VM or gcp:PROJECT/ZONE/INSTANCE');
  process.stdout.write(`${commands.join('\n')}\n`);
  return true;
}

/** Ready to ask for everything that `--cloud` names. @throws UsageError for a file that tells of no cloud. */
export async function cloudsOf({ cloud = [] }: CloudFlags): Promise<LookAtClouds> {
  if (cloud.length === 0) return async () => ({});
  const { openClouds } = await import('../collect/cloud/index.ts');
  return openClouds(cloud);
}
