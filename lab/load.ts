import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bisects, tryBisect } from './bisect.ts';
import type { LabCase } from './case.ts';
import { eventPaths, tryEvents } from './events.ts';
import { faults } from './faults.ts';
import { hardenings, tryHardening } from './harden.ts';
import { healthy } from './healthy.ts';
import type { Lab } from './host.ts';
import { keysTrials } from './keys.ts';
import { tryUpkeep, upkeeps } from './maintain.ts';
import type { Topology } from './net.ts';
import { polite, tryPolite } from './polite.ts';
import { preflights, tryPreflight } from './preflight.ts';
import { tryFault } from './provoke.ts';
import { rescues, tryRescue } from './rescue.ts';
import { SUITES, type Suite } from './seed.ts';
import { playStory, type Story, stalePage, writePage } from './story.ts';
import { type Outcome, tryCase, tryHealthy } from './trial.ts';
import { tryVantages, vantageTrials } from './vantage.ts';
import { tryWatch, watchTrials } from './watch.ts';
import { tryWatchCentral, watchCentrals } from './watch-central.ts';
import { tryWatchService, watchServices } from './watch-service.ts';

/** One row of the table: a case, a healthy variant or a story, on one suite. */
export interface Trial {
  readonly suite: Suite;
  /** Cause id, `healthy`, `polite`, `bisect`, `events`, `fault`, `harden`, `keys`, `maintain`, `vantage`, `watch` or `story`. */
  readonly name: string;
  readonly variant: string;
  readonly topology: Topology;
  readonly disk?: string;
  readonly alone?: true;
  /** `capture`: keep what was seen as a fixture or page. `told`: a case is asked about, and not fixed. */
  try(lab: Lab, capture: boolean, told?: boolean): Promise<Outcome>;
}

/** All trials; throws when two have one name. */
export async function loadTrials(): Promise<Trial[]> {
  const folder = join(import.meta.dirname, 'cases');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const trials: Trial[] = [];
  for (const file of files.sort()) {
    const { cases }: { cases?: readonly LabCase[] } = await import(pathToFileURL(join(folder, file)).href);
    if (!cases) throw new Error(`lab/cases/${file} exports no \`cases\``);
    for (const test of cases) trials.push(...trialsOf(test));
  }
  trials.push(
    // Through a bastion nobody knows the address that the server sees, which tests of the causes rely on.
    ...kind('healthy', healthy, (lab, one, capture) => {
      const wanted = capture && (one.topology ?? 'direct') === 'direct';
      return tryHealthy(lab, one, fixture(wanted, 'healthy', lab.suite, one.name));
    }),
    ...kind('polite', polite, tryPolite),
    ...kind('bisect', bisects, tryBisect),
    ...kind('harden', hardenings, (lab, one, capture) =>
      tryHardening(lab, one, fixture(capture && one.fixture === true, 'harden', lab.suite, one.name)),
    ),
    ...kind('keys', keysTrials, (lab, one, capture) =>
      one.try(lab, fixture(capture && one.name === 'list', 'keyring', lab.suite)),
    ),
    ...kind('vantage', vantageTrials, tryVantages),
    ...kind('events', eventPaths, tryEvents),
    ...kind('fault', faults, tryFault),
    ...kind('maintain', upkeeps, tryUpkeep),
    ...kind('rescue', rescues, tryRescue),
    ...kind('watch', watchTrials, tryWatch),
    ...kind('watch', watchServices, tryWatchService),
    ...kind('watch', watchCentrals, tryWatchCentral),
    ...kind('preflight', preflights, (lab, one, capture) =>
      tryPreflight(lab, one, fixture(capture, 'preflight', lab.suite, one.name)),
    ),
  );
  trials.push(...(await storyTrials()));
  const names = trials.map(label);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) throw new Error(`two cases are called ${twice}; give them variants`);
  return trials;
}

/** What the trials of a kind are told of themselves. */
interface Variant {
  readonly name: string;
  readonly suites?: readonly Suite[];
  readonly topology?: Topology;
  readonly disk?: string;
  readonly alone?: true;
}

