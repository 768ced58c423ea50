import { kernelLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  /** Seconds from the boot to random numbers. */
  readonly seconds: number;
}

/** A machine with a hardware source is ready in a second or two. */
const SLOW_S = 30;

export const cause = defineCause<Data>({
  id: 'host/entropy-blocked',
  severity: 'degrades',
  title: 'After a boot the server waits for random numbers',
  why: 'Keys need random numbers, and getrandom waits until the kernel has gathered enough. Small virtual machines and boards without a hardware source took minutes for that before Linux 5.6, and sshd (or the making of its host keys) stood still so long: the port opens late, or no banner comes.',
  unshown: 'the random numbers are those of the kernel of the machine, which has long had enough',
  refs: ['getrandom(2)', 'random(4)'],
  proofs: [
    proof({
      needs: { kernelLog, meta },
      check({ kernelLog: log, meta: { boot } }) {
        const ready = log?.findLast(({ message }) => /random: crng (?:init )?done/.test(message));
        if (ready?.at === undefined || boot === undefined) return [];
        const seconds = Math.round((ready.at - boot) / 1000);
        if (seconds < SLOW_S) return [];
        const evidence = [{ side: 'server', section: 'log-kernel', line: ready.line, text: ready.message } as const];
        // By now they are there: it will bite at the next boot.
        return [{ data: { seconds }, verdict: 'confirmed', evidence, latent: true }];
      },
    }),
  ],
  says: ({ seconds }) => `The server had random numbers only ${seconds} seconds after its boot; sshd waits for them.`,
  remedy: () => ({
    refuse: 'where random numbers come from is a matter of the machine',
    manual: [
      'Virtual machine: give it virtio-rng. Board: rng-tools for a hardware source, else haveged.',
      'A kernel from 5.6 on does not wait for long.',
    ],
  }),
});
