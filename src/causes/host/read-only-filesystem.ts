import { file } from '../../facts/files.ts';
import { kernelLog } from '../../facts/log.ts';
import { mounts } from '../../facts/mounts.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly mount: string;
  readonly source: string;
  /** What the kernel said when it happened. */
  readonly said?: string;
}

/** Where a login writes. */
const MATTERS = ['/', '/var', '/var/log', '/home', '/tmp', '/run'];
const REMOUNTED =
  /[Rr]emounting filesystem read-only|forced readonly|Filesystem has been shut down|shutting down filesystem/;
const fstab = file('/etc/fstab');

export const cause = defineCause<Data>({
  id: 'host/read-only-filesystem',
  severity: 'degrades',
  title: 'A file system of the server has become read-only',
  why: 'After an error of the disk or of the file system the kernel stops writing (errors=remount-ro), to save what is there. Logins with a key may still work, but nothing is logged, no file is written, and services fail one by one. It is a sign that the disk needs attention now.',
  refs: ['ext4(5), errors', 'fstab(5)', 'fsck(8)'],
  proofs: [
    proof({
      needs: { mounts, fstab },
      helps: { kernelLog },
      check({ mounts: all, fstab: table, kernelLog: log }) {
        return MATTERS.flatMap((mount) => {
          const now = all.get(mount);
          if (!now?.options.includes('ro')) return [];
          const at = (table ?? []).findIndex((line) => !line.startsWith('#') && line.split(/\s+/)[1] === mount);
          const wanted = table?.[at];
          const said = log?.findLast(({ message }) => REMOUNTED.test(message));
          // An image that is read-only by design is not broken.
          const writable = wanted !== undefined && !wanted.split(/\s+/)[3]?.split(',').includes('ro');
          if (!writable && !said) return [];
          const evidence: Evidence[] = [{ side: 'server', section: 'mounts', line: now.line, text: now.text }];
          if (wanted !== undefined)
            evidence.push({ side: 'server', section: 'file:/etc/fstab', line: at + 1, text: wanted });
          if (said) evidence.push({ side: 'server', section: 'log-kernel', line: said.line, text: said.message });
          const data = { mount, source: now.source, ...(said ? { said: said.message } : {}) };
          return [{ data, subject: mount, verdict: writable ? 'confirmed' : 'likely', evidence } as const];
        });
      },
    }),
  ],
  says: ({ mount, source, said }) =>
    `${mount} (${source}) is read-only, though it is meant to be written${said ? `; the kernel says: ${said}` : ''}.`,
  remedy: ({ mount, source }) => ({
    refuse: 'writing to a damaged file system can destroy what is left of it',
    manual: [
      'Look for the reason first: dmesg -T | grep -iE "error|remount|I/O"; smartctl -a DISK',
      `Save what matters, then check it while it is not mounted (rescue system): fsck -f ${shellQuote(source)}`,
      `Only if the reason is known and gone: mount -o remount,rw ${shellQuote(mount)}`,
    ],
  }),
});
