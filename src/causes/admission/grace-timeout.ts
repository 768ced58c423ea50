import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly from: string;
  readonly seconds: string;
}

export const cause = defineCause<Data>({
  id: 'admission/grace-timeout',
  severity: 'blocks',
  title: 'The login took too long (LoginGraceTime)',
  why: 'Who has not logged in after LoginGraceTime is cut off. Somebody looks for a password or a token for too long, or something on the server is slow: PAM that asks a directory, DNS, a second factor, a machine without memory. Before 9.8 sshd on Linux says nothing of it in its log.',
  refs: ['sshd_config(5), LoginGraceTime', 'sshd.c, grace_alarm_handler()'],
  proofs: [
    proof({
      needs: { sshdLog, meta },
      helps: { sshdConfig },
      check({ sshdLog: log, meta: { now }, sshdConfig: config }, { from, user }) {
        const said = lastSaid(
          log,
          now,
          /Timeout before authentication for (?:connection from )?([\da-fA-F.:]{2,45})\b/,
          user,
        );
        const address = said?.match[1]?.replace(/[.:]$/, '');
        if (!said || address === undefined || address !== from) return [];
        const seconds = (config && setting(config, 'logingracetime', {}).values[0]) ?? '120';
        const data = { from: address, seconds };
        return [{ data, subject: address, verdict: 'likely', evidence: [said.evidence], closes: 'auth' }];
      },
    }),
  ],
  says: ({ from, seconds }) => `sshd cut ${from} off, because it had not logged in after ${seconds} seconds.`,
  masks: ['auth/key-not-authorized'],
  remedy: ({ seconds }) => ({
    refuse: 'what is slow has to be found; more time only hides it',
    manual: [
      'Watch a login on the server: journalctl -fu ssh, and see between which lines the time goes by (PAM modules, directory, DNS).',
      `If people need the time: raise LoginGraceTime (now ${seconds} s), run sshd -t, then reload sshd.`,
    ],
  }),
});
