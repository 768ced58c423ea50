import { CONTROLS, PROFILE_TITLES } from '../../knowledge/controls/index.ts';
import { PROFILES } from '../../model/control.ts';

/** Profiles and controls, for `--list`. */
export function controlList(): string {
  const wide = Math.max(...CONTROLS.map(({ id }) => id.length));
  const profiles = PROFILES.map((name) => `  ${name.padEnd(20)} ${PROFILE_TITLES[name]}`);
  const controls = CONTROLS.map((control) => {
    const held = PROFILES.filter((name) => control.profiles[name] !== undefined);
    return `  ${control.id.padEnd(wide)}  ${control.severity.padEnd(8)}  ${control.title}  [${held.join(' ') || 'own profiles only'}]`;
  });
  return ['Profiles:', ...profiles, '', 'Controls:', ...controls, ''].join('\n');
}
