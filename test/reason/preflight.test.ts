import { describe, expect, it } from 'vitest';
import { preflights } from '../../lab/preflight.ts';
import { attemptOf } from '../../src/app/attempt.ts';
import { preflightReport, preflightStatus, type Work } from '../../src/app/preflight.ts';
import type { Bundle, Section } from '../../src/model/bundle.ts';
import { type Preflight, preflightSchema } from '../../src/model/preflight.ts';
import { preflightText } from '../../src/report/preflight.ts';
import { bundles } from '../cause-test.ts';

const captured = bundles('preflight');
const plain = (suite: string): Bundle => {
  const found = captured.find(([name]) => name === `${suite}-plain.bundle`);
  if (!found) throw new Error('the lab captured no plain host');
  return found[1];
};
const ask = (bundle: Bundle, work: Work = { for: 'reboot' }, more = {}): Preflight =>
  preflightReport('test', bundle, { ...attemptOf(bundle), ...more }, work);

/** The machine as it would be if a section said something else. */
function changed(bundle: Bundle, sections: Readonly<Record<string, Section | ((before: string) => string)>>): Bundle {
  const made = Object.entries(sections).map(([name, to]): [string, Section] => [
    name,
    typeof to === 'function' ? { status: 'ok', text: to(bundle.sections[name]?.text ?? '') } : to,
  ]);
  return { ...bundle, sections: { ...bundle.sections, ...Object.fromEntries(made) } };
}
const noContainer = (text: string): string => text.replace(/^container=.*\n?/m, '');
const texts = ({ checks }: Preflight): string => checks.map(({ outcome, text }) => `${outcome}: ${text}`).join('\n');

