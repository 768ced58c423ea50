import type { EventType } from '../../knowledge/events/event.ts';
import { eventTypes } from '../../knowledge/events/index.ts';
import type { CauseId } from '../../model/gate.ts';
import type { Incident, Signal, Urgency, WatchEvent } from '../../model/watch.ts';

const TYPES: ReadonlyMap<string, EventType> = new Map(eventTypes.map((type) => [type.id, type]));

export const typeOf = (event: WatchEvent): EventType | undefined => TYPES.get(event.type);

export const RANK: Readonly<Record<Urgency, number>> = { note: 0, notice: 1, page: 2 };

/** What to do about what a detector saw. Foreign text stays out of commands: names are asked for in capitals. */
const ADVICE: Readonly<Record<string, readonly string[]>> = {
  'by-source': [
    'When guessing goes on, let fail2ban or PerSourcePenalties (OpenSSH 9.8 and newer) shut such addresses out.',
  ],
  'by-network': [
    'A rule of the firewall for the whole network stops guessing from all of it, if nobody of yours comes from there.',
  ],
  spraying: [
    'Let users log in with keys only (`PasswordAuthentication no`): a list of passwords is then worth nothing.',
  ],
  'slow-distributed': [
    'Bans by address do not stop it. Let users log in with keys only (`PasswordAuthentication no`), or with a second factor.',
  ],
  'success-after-failures': [
    'Ask the user by another way whether it was them.',
    'If not: `usermod --lock --expiredate 1 USER; loginctl terminate-user USER`, then `sshwhy keys list` for keys that were added, and `last USER`.',
  ],
  'new-source': ['Ask the user by another way whether it was them. `last USER` shows the sessions.'],
  'stuck-client': [
    '`sshwhy server --user USER --from ADDRESS` on this host says what is missing; then stop or mend the job over there.',
  ],
  'ban-of-ours': [
    '`fail2ban-client set JAIL unbanip ADDRESS` lets them in at once; ignoreip or PerSourcePenaltyExemptList keeps it so.',
  ],
  outage: [
    '`sshwhy server --user USER --from ADDRESS` on this host says what closes the gate; keep a session open while you change things.',
  ],
  spike: ['Who is it? `sshwhy logs --journal` of the last hour.'],
  blindness: [
    '`systemctl status ssh`, `journalctl -u ssh -n 20`, and whether the log is still written and read: disk, rsyslog, permissions.',
  ],
};

export const adviceOf = (signal: Signal): readonly string[] => ADVICE[signal.detector] ?? [];

/** Detectors whose evidence is of people who should have come in: what refused them is the cause to look at. */
const OF_OURS = new Set(['outage', 'stuck-client', 'ban-of-ours']);

/** Causes that the evidence points at: those of the weightiest message. */
export function causesOf(signal: Signal): readonly CauseId[] {
  if (!OF_OURS.has(signal.detector)) return [];
  const types = signal.evidence.flatMap((event) => typeOf(event) ?? []).sort((a, b) => b.weight - a.weight);
  const [first] = types;
  return types.filter(({ weight }) => weight === first?.weight).flatMap(({ causes }) => causes.slice(0, 2));
}

/** `2026-11-25 09:12:03 UTC: what happened`. */
export const told = (at: number, what: string): string =>
  `${(Math.abs(at) <= 8.64e15 ? new Date(at) : new Date(0)).toISOString().slice(0, 19).replace('T', ' ')} UTC: ${what}`;

/** What a ban, a drop, a penalty, or a word of the service is in the story. `many`: how often so far. */
export function contextSays(event: WatchEvent, many: number): string {
  const often = many > 1 ? ` (${many} times so far)` : '';
  const from = event.from ?? 'somebody';
  switch (event.outcome) {
    case 'ban':
      return `${event.type.startsWith('sshguard') ? 'sshguard' : 'fail2ban'} banned ${from}${event.jail === undefined ? '' : ` (jail ${event.jail})`}${often}.`;
    case 'unban':
      return `The ban of ${from} ended${often}.`;
    case 'drop':
      return `The firewall dropped packets of ${from}${event.port === undefined ? '' : ` to port ${event.port}`}${often}.`;
    case 'refused':
      return `sshd dropped a connection of ${from}${event.detail === undefined ? '' : `, ${event.detail}`}${often}.`;
    default: {
      const what = typeOf(event)?.meaning ?? event.type;
      return `${what.replace(/\.$/, '')}${event.detail === undefined ? '' : ` (${event.detail})`}${often}.`;
    }
  }
}

/** Of the most urgent signal, the first. */
export function titleOf(signals: readonly Signal[], urgency: Urgency, otherwise: string): string {
  return signals.find((signal) => signal.urgency === urgency)?.says ?? otherwise;
}

/** Time and whom it is about, as a name. */
export function idOf(opened: number, about: Incident['about']): string {
  let hash = 0xcbf29ce4;
  const text = JSON.stringify([about.host, about.user, about.from, about.network, opened]);
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  const when = told(opened, '').slice(0, 19).replace(/[-:]/g, '').replace(' ', '-');
  return `${when}-${(hash >>> 0).toString(16).padStart(8, '0')}`;
}
