import { accounts } from '../../facts/accounts.ts';
import { type Boot, boot, type FstabEntry, fstabLines, parseFstab } from '../../facts/boot.ts';
import { disk } from '../../facts/disk.ts';
import { files } from '../../facts/files.ts';
import { hostKeys } from '../../facts/hostkeys.ts';
import { type Mount, mounts } from '../../facts/mounts.ts';
import type { Attempt } from '../../model/attempt.ts';
import type { Bundle } from '../../model/bundle.ts';
import type { PreflightCheck } from '../../model/preflight.ts';
import { checked, cite, unseen } from './check.ts';

/** Mounted by tools of their own at boot, without fstab(5). */
const BY_ITSELF = new Set(['zfs', 'autofs']);
const IN_MEMORY = new Set(['tmpfs', 'ramfs']);
const OVER_NETWORK = /^(nfs4?|cifs|smb3|ceph|glusterfs|9p|virtiofs|afs|sshfs|fuse\.sshfs|davfs)$/;
/** Containers that are made anew rather than booted: their mounts are always those of outside. */
const STARTED = new Set(['docker', 'podman', 'oci']);

/** Whether the files that a login needs will be there after the boot, and whether the boot gets as far as that. */
export function storageAfter(bundle: Bundle, attempt: Attempt, upgrade: boolean): PreflightCheck[] {
  const [facts, table, lines] = [boot.read(bundle), mounts.read(bundle), fstabLines.read(bundle)];
  if (!facts.known)
    return [unseen('mounts', 'What is mounted at boot', { section: facts.from.section, gap: facts.gap })];
  if (!table.known) return [unseen('mounts', 'What is mounted', { section: table.from.section, gap: table.gap })];
  if (!lines.known) return [unseen('mounts', '/etc/fstab', { section: lines.from.section, gap: lines.gap })];
  const fstab = parseFstab(lines.value ?? []);
  return [
    ...mountChecks(facts.value, table.value, fstab, needed(bundle, attempt)),
    ...missing(facts.value, fstab),
    ...kernel(facts.value),
    ...space(bundle, facts.value, upgrade),
  ];
}

/** Paths that a login cannot do without, and what each of them is. */
function needed(bundle: Bundle, { user }: Attempt): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  const [all, read, keys] = [accounts.read(bundle), files.read(bundle), hostKeys.read(bundle)];
  const there = read.known ? [...read.value].filter(([, { status }]) => status === 'ok').map(([path]) => path) : [];
  for (const { name, home } of all.known ? all.value.all : [])
    if (
      home.startsWith('/') &&
      (name === user || (user === undefined && there.some((path) => path.startsWith(`${home}/.ssh/`))))
    )
      paths.set(home, `the home of ${name}`);
  for (const path of there) if (/authorized_keys[^/]*$/.test(path)) paths.set(path, `the keys in ${path}`);
  for (const { path } of keys.known ? keys.value : []) paths.set(path, `the host key ${path}`);
  return paths;
}

const holds = (target: string, path: string): boolean =>
  target === '/' || path === target || path.startsWith(`${target}/`);

