import { builtIn } from '../src/app/harden-profile.ts';
import { sectionName } from '../src/facts/bundle.ts';
import { CONTROLS } from '../src/knowledge/controls/index.ts';
import type { Bundle, Section } from '../src/model/bundle.ts';
import type { ProfileName } from '../src/model/control.ts';
import type { ControlResult, Profile } from '../src/model/hardening.ts';
import { judgeControls } from '../src/reason/harden/judge.ts';
import { bundles } from './cause-test.ts';

export const TODAY = '2026-11-25';
export const MAIN = '/etc/ssh/sshd_config';

/** Hosts of the three releases as Debian installs them, looked at by the collector. */
export const plain = bundles('harden').filter(([name]) => name.includes('everything'));
export const withoutInclude = bundles('harden').filter(([name]) => name.includes('without'));
export const linesBefore = bundles('harden').filter(([name]) => name.includes('before'));

/** Every control, with its usual want. */
export const ALL: Profile = {
  name: 'all',
  title: '',
  wants: new Map(CONTROLS.map(({ id, want }) => [id, want])),
  waivers: [],
};

export function edited(
  bundle: Bundle,
  name: string,
  edit: (text: string) => string,
  status: Section['status'] = 'ok',
): Bundle {
  const text = edit(bundle.sections[name]?.text ?? '');
  return { ...bundle, sections: { ...bundle.sections, [name]: { status, text } } };
}

/** With lines in front of sshd_config, where they count. */
export const inFront = (bundle: Bundle, ...lines: readonly string[]): Bundle =>
  edited(bundle, sectionName(MAIN), (text) => [...lines, text].join('\n'));

/** With lines behind everything: the place of Match blocks. */
export const behind = (bundle: Bundle, ...lines: readonly string[]): Bundle =>
  edited(bundle, sectionName(MAIN), (text) => [text, ...lines].join('\n'));

export const judged = (bundle: Bundle, profile: Profile | ProfileName = ALL): readonly ControlResult[] =>
  judgeControls(bundle, typeof profile === 'string' ? builtIn(profile) : profile, TODAY);

export const of = (results: readonly ControlResult[], control: string): readonly ControlResult[] =>
  results.filter((one) => one.control === control);

export const statusOf = (bundle: Bundle, control: string): string =>
  of(judged(bundle), control)
    .map(({ status }) => status)
    .join(' ');
