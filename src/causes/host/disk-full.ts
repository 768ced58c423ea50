import { disk, type Filesystem } from '../../facts/disk.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly mount: string;
  readonly size: number;
}

/** What a login writes to: accounts of logins, the journal, the home directory, temporary and runtime files. */
const MATTERS = ['/', '/var', '/var/log', '/home', '/tmp', '/run', '/var/tmp'];

const full = ({ available, size }: Filesystem): boolean => size > 0 && available === 0;

export const cause = defineCause<Data>({
  id: 'host/disk-full',
  severity: 'degrades',
  title: 'A file system of the server is full',
  why: 'sshd itself writes little, so a login may still work on a full disk, but what hangs on it fails one by one: no log, no accounting, no X11 or agent socket, programs that cannot write temporary files, services that do not start again.',
  refs: ['df(1)'],
  proofs: [
    proof({
      needs: { disk },
      check({ disk: all }) {
        return all
          .filter((one) => full(one) && MATTERS.includes(one.mount))
          .map(({ mount, size, line, text }) => ({
            data: { mount, size },
            subject: mount,
            verdict: 'confirmed',
            evidence: [{ side: 'server', section: 'disk', line, text }],
          }));
      },
    }),
  ],
  says: ({ mount, size }) =>
    `The file system ${mount} of the server is full (${size < 1048576 ? `${Math.round(size / 1024)} MiB` : `${(size / 1048576).toFixed(1)} GiB`}).`,
  remedy: ({ mount }) => ({
    refuse: 'what may be deleted is for a person to say',
    manual: [
      `Find what is large: du -xh ${shellQuote(mount)} 2>/dev/null | sort -h | tail -n 20`,
      'Often it is logs and packages: journalctl --vacuum-size=100M; apt-get clean',
      'Deleted files that are still open keep their space: lsof +L1',
    ],
  }),
});
