import { readRun } from '../app/fleet/kept.ts';
import { EXIT, UsageError } from '../model/errors.ts';
import type { FleetSummary, FleetVantages } from '../model/fleet.ts';
import type { FleetChange } from '../reason/fleet/diff.ts';
import { driftTally } from '../reason/fleet/drift.ts';
import { type FleetRun, runTally } from '../reason/fleet/run.ts';
import { fleetText } from '../report/fleet/check.ts';
import { fleetDiffText } from '../report/fleet/diff.ts';
import { driftText } from '../report/fleet/drift.ts';
import { keyText } from '../report/fleet/keys.ts';
import { vantagesText } from '../report/fleet/vantages.ts';
import { looksOf } from '../report/fleet/words.ts';
import { jsonText } from '../report/json-text.ts';
import { view } from './answer.ts';
import { asksOf, type KeysFlags, keysStatus } from './fleet-keys.ts';
import { type FormatFlags, writeFormats } from './formats.ts';

const json = (made: object): string => `${jsonText(made, 2)}\n`;

/** Writes the reports of a run that were asked for; what is to be printed in place of the answer comes back. */
export function writeRun(run: FleetRun, flags: FormatFlags): Promise<string | undefined> {
  return writeFormats(flags, {
    html: async () => (await import('../report/html/fleet/page.ts')).fleetPage(run),
    markdown: async () => (await import('../report/fleet/markdown.ts')).fleetMarkdown(run),
    junit: async () => (await import('../report/fleet/junit.ts')).fleetJunit(run),
    sarif: async () => json((await import('../report/fleet/sarif.ts')).fleetSarif(run)),
  });
}

/** 1 when a gate is closed somewhere or a control fails, 3 when none could be looked at, or nothing from one of the places. */
export function statusOf(summary: FleetSummary, vantages?: FleetVantages): number {
  const { hosts, outcomes, groups } = summary;
  if ((outcomes['closed'] ?? 0) > 0 || groups.some(({ verdict }) => verdict === undefined)) return EXIT.closed;
  const blind = vantages?.columns.some(({ open, asked, unknown }) => open === 0 && unknown === asked);
  return blind || (hosts > 0 && outcomes['unknown'] === looksOf(summary)) ? EXIT.couldNotLook : EXIT.open;
}

export interface ReportFlags extends FormatFlags, KeysFlags {
  readonly alike?: readonly string[];
  readonly group?: readonly string[];
  readonly tag?: readonly string[];
}

/** A run for a person. Where it was asked where some keys get in, that is told, and not what else is wrong with keys. */
export function runText({ summary, keys, drift, vantages }: FleetRun, withDrift: boolean): string {
  const { keys: _, ...rest } = summary;
  const all = keys.length > 0 ? { ...rest, groups: [] } : summary;
  return [
    ...(vantages === undefined ? [] : [vantagesText(vantages, view())]),
    ...keys.map((key) => keyText(key, view())),
    fleetText(all, view()),
    ...(withDrift ? [driftText(drift, view())] : []),
  ].join('\n');
}

/** `fleet report`: what a run that was kept comes to. @throws UsageError @throws LookError */
export async function reportRun(file: string, flags: ReportFlags): Promise<void> {
  const { group = [], tag = [], alike = [] } = flags;
  const tally = runTally({ alike, asks: asksOf(flags) });
  for await (const host of readRun(file)) {
    if (group.length > 0 && !host.groups.some((one) => group.includes(one))) continue;
    if (tag.length > 0 && !host.tags.some((one) => tag.includes(one))) continue;
    tally.see(host);
  }
  const run = tally.end({ ms: 0, interrupted: false });
  if (run.summary.hosts === 0) throw new UsageError('the run has no such host');
  if (run.summary.keys === undefined && (flags.key ?? flags.people) !== undefined)
    throw new UsageError('--key and --people ask a run of sshwhy fleet keys, and this is another one');
  const shown = await writeRun(run, flags);
  if (flags.json) {
    const lines = [
      ...(alike.length > 0 ? run.drift : []),
      ...run.keys,
      ...(run.vantages === undefined ? [] : [run.vantages]),
      run.summary,
    ];
    process.stdout.write(lines.map((line) => `${jsonText(line)}\n`).join(''));
  } else process.stdout.write(shown ?? runText(run, alike.length > 0));
  process.exitCode =
    run.summary.keys === undefined
      ? statusOf(run.summary, run.vantages)
      : keysStatus(run.summary, run.keys, flags.failOn);
}

/** `fleet drift`: how hosts of a run that should be alike differ. @throws UsageError @throws LookError */
export async function driftRun(
  file: string,
  { alike = [], json: asJson }: { readonly alike?: readonly string[]; readonly json?: boolean },
): Promise<void> {
  const tally = driftTally({ alike });
  for await (const host of readRun(file)) tally.see(host);
  const drift = tally.end();
  if (drift.length === 0) throw new UsageError(`no host of the run is in ${alike.join(' or ') || 'a group'}`);
  process.stdout.write(asJson ? drift.map((one) => `${jsonText(one)}\n`).join('') : driftText(drift, view()));
  process.exitCode = drift.some(({ differs }) => differs.some(({ kind }) => kind !== 'own')) ? EXIT.closed : EXIT.open;
}

/** What changed between two runs, in the forms that were asked for. `takenAt`: RFC 3339, of the second one. */
export async function answerDiff(changes: readonly FleetChange[], takenAt: string, flags: FormatFlags): Promise<void> {
  const reports = () => import('../report/fleet/diff-reports.ts');
  const shown = await writeFormats(flags, {
    html: async () => (await import('../report/html/fleet/diff.ts')).fleetDiffPage(changes),
    markdown: async () => (await reports()).diffMarkdown(changes),
    junit: async () => (await reports()).diffJunit(changes),
    sarif: async () => json((await reports()).diffSarif(changes, takenAt)),
  });
  process.stdout.write(flags.json ? json({ schema: 1, changes }) : (shown ?? fleetDiffText(changes, view())));
}