/** A trial for each variant and suite. */
function kind<V extends Variant>(
  name: string,
  variants: readonly V[],
  attempt: (lab: Lab, one: V, capture: boolean) => Promise<Outcome>,
): Trial[] {
  return variants.flatMap((one) =>
    (one.suites ?? SUITES).map((suite) => ({
      suite,
      name,
      variant: one.name,
      topology: one.topology ?? 'direct',
      ...(one.disk === undefined ? {} : { disk: one.disk }),
      ...(one.alone && { alone: one.alone }),
      try: (lab: Lab, capture: boolean) => attempt(lab, one, capture),
    })),
  );
}

/** Kinds of which every variant runs on every suite. */
const EVERYWHERE: ReadonlySet<string> = new Set(['healthy', 'polite', 'bisect', 'story']);
/** Before sshd is reached its release makes no difference. */
const BEFORE_SSHD = /^(client|name|network|firewall)\//;

/**
 * The first case of each cause on all its suites, and its further variants on one suite each, in turns; hosts that are
 * counted, healthy or told a story about stay. Of the first case the fix and its undo are made on one suite, in
 * turns. A third of the time, and still every case.
 */
export function coreOf(trials: readonly Trial[]): Trial[] {
  const variants = new Map<string, string[]>();
  const suites = new Map<string, Suite[]>();
  for (const { name, variant, suite } of trials) {
    const known = variants.get(name) ?? [];
    if (!known.includes(variant)) variants.set(name, [...known, variant]);
    suites.set(`${name} ${variant}`, [...(suites.get(`${name} ${variant}`) ?? []), suite]);
  }
  const names = [...variants.keys()];
  return trials.flatMap((trial): Trial[] => {
    const { name, variant, suite } = trial;
    const all = suites.get(`${name} ${variant}`) ?? [];
    const turn = (variants.get(name)?.indexOf(variant) ?? 0) + (BEFORE_SSHD.test(name) ? names.indexOf(name) + 1 : 0);
    if (turn > 0 && !EVERYWHERE.has(name)) return all[turn % all.length] === suite ? [trial] : [];
    const fixed = all[names.indexOf(name) % all.length] === suite;
    return [fixed ? trial : { ...trial, try: (lab, capture) => trial.try(lab, capture, true) }];
  });
}

async function storyTrials(): Promise<Trial[]> {
  const folder = join(import.meta.dirname, 'stories');
  const trials: Trial[] = [];
  for (const file of readdirSync(folder).sort()) {
    const { story }: { story: Story } = await import(pathToFileURL(join(folder, file)).href);
    trials.push({
      suite: story.suite,
      name: 'story',
      variant: story.name,
      topology: story.topology ?? 'direct',
      ...(story.disk === undefined ? {} : { disk: story.disk }),
      try: async (lab, capture) => {
        const { page, ...outcome } = await playStory(lab, story);
        if (!capture) return { ...outcome, problems: [...outcome.problems, ...stalePage(story, page)] };
        if (outcome.problems.length === 0) writePage(story, page);
        return outcome;
      },
    });
  }
  return trials;
}

/** `suite id variant`, what `--only` is matched against. */
export const label = ({ suite, name, variant }: Trial): string => `${suite} ${name} ${variant}`.trim();

function trialsOf(test: LabCase): Trial[] {
  const { id, variant = '', suites = SUITES, topology = 'direct', disk, alone } = test;
  return suites.map((suite) => ({
    suite,
    name: id,
    variant,
    topology,
    ...(disk && { disk }),
    ...(alone && { alone }),
    try: (lab, capture, told) => tryCase(lab, test, fixture(capture, `causes/${id}`, suite, variant), told),
  }));
}

/** File that takes the Bundle of the joined look, for the unit tests; nothing unless it is wanted. */
function fixture(wanted: boolean, folder: string, ...names: readonly string[]): string | undefined {
  if (!wanted) return undefined;
  const path = join(import.meta.dirname, '../test/fixtures', folder);
  mkdirSync(path, { recursive: true });
  const words = names
    .join('-')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return join(path, `${words.filter((word) => word !== '').join('-')}.bundle`);
}