function mountChecks(
  { container, mountUnits }: Boot,
  table: ReadonlyMap<string, Mount>,
  fstab: readonly FstabEntry[],
  paths: ReadonlyMap<string, string>,
): PreflightCheck[] {
  const found: PreflightCheck[] = [];
  const told = new Set<string>();
  for (const [path, what] of paths) {
    const under = [...table.values()].filter(({ target }) => holds(target, path));
    const mount = under.reduce<Mount | undefined>(
      (best, one) => (best && best.target.length > one.target.length ? best : one),
      undefined,
    );
    if (mount && mount.target !== '/' && !told.has(mount.target)) {
      told.add(mount.target);
      const evidence = cite('mounts', mount.line, mount.text);
      const again =
        fstab.some(({ target, options }) => target === mount.target && !options.includes('noauto')) ||
        mountUnits.includes(mount.target) ||
        BY_ITSELF.has(mount.type);
      if (IN_MEMORY.has(mount.type))
        found.push(
          checked(
            'mounts',
            'bad',
            `${upper(what)} stands on ${mount.target}, which is in memory (${mount.type}): after the reboot it is empty.`,
            { evidence, advice: [`Copy what is in it to a disk: cp -a ${mount.target} …`] },
          ),
        );
      else if (!again && !STARTED.has(container ?? ''))
        found.push(
          checked(
            'mounts',
            container ? 'unknown' : 'bad',
            `${upper(what)} stands on ${mount.target}, which is mounted now, but neither /etc/fstab nor a unit mounts it at boot.`,
            {
              evidence,
              advice: [
                `Add it to /etc/fstab: ${mount.source} ${mount.target} ${mount.type} ${mount.options.slice(0, 3).join(',')} 0 2`,
                'mount -a must say nothing then',
              ],
            },
          ),
        );
    }
    const hides = fstab.find(
      ({ target, options }) =>
        target !== '/' && holds(target, path) && !table.has(target) && !options.includes('noauto'),
    );
    if (hides && !told.has(`hides ${hides.target}`)) {
      told.add(`hides ${hides.target}`);
      found.push(
        checked(
          'mounts',
          'unknown',
          `/etc/fstab mounts ${hides.target}, which is not mounted now: at boot it will cover ${what}.`,
          {
            evidence: cite('file:/etc/fstab', hides.line, hides.text),
            advice: [`Mount it now and look: mount ${hides.target}`],
          },
        ),
      );
    }
  }
  if (found.length === 0)
    found.push(checked('mounts', 'good', 'Homes, keys and host keys stand on file systems that are mounted at boot.'));
  return found;
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Without its device a file system stops the boot in emergency mode (systemd-fstab-generator(8)); not in a container. */
function missing({ container, fstabMissing, line }: Boot, fstab: readonly FstabEntry[]): PreflightCheck[] {
  if (container) return [];
  return fstabMissing.flatMap((number) => {
    const entry = fstab.find((one) => one.line === number);
    if (!entry || entry.type === 'swap' || OVER_NETWORK.test(entry.type)) return [];
    if (entry.options.some((one) => /^(nofail|noauto|_netdev|x-systemd\.automount)$/.test(one))) return [];
    return [
      checked(
        'fstab',
        'bad',
        `The device of ${entry.target} in /etc/fstab (${entry.spec}) is not there: the boot will wait for it and stop in emergency mode, without sshd.`,
        {
          evidence: [
            ...cite('file:/etc/fstab', number, entry.text),
            ...cite('boot', line('fstab-missing'), `fstab-missing=${number}`),
          ],
          advice: [`Put nofail into line ${number} of /etc/fstab, or take the line out; then: systemctl daemon-reload`],
          cause: 'host/boot-incomplete',
        },
      ),
    ];
  });
}

/** A kernel without its initial file system does not boot where the others have one. */
function kernel({ container, files: all }: Boot): PreflightCheck[] {
  if (container) return [];
  const initials = all.filter(({ path }) => /\/init(rd|ramfs)/.test(path));
  if (initials.length === 0) return [];
  return all
    .filter(({ path }) => path.startsWith('/boot/vmlinuz-'))
    .flatMap(({ path, size }) => {
      const release = path.slice('/boot/vmlinuz-'.length);
      const own = initials.find(
        (one) => one.path === `/boot/initrd.img-${release}` || one.path === `/boot/initramfs-${release}.img`,
      );
      if (size > 0 && own && own.size > 0) return [];
      return [
        checked(
          'kernel',
          'bad',
          size === 0
            ? `The kernel ${path} is empty.`
            : `The kernel ${release} has no whole initial file system beside it: it will not boot.`,
          {
            evidence: cite('boot', undefined, `${path} ${size}, ${own ? `${own.path} ${own.size}` : 'no initrd'}`),
            advice: [`Make room in /boot, then: update-initramfs -c -k ${release}; update-grub`],
          },
        ),
      ];
    });
}

/** KiB below which an upgrade may stop half-way; rough, for packages are not asked. */
const UPGRADE_KIB: Readonly<Record<string, number>> = {
  '/': 1024 * 1024,
  '/var': 1024 * 1024,
  '/usr': 512 * 1024,
  '/boot': 150 * 1024,
};
const MIB = 1024;

/** What is full already is told by the causes; this is what is about to be. */
function space(bundle: Bundle, { container }: Boot, upgrade: boolean): PreflightCheck[] {
  const all = disk.read(bundle);
  if (!all.known) return [unseen('space', 'Space on the file systems', { section: all.from.section, gap: all.gap })];
  return all.value.flatMap(({ mount, size, available, line, text }) => {
    const wanted = upgrade ? UPGRADE_KIB[mount] : undefined;
    const more = {
      evidence: cite('disk', line, text),
      advice: [
        'apt-get clean; journalctl --vacuum-size=100M',
        ...(mount === '/boot' ? ['Remove old kernels: apt-get autoremove --purge'] : []),
      ],
    };
    if (mount === '/boot' && size > 0 && available === 0 && !container)
      return [
        checked(
          'space',
          upgrade ? 'bad' : 'caution',
          '/boot is full: an initial file system that was written last may not be whole.',
          more,
        ),
      ];
    if (wanted !== undefined && available > 0 && available < wanted)
      return [
        checked(
          'space',
          'caution',
          `${mount} has ${Math.round(available / MIB)} MiB left: an upgrade may need more.`,
          more,
        ),
      ];
    return [];
  });
}
