import { rows } from './event.ts';

const UNIT = '<<ssh|sshd>>[[@{word}]].<<service|socket>>';
const NAMED = '<<ssh.|sshd.|sshd@|ssh@|OpenBSD Secure Shell|OpenSSH>>{x}';

/** systemd about the units of ssh (src/core/job.c, unit.c, service.c), and logind. */
export const system = [
  ...rows('systemd', [
    {
      id: 'systemd/started',
      says: `<<Starting|Started|Listening on|Reloading|Reloaded|Stopping|Stopped|Closed>> ${NAMED}`,
      outcome: 'daemon',
      gate: 'daemon',
      meaning: 'systemd started, reloaded or stopped the service.',
    },
    {
      id: 'systemd/failed-to-start',
      says: `Failed to <<start|reload|listen on>> ${NAMED}`,
      outcome: 'fault',
      gate: 'daemon',
      meaning: 'The service did not start.',
      causes: ['daemon/not-running', 'daemon/config-invalid'],
      advice: '`journalctl -u ssh` and `sshd -t` say why.',
    },
    {
      id: 'systemd/start-limit',
      says: `${UNIT}: <<Start request repeated too quickly.|Failed with result 'start-limit-hit'.>>`,
      outcome: 'fault',
      gate: 'daemon',
      meaning: 'The service failed so often that systemd does not try any more.',
      causes: ['daemon/start-limit-hit'],
      advice: 'Mend what is broken, then `systemctl reset-failed ssh; systemctl start ssh`.',
    },
    {
      id: 'systemd/trigger-limit',
      says: `${UNIT}: <<Trigger limit hit, refusing further activation.|Failed with result 'trigger-limit-hit'.>>`,
      outcome: 'fault',
      gate: 'daemon',
      meaning: 'So many connections came at once that systemd closed the socket.',
      causes: ['daemon/socket-trigger-limit'],
      advice: '`systemctl reset-failed ssh.socket; systemctl start ssh.socket`.',
    },
    {
      id: 'systemd/oom',
      says: `${UNIT}: <<A process of this unit has been killed by the OOM killer.|Failed with result 'oom-kill'.>>`,
      outcome: 'fault',
      gate: 'host',
      meaning: 'The kernel killed the service, because there was no memory left.',
      causes: ['host/out-of-memory'],
    },
    {
      id: 'systemd/exited',
      says: `${UNIT}: <<Main process exited|Control process exited|Failed with result>>{x}`,
      outcome: 'fault',
      gate: 'daemon',
      meaning: 'A process of the service ended with an error.',
      causes: ['daemon/not-running', 'daemon/config-invalid'],
      advice: '`journalctl -u ssh` and `sshd -t` say why.',
    },
    {
      id: 'systemd/unit',
      says: `${UNIT}: {detail}`,
      outcome: 'daemon',
      gate: 'daemon',
      meaning: 'systemd about the service.',
    },
  ]),
  ...rows('logind', [
    {
      id: 'logind/session',
      says: 'New session {word} of user {account}.',
      outcome: 'session',
      gate: 'session',
      meaning: 'A session began, of ssh or of another login.',
    },
    {
      id: 'logind/session-ended',
      says: '<<Session {word} logged out. Waiting for processes to exit.|Removed session {word}.>>',
      outcome: 'session',
      gate: 'session',
      meaning: 'A session ended.',
    },
    {
      id: 'logind/stalled',
      says: 'Failed to <<start|stop|abandon>> session scope {detail}',
      outcome: 'fault',
      gate: 'session',
      meaning: 'logind could not start the session: logins take 25 seconds or longer.',
      causes: ['session/logind-stall'],
      advice: '`systemctl restart systemd-logind`; does D-Bus answer?',
    },
  ]),
];
