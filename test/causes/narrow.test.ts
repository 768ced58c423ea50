import { describe, expect, it } from 'vitest';
import { attemptOf } from '../../src/app/attempt.ts';
import { causes } from '../../src/causes/index.gen.ts';
import type { Bundle } from '../../src/model/bundle.ts';
import { conclude } from '../../src/reason/conclude.ts';
import { bundles } from '../cause-test.ts';

/** The remedy that is told of a host of the lab, of which one section says something else. */
function remedyOf(id: string, edit?: readonly [string, string | RegExp, string], name = 'bookworm.bundle') {
  const [, found] = bundles(`causes/${id}`).find(([one]) => one === name) ?? [];
  const cause = causes.find((one) => one.id === id);
  if (!found || !cause) throw new Error(`no fixture ${id}/${name}`);
  let bundle: Bundle = found;
  if (edit) {
    const [section, from, to] = edit;
    const before = found.sections[section];
    const text = before?.text.replace(from, to);
    if (!before || text === undefined || text === before.text) throw new Error(`${section} does not say ${from}`);
    bundle = { ...found, sections: { ...found.sections, [section]: { ...before, text } } };
  }
  return conclude([cause], bundle, attemptOf(bundle)).findings[0]?.fix;
}

const FLAGGED = ['ssh-config', '"ssh",', '"ssh","-p","22",'] as const;

describe('what is done only where it is safe', () => {
  it('a host key is filed that is the server’s own', () => {
    const fix = remedyOf('handshake/host-key-unknown');
    expect(fix).toMatchObject({ where: 'client', changes: [{ run: expect.stringContaining('grep -qF SHA256:') }] });
  });

  it.each([
    ['the server has another key', ['hostkeys', 'SHA256:xFmplWC', 'SHA256:yFmplWC']],
    ['the server’s keys are not known', ['hostkeys', /SHA256:\S+/g, '']],
    ['the way leads through another machine', ['ssh-config', '"options":', '"options": {"proxyjump": ["b"]}, "was":']],
  ] as const)('but not where %s', (_, edit) => {
    expect(remedyOf('handshake/host-key-unknown', edit)).toHaveProperty('refuse');
  });

  it('the client is told the port that the server has, unless a flag goes over it', () => {
    expect(remedyOf('daemon/other-port')).toMatchObject({ where: 'client', changes: [{ kind: 'prepend' }] });
    expect(remedyOf('daemon/other-port', FLAGGED)).toHaveProperty('refuse');
    const two = ['listeners', /^(.*:)2222(\s.*)$/m, '$12222$2\n$12223$2'] as const;
    expect(remedyOf('daemon/other-port', two)).toHaveProperty('refuse');
  });

  it('LoginGraceTime 0 is taken away from a release that has the correction', () => {
    const update = (to: string) => ['sshd-binary', 'package=1:9.2p1-2+deb12u10', `package=${to}`] as const;
    const fixed = { changes: [{ kind: 'line', becomes: null }, { action: 'restart' }] };
    expect(remedyOf('admission/login-grace-zero')).toMatchObject(fixed);
    expect(remedyOf('admission/login-grace-zero', update('1:9.2p1-2+deb12u3'))).toMatchObject(fixed);
    for (const older of ['1:9.2p1-2+deb12u2', '1:9.2p1-2', ''])
      expect(remedyOf('admission/login-grace-zero', update(older)), older).toHaveProperty('refuse');
  });

  it('a misspelt keyword is corrected where sshd then takes the line', () => {
    const line = (becomes: string | null) => ({ changes: [{ kind: 'line', was: expect.any(String), becomes }, {}] });
    expect(remedyOf('daemon/config-invalid')).toMatchObject(line('PermitRootLogin no'));
    const config = 'file:/etc/ssh/sshd_config';
    expect(remedyOf('daemon/config-invalid', [config, 'PermitRotLogin no', 'PermitRotLogin maybe'])).toMatchObject(
      line(null),
    );
  });

  it('a folder of root is closed, one of a person is not', () => {
    expect(remedyOf('session/chroot-modes')).toHaveProperty('refuse');
    const roots = ['paths', /^(dir\t)\S+\t\d+(\t\d+\t)alice(\t.*\t\/home\/alice)$/m, '$10775\t0$2root$3'] as const;
    // It is her home all the same.
    expect(remedyOf('session/chroot-modes', roots)).toHaveProperty('refuse');
    const above = ['paths', /^(dir\t)0?755(\t0\t.*\t\/home)$/m, '$1775$2'] as const;
    expect(remedyOf('session/chroot-modes', above)).toMatchObject({ changes: [{ path: '/home', mode: 'go-w' }] });
  });
});
