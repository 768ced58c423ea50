import { sshConfig } from '../../facts/client/ssh-config.ts';
import { meta } from '../../facts/meta.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  /** Seconds by which the server is ahead; negative when it is behind. */
  readonly ahead: number;
}

/** One-time codes bear 30 to 90 seconds, certificates are often issued for a few minutes. */
const SKEW_S = 60;

export const cause = defineCause<Data>({
  id: 'host/clock-wrong',
  severity: 'degrades',
  title: 'The clocks of the client and the server disagree',
  why: 'Certificates and keys with an expiry, one-time codes, password ages and Kerberos tickets are all judged by the clock of the server. When it is wrong (a dead battery, a resumed snapshot, no NTP) a valid credential is "not yet valid" or has "expired".',
  unshown: 'all hosts of the lab share one clock, which no container may set',
  refs: ['ssh-keygen(1), CERTIFICATES', 'timedatectl(1)', 'RFC 6238, 5.2'],
  proofs: [
    proof({
      // Only a client's Bundle has a clock that is not the server's own.
      needs: { meta, sshConfig },
      check({ meta: { now } }, { at }) {
        const here = Date.parse(at);
        const ahead = Math.round((now - here) / 1000);
        if (Math.abs(ahead) < SKEW_S) return [];
        const evidence = [
          { side: 'server', section: 'meta', text: `the server's clock says ${new Date(now).toISOString()}` } as const,
          { side: 'client', section: 'ssh-config', text: `the client's says ${new Date(here).toISOString()}` } as const,
        ];
        return [{ data: { ahead }, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ ahead }) =>
    `The server's clock is ${Math.abs(ahead)} seconds ${ahead > 0 ? 'ahead of' : 'behind'} the client's: certificates, one-time codes and expiry dates go wrong.`,
  remedy: () => ({
    refuse: 'which of the two clocks is right is not known here, and a jump of time can upset databases',
    manual: [
      'On both: timedatectl. Where "System clock synchronized" is no: timedatectl set-ntp true (or chronyc makestep).',
    ],
  }),
});
