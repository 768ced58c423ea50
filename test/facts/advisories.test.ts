import { describe, expect, it } from 'vitest';
import { hazardsAhead, holesOf } from '../../src/facts/advisories.ts';
import { type SshdBinary, sshdBinary } from '../../src/facts/binary.ts';
import { ADVISORIES } from '../../src/knowledge/advisories.ts';
import { bundles } from '../cause-test.ts';

function sshd(version: string, packaged?: string): SshdBinary {
  const base = { path: '/usr/sbin/sshd', version, linked: [], missing: [], programs: {} };
  return { ...base, ...(packaged === undefined ? {} : { package: packaged }) };
}

const holes = (version: string, packaged?: string): Record<string, string> =>
  Object.fromEntries((holesOf(sshd(version, packaged)) ?? []).map((hole) => [hole.advisory.id, hole.verdict]));

// Versions are those of Debian's changelog.Debian.gz and of the release notes.
describe('known holes', () => {
  it('are told by the release where nobody has packaged it', () => {
    expect(holes('OpenSSH_9.7p1')).toMatchObject({ 'CVE-2024-6387': 'affected', 'CVE-2025-26466': 'affected' });
    expect(holes('OpenSSH_9.9p1')).toMatchObject({ 'CVE-2025-26466': 'affected' });
    expect(holes('OpenSSH_9.9p2')).not.toHaveProperty('CVE-2025-26466');
    expect(holes('OpenSSH_8.4p1')).not.toHaveProperty('CVE-2024-6387');
    expect(holes('OpenSSH_10.0p2')).not.toHaveProperty('CVE-2025-32728');
  });

  it("are closed by Debian's backports from the package on that has them", () => {
    const bookworm = (update: number) => holes('OpenSSH_9.2, OpenSSL 3.0', `1:9.2p1-2+deb12u${update}`);
    expect(bookworm(2)).toMatchObject({ 'CVE-2024-6387': 'affected' });
    expect(bookworm(3)).not.toHaveProperty('CVE-2024-6387');
    expect(bookworm(3)).not.toHaveProperty('CVE-2023-48795');
    expect(bookworm(9)).toMatchObject({ 'CVE-2026-35414': 'affected' });
    expect(bookworm(10)).toEqual({});
  });

  it('are not guessed at for packages whose backports are not listed', () => {
    expect(holes('OpenSSH_8.7p1', '8.7p1-43.el9')).toMatchObject({ 'CVE-2024-6387': 'unknown' });
    expect(holes('OpenSSH_8.7p1', '8.7p1-43.el9')).not.toHaveProperty('CVE-2026-3497');
    expect(holes('OpenSSH_9.6p1 Ubuntu-3ubuntu13', '1:9.6p1-3ubuntu13.9')).toMatchObject({
      'CVE-2024-6387': 'unknown',
    });
    expect(holesOf(sshd(''))).toBeUndefined();
  });

  it('have ids of their own', () => {
    expect(new Set(ADVISORIES.map(({ id }) => id)).size).toBe(ADVISORIES.length);
  });

  it.each(bundles('healthy'))('of %s are those of its package', (name, bundle) => {
    const found = sshdBinary.read(bundle);
    const all = found.known && found.value ? holesOf(found.value) : undefined;
    expect(all?.filter(({ verdict }) => verdict === 'affected')).toEqual([]);
    expect(found.known && found.value ? hazardsAhead(found.value).length > 0 : undefined).toBe(
      !name.startsWith('trixie'),
    );
  });
});
