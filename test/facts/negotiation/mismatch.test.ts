import { describe, expect, it } from 'vitest';
import { attemptOf } from '../../../src/app/attempt.ts';
import { cause } from '../../../src/causes/handshake/kex-mismatch.ts';
import type { Bundle } from '../../../src/model/bundle.ts';
import type { Cause } from '../../../src/model/cause.ts';
import { conclude } from '../../../src/reason/conclude.ts';
import { bundles } from '../../cause-test.ts';

const [, broken] = bundles('causes/handshake/kex-mismatch').find(([name]) => name === 'bookworm.bundle') ?? [];

function found(change: (text: string) => string, section: string) {
  if (!broken) throw new Error('no such fixture');
  const before = broken.sections[section];
  if (!before) throw new Error(`no section ${section}`);
  const sections = { ...broken.sections, [section]: { ...before, text: change(before.text) } };
  const bundle: Bundle = { ...broken, sections };
  return conclude([cause as Cause], bundle, attemptOf(bundle)).findings[0];
}

describe('the remedy of a mismatch', () => {
  const config = 'file:/etc/ssh/sshd_config';
  it('lengthens the line that made the list', () => {
    expect(found((text) => text, config)?.fix).toMatchObject({ where: 'server', risk: 'safe' });
  });

  it.each([
    ['another offer than this line makes was seen', 'KexAlgorithms diffie-hellman-group1-sha1'],
    ['no line made the list', '#'],
    ['the line takes names away', 'KexAlgorithms -curve25519-sha256*,ecdh*,sntrup*'],
    ['the line goes on after its list', 'KexAlgorithms diffie-hellman-group14-sha1 # old'],
  ])('is left to people where %s', (_, line) => {
    const fix = found((text) => text.replace(/^KexAlgorithms .*/m, line), config)?.fix;
    expect(fix).toHaveProperty('refuse');
  });
});
