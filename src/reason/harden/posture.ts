import type { Drift, HardenReport, HardenResult } from '../../model/harden-report.ts';
import { STATUSES, type Status } from '../../model/hardening.ts';
import { driftBetween } from './drift.ts';

export type Counts = Readonly<Record<Status, number>>;

export interface PostureHost {
  readonly host: string;
  readonly takenAt: string;
  readonly profile: string;
  readonly release?: string;
  readonly counts: Counts;
  readonly results: readonly HardenResult[];
  /** What has changed since the report before, of the same profile. */
  readonly drift?: Drift;
}

export interface PostureControl {
  readonly control: string;
  readonly title: string;
  readonly severity: HardenResult['severity'];
  /** Hosts by the worst that was found of it there. */
  readonly counts: Counts;
}

export interface Posture {
  readonly hosts: readonly PostureHost[];
  /** What fails on most hosts first. */
  readonly controls: readonly PostureControl[];
  readonly waivers: readonly { readonly host: string; readonly result: HardenResult }[];
}

const none = (): Record<Status, number> => ({ fail: 0, unknown: 0, waived: 0, pass: 0, 'not-applicable': 0 });

/** Of what applies, the share that passes, in whole percent, rounded down: 100 means all of it. Undefined where nothing applies. */
export function scoreOf({ fail, unknown, waived, pass }: Counts): number | undefined {
  const applies = fail + unknown + waived + pass;
  return applies === 0 ? undefined : Math.floor((pass / applies) * 100);
}

/** The worst of several results of one control. */
const worstOf = (statuses: readonly Status[]): Status =>
  STATUSES.find((one) => statuses.includes(one)) ?? 'not-applicable';

const LETTER: Readonly<Record<Status, string>> = {
  fail: 'f',
  unknown: 'u',
  waived: 'w',
  pass: 'p',
  'not-applicable': 'n',
};

/** The worst that a host has of each control, a letter each: f, u, w, p, n; `-` where it was not judged. */
export function statusLetters(
  results: readonly HardenResult[],
  controls: readonly Pick<PostureControl, 'control'>[],
): string {
  const statuses = new Map<string, Status[]>();
  for (const { control, status } of results) statuses.set(control, [...(statuses.get(control) ?? []), status]);
  const letter = (control: string): string => {
    const here = statuses.get(control);
    return here === undefined ? '-' : LETTER[worstOf(here)];
  };
  return controls.map(({ control }) => letter(control)).join('');
}

const placeOf = ({ target }: HardenReport): string => `${target.host ?? ''}\0${target.input}`;

/**
 * The newest report of each host, held against the one before it; an older one of another profile is no measure. Two hosts may call
 * themselves the same: then what was asked for tells them apart in their names too.
 */
export function postureOf(reports: readonly HardenReport[]): Posture {
  const byHost = new Map<string, HardenReport[]>();
  for (const report of reports) byHost.set(placeOf(report), [...(byHost.get(placeOf(report)) ?? []), report]);
  const times = new Map<string, number>();
  for (const [report] of byHost.values()) {
    const name = report?.target.host ?? report?.target.input ?? '';
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  const hosts = [...byHost.values()].map((all): PostureHost => {
    const [now, ...earlier] = all.toSorted((a, b) => Date.parse(b.takenAt) - Date.parse(a.takenAt)) as [
      HardenReport,
      ...HardenReport[],
    ];
    const { host: own, input } = now.target;
    const name = own ?? input;
    const host = (times.get(name) ?? 0) > 1 && own !== undefined && input !== '' ? `${own} (${input})` : name;
    const before = earlier.find(({ profile, takenAt }) => profile.name === now.profile.name && takenAt !== now.takenAt);
    const drift = before === undefined ? now.drift : driftBetween(before, now.results);
    return {
      host,
      takenAt: now.takenAt,
      profile: now.profile.name,
      ...(now.release === undefined ? {} : { release: now.release }),
      counts: countsOf(now.results.map(({ status }) => status)),
      results: now.results,
      ...(drift && { drift }),
    };
  });
  return {
    hosts: hosts.toSorted((a, b) => b.counts.fail - a.counts.fail || (a.host < b.host ? -1 : 1)),
    controls: controlsOf(hosts),
    waivers: hosts.flatMap(({ host, results }) =>
      results.filter(({ status }) => status === 'waived').map((result) => ({ host, result })),
    ),
  };
}

function countsOf(statuses: readonly Status[]): Counts {
  const counts = none();
  for (const status of statuses) counts[status]++;
  return counts;
}

function controlsOf(hosts: readonly PostureHost[]): readonly PostureControl[] {
  const found = new Map<string, { first: HardenResult; statuses: Status[] }>();
  for (const { results } of hosts) {
    const here = new Map<string, Status[]>();
    for (const one of results) {
      here.set(one.control, [...(here.get(one.control) ?? []), one.status]);
      if (!found.has(one.control)) found.set(one.control, { first: one, statuses: [] });
    }
    for (const [control, statuses] of here) found.get(control)?.statuses.push(worstOf(statuses));
  }
  return [...found.values()]
    .map(({ first: { control, title, severity }, statuses }) => ({
      control,
      title,
      severity,
      counts: countsOf(statuses),
    }))
    .sort((a, b) => b.counts.fail - a.counts.fail || (a.control < b.control ? -1 : 1));
}
