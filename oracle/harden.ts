/**
 * The lines that `sshwhy harden` writes against sshd: random settings, the drop-in for each profile in front of them, and
 * what `sshd -T` of three releases then says of every control.
 * npx tsx oracle/harden.ts [--seed N] [--configs N] [--suite S]     needs root; N of each release and profile
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { SUITES, type Suite } from '../lab/seed.ts';
import { builtIn } from '../src/app/harden-profile.ts';
import { parseConfig } from '../src/facts/sshd/parse.ts';
import type { RunningConfig } from '../src/facts/sshd/running.ts';
import { CONTROLS } from '../src/knowledge/controls/index.ts';
import { atLeast, keywordOf, type Release } from '../src/knowledge/sshd-keywords.ts';
import { PROFILES } from '../src/model/control.ts';
import type { ControlResult, Profile } from '../src/model/hardening.ts';
import { judgeSetting } from '../src/reason/harden/settings.ts';
import { meets, wantedText } from '../src/reason/harden/want.ts';
import { dropIn } from '../src/remedy/drop-in.ts';
import { lines } from '../test/harden-lines.ts';
import { chrooted } from './sshd/real.ts';

const RELEASES: Readonly<Record<Suite, Release>> = { bullseye: [8, 4], bookworm: [9, 2], trixie: [10, 0] };
const ALL: Profile = {
  name: 'all',
  title: '',
  wants: new Map(CONTROLS.map(({ id, want }) => [id, want])),
  waivers: [],
};
const MAIN = '/etc/ssh/sshd_config';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, configs: { type: 'string', default: '60' }, suite: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);

function runningOf(text: string, release: Release): RunningConfig {
  const config = parseConfig(new Map([[MAIN, { status: 'ok', text }]]), MAIN, release);
  return { config, main: MAIN, overridden: new Set() };
}

/** Results of the controls that are settings. */
function judged(text: string, release: Release, profile: Profile): ControlResult[] {
  const running = runningOf(text, release);
  return CONTROLS.flatMap((control): ControlResult[] => {
    const { id, title, severity, sources, check, since } = control;
    const want = profile.wants.get(id);
    if (check.kind !== 'setting' || !want || (since && !atLeast(release, since))) return [];
    const wanted = wantedText(want);
    return judgeSetting(running, check.keyword, want).map((one) => ({
      ...one,
      control: id,
      title,
      severity: one.severity ?? severity,
      sources,
      want,
      wanted,
    }));
  });
}

/** Values as `sshd -T` prints them, by the present names of the keywords. */
function dumped(text: string, release: Release): ReadonlyMap<string, readonly string[]> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [name = '', ...words] = line.split(' ');
      const id = keywordOf(name, release)?.id;
      const value = words.join(' ').replace('without-password', 'prohibit-password');
      return id === undefined ? [] : [[id, id === 'rekeylimit' ? words : [value]] as const];
    }),
  );
}

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
let wrong = 0;
for (const suite of SUITES.filter((one) => values.suite === undefined || one === values.suite)) {
  const sshd = await chrooted(suite);
  const release = RELEASES[suite];
  let count = 0;
  for (const profile of [...PROFILES.map(builtIn), ALL]) {
    for (const set of fc.sample(lines, { seed, numRuns: Number(values.configs) })) {
      const before = set.join('\n');
      const { config } = runningOf(before, release);
      const made = dropIn(judged(before, release, profile), config);
      const whole = `${made ?? ''}${before}\n`;
      const said = await sshd.run(
        `printf %s ${quote(whole.replaceAll('\n', '\\n'))} | sed 's/\\\\n/\\n/g' >/tmp/config; sshd -T -f /tmp/config`,
      );
      const problems = said.code === 0 ? [] : [`sshd does not take it: ${said.stderr}`];
      const now = dumped(said.stdout, release);
      for (const result of judged(whole, release, profile)) {
        const check = CONTROLS.find(({ id }) => id === result.control)?.check;
        if (said.code !== 0 || check?.kind !== 'setting' || result.status === 'not-applicable') continue;
        const theirs = meets(result.want, now.get(check.keyword) ?? []);
        // What another setting overrules passes for all its value.
        if (theirs !== (result.status === 'pass') && result.detail === undefined)
          problems.push(
            `${result.control}: we say ${result.status}, sshd ${now.get(check.keyword)}, wanted ${result.wanted}`,
          );
        if (result.status === 'fail') problems.push(`${result.control} still fails: ${now.get(check.keyword)}`);
      }
      count++;
      if (problems.length === 0) continue;
      wrong++;
      if (wrong < 10) console.log(`${suite} ${profile.name}:\n${problems.join('\n')}\n${whole.replace(/^/gm, '  | ')}`);
    }
  }
  await sshd.close();
  console.log(`${suite}: ${count} configurations`);
}
console.log(`seed ${seed}: ${wrong} differ`);
process.exit(wrong > 0 ? 1 : 0);
