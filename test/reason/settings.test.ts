import { describe, expect, it } from 'vitest';
import { attemptOf } from '../../src/app/attempt.ts';
import type { Bundle } from '../../src/model/bundle.ts';
import { effectiveSettings } from '../../src/reason/settings.ts';
import { settingsText } from '../../src/report/settings.ts';
import { bundles } from '../cause-test.ts';

const found = bundles('healthy').filter(([name]) => name.includes('match-overrides'));
const plain = { color: false, defaults: false };

function withConfig(bundle: Bundle, text: string): Bundle {
  return { ...bundle, sections: { ...bundle.sections, 'file:/etc/ssh/sshd_config': { status: 'ok', text } } };
}

describe('what sshd_config comes to', () => {
  it.each(found)('names the line that says it, and those without effect, on %s', (_, bundle) => {
    const all = effectiveSettings(bundle, attemptOf(bundle));
    expect(all.find(({ keyword }) => keyword === 'AllowUsers')).toMatchObject({
      values: ['alice'],
      from: [{ file: '/etc/ssh/sshd_config', match: 'Match User alice' }],
      shadowed: [{ text: 'AllowUsers bob' }],
      certain: true,
    });
    expect(all.find(({ keyword }) => keyword === 'MaxAuthTries')).toMatchObject({ values: ['6'], from: [] });
    expect(settingsText(all, plain)).toMatch(
      /^ {2}AllowUsers alice {2}\/etc\/ssh\/sshd_config:\d+ \(in Match User alice\)\n {6}without effect: .*AllowUsers bob$/m,
    );
    expect(settingsText(all, plain)).not.toMatch(/MaxAuthTries/);
    expect(settingsText(all, { ...plain, defaults: true })).toMatch(/^ {2}MaxAuthTries 6 {2}default$/m);
  });

  it.each(found)('marks what hangs on what was not said on %s', (_, bundle) => {
    const other = withConfig(bundle, 'Match LocalAddress 192.0.2.1\n  Banner /x\n');
    const text = settingsText(effectiveSettings(other, attemptOf(bundle)), { ...plain, defaults: true });
    expect(text).toMatch(/^\? Banner none/m);
    expect(text).toMatch(/hangs on something that was not said/);
  });

  it.each(found)('prints nothing raw on %s', (_, bundle) => {
    const other = withConfig(bundle, 'Banner /\u001b[31mx\nMatch User ali*\u001b[2J,alice\n  Banner /y\u001b]0;x');
    expect(settingsText(effectiveSettings(other, attemptOf(bundle)), plain)).not.toMatch(/\u001b/);
  });
});
