import { type Filesystem, inodes } from '../../facts/disk.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly mount: string;
  readonly size: number;
}

/** Where a login makes files: the journal, sockets, the home directory, temporary and runtime files. */
const MATTERS = ['/', '/var', '/var/log', '/home', '/tmp', '/run', '/var/tmp'];

const full = ({ available, size }: Filesystem): boolean => size > 0 && available === 0;

export const cause = defineCause<Data>({
  id: 'host/inodes-full',
  severity: 'degrades',
  title: 'A file system of the server can hold no more files',
  why: 'A file system has a fixed number of inodes, one for each file. Millions of small files (sessions, caches, mail queues) use them up while df still shows free space, and everything that makes a file fails with "No space left on device".',
  refs: ['df(1), -i', 'mke2fs(8), -N'],
  proofs: [
    proof({
      needs: { inodes },
      check({ inodes: all }) {
        return all
          .filter((one) => full(one) && MATTERS.includes(one.mount))
          .map(({ mount, size, line, text }) => ({
            data: { mount, size },
            subject: mount,
            verdict: 'confirmed',
            evidence: [{ side: 'server', section: 'inodes', line, text }],
          }));
      },
    }),
  ],
  says: ({ mount, size }) => `All ${size} inodes of ${mount} are in use: no file can be made there, whatever df says.`,
  remedy: ({ mount }) => ({
    refuse: 'what may be deleted is for a person to say',
    manual: [
      `Find the folder with the most files: du --inodes -x ${shellQuote(mount)} 2>/dev/null | sort -n | tail -n 20`,
      'Often it is old sessions, a mail queue or a cache that nothing clears.',
    ],
  }),
});
