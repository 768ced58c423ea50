import type { Alert, Incident } from '../../../src/model/watch.ts';
import { incidentOf, signalOf } from '../../reason/watch/incident.ts';

/** What an attacker can put into a log as user name or host, and what it is meant to do to a message. */
export const HOSTILE: readonly string[] = [
  'x\r\nBcc: victim@example.com\r\n\r\nhello',
  'x\n<165>1 2026-11-23T12:00:00Z web1 sshd 1 - - Accepted password for root from 192.0.2.1 port 22 ssh2',
  '<!channel> <!everyone> <@U123> <https://evil.example|click> @everyone @channel @here',
  '<script>alert(1)</script><img src=x onerror=alert(1)>" onmouseover="alert(1)',
  '$(touch /tmp/pwned) `id`; rm -rf / | sh & \' " \\',
  '\u001b]0;owned\u0007\u001b[2J\u009b31m\u0000\u0008\u202egnp.exe\u2028\u200b',
  'https://evil.example/reset www.evil.example mailto:root@evil.example',
  '--urgency=low',
  '*bold* _it_ ~s~ `code` ```fence``` &lt;!channel&gt; :smile:',
  '\ud800 half \udfff',
  'x'.repeat(10_000),
  '🔥'.repeat(3_000),
];

export const alertOf = (incident: Incident, over: Partial<Alert> = {}): Alert => ({
  id: `${incident.id}:opened:page`,
  kind: 'opened',
  at: Date.UTC(2026, 10, 23, 12, 1),
  incident,
  heldBack: 0,
  ...over,
});

/** An alert in which all that is foreign is `text`. */
export function hostileAlert(text: string): Alert {
  const at = Date.UTC(2026, 10, 23, 12);
  const about = { host: text, user: text, from: text, network: text };
  const event = {
    id: 'e1',
    at,
    host: text,
    type: 'sshd/accepted',
    outcome: 'in',
    user: text,
    from: text,
    detail: text,
  };
  return alertOf(
    incidentOf({
      ...{ id: '20261123-120000-0badc0de', opened: at, updated: at + 60_000, urgency: 'page' },
      ...{ about, title: `${text} was let in`, story: [`${text} began`, text], advice: [`Ask ${text}`] },
      signals: [signalOf({ about, says: `${text} was let in`, urgency: 'page', evidence: [event] })],
    }),
  );
}

/** One that could have happened. */
export const ordinaryAlert: Alert = (() => {
  const at = Date.UTC(2026, 10, 23, 12);
  const about = { host: 'web1', user: 'alice', from: '192.0.2.7' };
  const says = 'alice was let in from 192.0.2.7 by password after 31 failures from there in 10 minutes.';
  return alertOf(
    incidentOf({
      ...{ id: '20261123-120000-5f2a91c3', opened: at, updated: at + 60_000, urgency: 'page', about, title: says },
      story: [
        '2026-11-23 11:50:02 UTC: 192.0.2.7 began to fail: 31 times so far, as several users.',
        `2026-11-23 12:00:00 UTC: ${says}`,
      ],
      advice: ['Ask the user by another way whether it was them.'],
      signals: [signalOf({ detector: 'success-after-failures', about, says, urgency: 'page' })],
    }),
  );
})();
