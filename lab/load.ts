import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LabCase } from './case.ts';
import { healthy } from './healthy.ts';
import type { Lab } from './host.ts';
import type { Topology } from './net.ts';
import { SUITES, type Suite } from './seed.ts';
import { type Outcome, tryCase, tryHealthy } from './trial.ts';

/** One row of the table: a case or a healthy variant, on one suite. */
export interface Trial {
  readonly suite: Suite;
  /** Cause id, or `healthy`. */
  readonly name: string;
  readonly variant: string;
  readonly topology: Topology;
  readonly disk?: string;
  /** `capture`: file that takes the Bundle of the joined look. */
  try(lab: Lab, capture?: string): Promise<Outcome>;
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
  for (const variant of healthy) {
    const { name, suites = SUITES } = variant;
    for (const suite of suites) {
      trials.push({
        suite,
        name: 'healthy',
        variant: name,
        topology: 'direct',
        try: (lab, capture) => tryHealthy(lab, variant, capture),
      });
    }
  }
  const names = trials.map(label);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) throw new Error(`two cases are called ${twice}; give them variants`);
  return trials;
}

/** `suite id variant`, what `--only` is matched against. */
export const label = ({ suite, name, variant }: Trial): string => `${suite} ${name} ${variant}`.trim();

function trialsOf(test: LabCase): Trial[] {
  const { id, variant = '', suites = SUITES, topology = 'direct', disk } = test;
  return suites.map((suite) => ({
    suite,
    name: id,
    variant,
    topology,
    ...(disk && { disk }),
    try: (lab, capture) => tryCase(lab, test, capture),
  }));
}

/** Where the Bundle of a trial is kept for the unit tests, below test/fixtures. */
export function fixtureOf({ suite, name, variant }: Trial): string {
  const file = [suite, ...variant.toLowerCase().split(/[^a-z0-9]+/)].filter((word) => word !== '').join('-');
  return join(name === 'healthy' ? 'healthy' : join('causes', name), `${file}.bundle`);
}