describe('preflight of hosts of the lab', () => {
  it('has one of every case', () => expect(captured.length).toBeGreaterThanOrEqual(preflights.length));

  it.each(captured)('%s', (name, bundle) => {
    const variant = name.replace(/^\w+?-|\.bundle$/g, '');
    const test = preflights.find((one) => one.name.replaceAll(' ', '-') === variant);
    expect(test).toBeDefined();
    const answer = ask(bundle, test?.args?.includes('upgrade') ? { for: 'upgrade' } : { for: 'reboot' });
    expect(preflightSchema.parse(answer)).toEqual(answer);
    expect(texts(answer)).toMatch(test?.says ?? /./);
    expect(answer.answer).toBe(test?.answer);
    expect(preflightStatus(answer)).toBe({ go: 0, 'no-go': 1, unknown: 3 }[answer.answer]);
    for (const { text, evidence } of answer.checks) {
      expect(text).not.toMatch(/undefined|\[object|NaN/);
      for (const { section, line } of evidence) {
        expect(bundle.sections[section], section).toBeDefined();
        expect(bundle.sections[section]?.text.split('\n').length).toBeGreaterThanOrEqual(line ?? 1);
      }
    }
  });
});

describe('preflight', () => {
  it.each([
    'boot',
    'boot-units',
    'boot:load',
    'boot-hooks',
    'mounts',
    'disk',
    'listeners',
    'sshd-test',
    'file:/etc/fstab',
  ])('is unknown when %s was not seen', (name) => {
    const bundle = plain('bookworm');
    const { [name]: _, ...sections } = bundle.sections;
    expect(ask({ ...bundle, sections }).answer).toBe('unknown');
  });

  it('is unknown for a bundle that was taken without the boot', () => {
    const [, healthy] = bundles('healthy')[0] ?? [];
    expect(healthy && ask(healthy).answer).toBe('unknown');
  });

  it('knows a device of fstab that is missing, unless it may be', () => {
    const fstab = 'UUID=0b1c /data ext4 defaults 0 2';
    const lost = changed(plain('bookworm'), {
      boot: (text) => `${noContainer(text)}\nfstab-missing=1`,
      'file:/etc/fstab': () => fstab,
    });
    expect(texts(ask(lost))).toMatch(/bad: The device of \/data .* emergency mode/);
    const spared = changed(lost, { 'file:/etc/fstab': () => fstab.replace('defaults', 'nofail') });
    expect(texts(ask(spared))).not.toMatch(/emergency mode/);
    const inside = changed(lost, { boot: (text) => `container=lxc\n${text}` });
    expect(texts(ask(inside))).not.toMatch(/emergency mode/);
  });

  it('knows a home that nothing mounts at boot', () => {
    const mounted = changed(plain('trixie'), {
      boot: noContainer,
      mounts: (text) => `${text}\n/dev/sdb1 /home ext4 rw,relatime 0 0`,
    });
    expect(texts(ask(mounted))).toMatch(/bad: The home of \w+ stands on \/home, .*neither \/etc\/fstab/);
    const kept = changed(mounted, { 'file:/etc/fstab': () => '/dev/sdb1 /home ext4 defaults 0 2' });
    expect(texts(ask(kept))).toMatch(/good: Homes, keys/);
    const covers = changed(plain('trixie'), { 'file:/etc/fstab': () => '/dev/sdb1 /home ext4 defaults 0 2' });
    expect(texts(ask(covers))).toMatch(/unknown: .* at boot it will cover the home of \w+/);
  });

  it('knows where addresses come from, or says that it does not', () => {
    const bare = changed(plain('bookworm'), { boot: noContainer });
    expect(ask(bare).answer).toBe('unknown');
    const enabled = (text: string): string =>
      text.replace(/(Id=systemd-networkd\.service\n(?:.+\n)*?UnitFileState=)\w+/, '$1enabled');
    const managed = changed(bare, {
      'boot-units': enabled,
      boot: (text) =>
        noContainer(text).replace(/^(address=\S+ static) .*$/gm, '$1 /etc/systemd/network/10-eth0.network'),
    });
    expect(texts(ask(managed))).toMatch(/good: (systemd-networkd|networking)\.service is enabled, and every address/);
    const byHand = changed(managed, { boot: (text) => `${text}\naddress=192.0.2.7 static ` });
    expect(texts(ask(byHand))).toMatch(/unknown: No file of a network manager names the address 192\.0\.2\.7/);
  });

  it('does not promise what scripts may change', () => {
    const hooked = changed(plain('bookworm'), {
      'boot-hooks': () => '/etc/rc.local:3:iptables -P INPUT DROP',
    });
    expect(texts(ask(hooked))).toMatch(/unknown: A line of scripts .*rc\.local/);
    const refused = changed(plain('bookworm'), {
      'boot:load': () => 'load=nft 1 /etc/nftables.conf\nsaid=nft syntax error',
    });
    expect(texts(ask(refused))).toMatch(/unknown: \/etc\/nftables\.conf is loaded at boot, but nft refused it/);
  });

  it('knows a kernel without its initial file system', () => {
    const half = changed(plain('bookworm'), {
      boot: (text) =>
        `${noContainer(text)}\nboot-file=8000000 /boot/vmlinuz-6.1.0-1\nboot-file=9000000 /boot/vmlinuz-6.1.0-2\nboot-file=30000000 /boot/initrd.img-6.1.0-1\nboot-file=0 /boot/initrd.img-6.1.0-2`,
    });
    expect(texts(ask(half))).toMatch(/bad: The kernel 6\.1\.0-2 has no whole initial file system/);
    expect(texts(ask(half))).not.toMatch(/The kernel 6\.1\.0-1 /);
  });

  it('says what the asked login would meet', () => {
    const from = { from: '10.77.2.10' };
    const answered = (more: object) => texts(ask(plain('bookworm'), { for: 'reboot' }, { ...from, ...more }));
    expect(answered({ user: 'alice' })).toMatch(/: (Whether )?alice would be let in/);
    expect(answered({ user: 'alice', keys: [`SHA256:${'0'.repeat(43)}`], certificates: [] })).toMatch(/bad: .*alice/);
    // The collector was not asked about her, so nothing is known.
    expect(answered({ user: 'nobody-here' })).toMatch(/unknown: Whether nobody-here/);
  });

  it('never prints what a file says as it is', () => {
    const evil = changed(plain('bookworm'), { 'boot-hooks': () => '/etc/rc.local:3:nft \x1b[2J\u202e evil' });
    const shown = preflightText(ask(evil), { color: false, width: 100, verbose: true });
    expect(shown).not.toMatch(/[\x1b\u202e]/);
    expect(shown).toContain('\\x1b');
  });
});

describe('preflight of an upgrade', () => {
  it.each([
    ['bullseye', 'bookworm'],
    ['bookworm', 'trixie'],
  ])('from %s takes the next release, and a plain host may go', (from, to) => {
    const answer = ask(plain(from), { for: 'upgrade' });
    expect(answer.to).toContain(to);
    expect(answer.answer).toBe('go');
    expect(texts(answer)).toMatch(/caution: Since OpenSSH/);
  });

  it('needs a release that somebody knows', () => {
    expect(() => ask(plain('trixie'), { for: 'upgrade' })).toThrow(/name one/);
    expect(() => ask(plain('bookworm'), { for: 'upgrade', to: 'sid' })).toThrow(/trixie/);
    for (const to of ['13', 'trixie', 'debian 13', '10.0', 'OpenSSH_10.0p2'])
      expect(ask(plain('bookworm'), { for: 'upgrade', to }).to).toMatch(/10\.0/);
  });

  it('knows keys, host keys and modules that the next release does not take', () => {
    // Made with ssh-keygen -t dsa of OpenSSH 8.4.
    const dsa = bundles('causes/auth/key-algorithm-refused')
      .flatMap(([, bundle]) => bundle.sections['file:/home/alice/.ssh/authorized_keys']?.text ?? '')
      .join('\n')
      .split('\n')
      .find((line) => line.includes('ssh-dss '));
    const old = changed(plain('bookworm'), {
      'file:/etc/ssh/sshd_config': (text) => `PubkeyAcceptedAlgorithms +ssh-dss\n${text}`,
      'file:/etc/pam.d/sshd': (text) => `session required pam_lastlog.so\n${text}`,
      hostkeys: (text) =>
        `${text}\n/etc/ssh/ssh_host_dsa_key\t1024 SHA256:0000000000000000000000000000000000000000000 root@web1 (DSA)\t`,
      ...(dsa ? { 'file:/home/alice/.ssh/authorized_keys': () => dsa } : {}),
    });
    const said = texts(ask(old, { for: 'upgrade' }));
    expect(said).toMatch(/bad: .*trixie.* refuses line 1 of \/etc\/ssh\/sshd_config/);
    expect(said).toMatch(/bad: .*has no pam_lastlog\.so: line 1 of \/etc\/pam\.d\/sshd then turns every login away/);
    expect(said).toMatch(/caution: .*cannot use the DSA host key/);
    if (dsa) expect(said).toMatch(/bad: .*no longer takes the DSA key/);
  });

  it('knows an OpenSSH that does not outlive the OpenSSL of trixie', () => {
    const old = changed(plain('bookworm'), {
      'sshd-binary': (text) => text.replace(/^package=.*$/m, 'package=1:9.2p1-2+deb12u3'),
    });
    expect(texts(ask(old, { for: 'upgrade' }))).toMatch(/bad: While this upgrade runs nobody can log in anew/);
    expect(texts(ask(old))).not.toMatch(/While this upgrade/);
  });
});
