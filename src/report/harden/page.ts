import { CONTROLS, PROFILE_TITLES } from '../../knowledge/controls/index.ts';
import { writtenKeyword } from '../../knowledge/sshd-keywords.ts';
import { type Control, PROFILES, type Want } from '../../model/control.ts';
import { wantedText } from '../../reason/harden/want.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

function wants({ want, profiles }: Control): string[] {
  return PROFILES.flatMap((name) => {
    const own: Want | true | undefined = profiles[name];
    return own === undefined
      ? []
      : [`| \`${name}\` | ${cell(wantedText(own === true ? want : own)).replaceAll(',', ', ')} |`];
  });
}

function section(control: Control): string {
  const { id, title, why, severity, sources, check, since, want, care } = control;
  const held = wants(control);
  return [
    `## ${id}`,
    '',
    `${title}. Severity: ${severity}.${check.kind === 'setting' ? ` Keyword: \`${writtenKeyword(check.keyword)}\`.` : ''}${since ? ` Since OpenSSH ${since.join('.')}.` : ''}`,
    '',
    why,
    ...(care === undefined ? [] : ['', `Before you satisfy it: ${care}`]),
    '',
    ...(held.length > 0
      ? ['| profile | wants |', '|---|---|', ...held]
      : [`In no built-in profile; in one of your own it wants: ${wantedText(want)}.`]),
    '',
    `Published by: ${sources.map(({ by, section: at }) => (at === undefined ? by : `${by} (${at})`)).join(', ')}.`,
  ].join('\n');
}

/** docs/controls.md: every control, what each profile wants of it, and where it is published. */
export function controlsPage(): string {
  return [
    '# Controls of `sshwhy harden`',
    '',
    '<!-- Made by `npm run gen` from src/knowledge/controls. -->',
    '',
    '| profile | |',
    '|---|---|',
    ...PROFILES.map((name) => `| \`${name}\` | ${PROFILE_TITLES[name]} |`),
    '',
    'Lists of algorithms are cut to what the release of the server knows. "yes" means that there has to be one.',
    '',
    CONTROLS.map(section).join('\n\n'),
    '',
  ].join('\n');
}
