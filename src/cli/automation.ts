import { randomUUID } from 'node:crypto';
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { UsageError } from '../model/errors.ts';
import { asLog } from '../report/check/github.ts';
import { PLUGIN, type PluginResult, pluginFailure } from '../report/check/plugin.ts';

/** Prints the result of a check; its exit status is that of the plugin API, not ours. */
export function tellPlugin({ state, text }: PluginResult): void {
  process.stdout.write(text);
  process.exitCode = PLUGIN[state];
}

/** When there is no result: it has to stand on standard output, and any other status would be read as one. */
export function tellNoPlugin(message: string): number {
  process.stdout.write(pluginFailure(message));
  return PLUGIN.UNKNOWN;
}

/** Prints what a person reads in the log of a job, and the annotations after it. */
export function tellJob(forPeople: string, annotations: string): void {
  process.stdout.write(`${asLog(forPeople, randomUUID())}${annotations}`);
}

/**
 * Writes metrics so that a reader finds the old file or the new one, never a part: what is written first has a name that
 * node_exporter passes over. Readable for all, as node_exporter is another user. `-` prints them.
 * @throws UsageError when it cannot be written.
 */
export function saveMetrics(file: string, text: string): void {
  if (file === '-') return void process.stdout.write(text);
  const beside = `${file}.${process.pid}`;
  try {
    writeFileSync(beside, text, { flag: 'wx', mode: 0o644 });
    chmodSync(beside, 0o644);
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new UsageError(`cannot write ${file}: ${(error as Error).message}`);
  }
}
