import { connectionOf } from '../../facts/access/who.ts';
import { accounts, groups } from '../../facts/accounts.ts';
import { since, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly user: string;
  readonly from: string;
  /** How often it happened on the last day. */
  readonly times: number;
  /** The client did not answer, or it was silent for longer than is allowed. */
  readonly why: 'unanswered' | 'idle';
}

const DAY_MS = 86_400_000;
const GONE =
  /^(Timeout, client not responding from|terminating inactive connection from)(?: user (\S{1,64}))? (\S{1,64}) port \d+/;

export const cause = defineCause<Data>({
  id: 'session/idle-disconnect',
  severity: 'degrades',
  title: 'Sessions are cut off after a while',
  why: 'sshd asks a silent client every ClientAliveInterval seconds whether it is still there, and ends the session when ClientAliveCountMax questions stay unanswered; since 9.2 UnusedConnectionTimeout and ChannelTimeout end idle ones too. A NAT or firewall on the way that forgets quiet connections makes the questions go unanswered.',
  refs: ['sshd_config(5), ClientAliveInterval, ChannelTimeout', 'serverloop.c, client_alive_check()'],
  proofs: [
    proof({
      needs: { sshdLog, meta },
      helps: { sshdConfig, accounts, groups },
      check({ sshdLog: log, meta: { now }, sshdConfig: config, accounts: all, groups: memberships }, attempt) {
        const ended = since(log, now, DAY_MS).flatMap((entry) => {
          const [, said = '', who, from = ''] = GONE.exec(entry.message) ?? [];
          return said !== '' && (who === undefined || who === attempt.user) ? [{ ...entry, said, from }] : [];
        });
        const last = ended.at(-1);
        if (!last || attempt.user === undefined) return [];
        const why = last.said.startsWith('Timeout') ? 'unanswered' : 'idle';
        const who = connectionOf(attempt, all?.find(attempt.user), memberships);
        const rules = !config
          ? []
          : (why === 'idle'
              ? ['unusedconnectiontimeout', 'channeltimeout']
              : ['clientaliveinterval', 'clientalivecountmax']
            ).flatMap((keyword) => setting(config, keyword, who).from.map(quoted));
        const evidence: Evidence[] = [
          { side: 'server', section: 'log-sshd', line: last.line, text: last.message },
          ...rules,
        ];
        const data: Data = { user: attempt.user, from: last.from, times: ended.length, why };
        return [{ data, subject: attempt.user, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ user, from, times, why }) =>
    `sshd has ended ${times === 1 ? 'a session' : `${times} sessions`} of ${user} (last from ${from}) because the client ${why === 'idle' ? 'was idle for too long' : 'no longer answered'}.`,
  remedy: () => ({
    refuse: 'where the connection was lost is not to be seen from here',
    manual: [
      'On the client, keep the connection warm: ServerAliveInterval 30 in ~/.ssh/config; long work belongs into tmux or screen.',
      'On the server: ClientAliveInterval × ClientAliveCountMax is the longest silence that it bears.',
    ],
  }),
});
