import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isOurs } from '../../fuzz/look.ts';
import { diagnose } from '../../src/app/diagnose.ts';
import { collectScript } from '../../src/collect/script.ts';
import { parseBundle } from '../../src/facts/bundle.ts';
import { meta } from '../../src/facts/meta.ts';
import { reportSchema } from '../../src/model/report.ts';

const ROOT = path.join(import.meta.dirname, '../..');
/** Where temporary files go that nobody but the collector makes, and where a root of its own is laid out. */
const OWN = mkdtempSync(path.join(tmpdir(), 'sshwhy-odd-'));
const TMP = path.join(OWN, 'tmp');
mkdirSync(TMP);
mkdirSync(path.join(OWN, 'root'));
afterAll(() => rmSync(OWN, { recursive: true, force: true }));

/** What is done to a machine before the collector runs there, in mounts that only it sees; `exec "$@"` comes behind it. */
const MACHINES: Readonly<Record<string, string>> = {
  'nobody, and no folder that can be written to':
    'export HOME=/nonexistent TMPDIR=/nonexistent; set -- setpriv --reuid=65534 --regid=65534 --clear-groups "$@"',
  'no /proc': 'mount -t tmpfs none /proc',
  'everything read-only':
    'for at in / /tmp /var /run /dev/shm; do mount --bind "$at" "$at" 2>/dev/null && mount -o remount,bind,ro "$at"; done; cd /; if touch /tmp/x /x 2>/dev/null; then exit 77; fi; export HOME=/',
  'a full disk': `mount -t tmpfs -o size=64k none "$OWN/root"; cd "$OWN/root"; if head -c 100000 /dev/zero >full 2>/dev/null; then exit 77; fi; export TMPDIR="$OWN/root" HOME="$OWN/root"`,
  // Applets and the libraries of one program are all that there is.
  'busybox and nothing else': `mount -t tmpfs none "$OWN/root"; cd "$OWN/root"; mkdir bin etc proc dev tmp
    cp /bin/busybox bin/; for lib in $(ldd /bin/busybox 2>/dev/null | grep -o '/[^ ]*'); do mkdir -p ".\${lib%/*}"; cp "$lib" ".$lib"; done
    chroot . /bin/busybox --install -s /bin; mount -t proc none proc; mount --bind /dev dev
    printf 'root:x:0:0:root:/root:/bin/sh\\n' >etc/passwd; set -- chroot . "$@"`,
};

const can = spawnSync('unshare', ['--mount', 'true']).status === 0 && process.getuid?.() === 0;
if (!can) console.warn('odd machines: not run, they need root and mount namespaces');

function on(before: string, argv: readonly string[], input: string) {
  return spawnSync('unshare', ['--mount', 'sh', '-c', `${before}\nexec "$@"`, 'sh', ...argv], {
    input,
    encoding: 'utf8',
    cwd: '/',
    env: { ...process.env, OWN, TMPDIR: TMP },
    timeout: 50_000,
    maxBuffer: 64 * 1024 * 1024,
  });
}

describe.runIf(can).each(Object.entries(MACHINES))('a machine with %s', (name, before) => {
  it('is looked at, and what could not be seen is said', () => {
    const ran = on(before, ['sh', '-s'], collectScript({ user: 'root', from: '10.77.2.10' }));
    expect([ran.status, ran.stderr]).toEqual([0, '']);
    const bundle = parseBundle(ran.stdout);
    const about = meta.read(bundle);
    expect(about.known && about.value.isRoot).toBe(!name.startsWith('nobody'));
    const { report } = diagnose('root@here', bundle, { user: 'root', from: '10.77.2.10', at: bundle.takenAt }, 1);
    expect(reportSchema.safeParse(report).error).toBeUndefined();
    expect(report.blind.filter(({ detail = '' }) => isOurs(detail))).toEqual([]);
    // Who cannot see processes does not say that there are none.
    if (name === 'no /proc') expect(bundle.sections['processes']?.status).not.toBe('ok');
    expect(readdirSync(TMP)).toEqual([]);
  }, 60_000);
});

describe.runIf(can)('the command itself', () => {
  const bin = ['node', path.join(ROOT, 'dist/sshwhy.js')];

  it.each(Object.entries(MACHINES).filter(([name]) => !/busybox|nobody/.test(name)))(
    'with %s answers, or says why not',
    (_, before) => {
      const ran = on(before, [...bin, 'server', '--json'], '');
      expect([0, 1, 3]).toContain(ran.status);
      if (ran.status === 3) expect(ran.stderr).toMatch(/^sshwhy: .+/);
      else expect(reportSchema.safeParse(JSON.parse(ran.stdout)).error).toBeUndefined();
      expect(ran.stderr).not.toMatch(/\n\s+at /);
    },
    60_000,
  );
});
