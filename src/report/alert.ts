import type { AlertMessage } from '../model/alert.ts';
import type { Alert, Incident, Urgency } from '../model/watch.ts';
import { type Tame, tamed, unmentioned } from './alert-text.ts';
import { visible } from './escape.ts';

/** Why what a detector sees matters. A detector that is not named here has the sentence of its urgency. */
const WHY: Readonly<Record<string, string>> = {
  'success-after-failures': 'Whoever was guessing may be logged in now.',
  blindness: 'Nobody would see an attack now: the log says nothing, or cannot be read.',
  outage: 'Your own users cannot get in.',
  'new-source': 'A stolen key or password shows itself like this, and so does a journey.',
  spraying: 'One password that is too simple is enough.',
  'slow-distributed': 'Guessing from many places at once passes by every ban.',
  'ban-of-ours': 'Somebody of yours is shut out.',
  'stuck-client': 'A job of yours does not do its work, and its failures may get its address banned.',
};

const WHY_SO: Readonly<Record<Urgency, string>> = {
  page: 'Somebody may be in who should not be, or somebody who should be is shut out: look now.',
  notice: 'Nothing says that anybody got in. It is worth a look before it becomes more.',
  note: 'For the record.',
};

/** What stands first in a subject, so that a phone shows it. */
const WORD: Readonly<Record<Urgency, string>> = { page: 'PAGE', notice: 'Notice', note: 'Note' };

const STORY = 5;
const ADVICE = 3;

/** RFC 3339; a stamp that no clock shows is 1970. */
const time = (at: number): string => new Date(Math.abs(at) < 8e15 ? at : 0).toISOString();
/** `2026-11-23 12:00Z` */
const minute = (at: number): string => `${time(at).slice(0, 16).replace('T', ' ')}Z`;

/** One line of at most about 120 characters: how urgent, where, what. */
export function alertSubject({ kind, incident }: Alert, tame: Tame = visible): string {
  const where = tamed(tame, incident.about.host ?? 'ssh', 40);
  const title = tamed(tame, incident.title, 120);
  if (kind === 'test') return `Test from sshwhy on ${where}: alerts arrive here`;
  if (kind === 'closed') return `Over on ${where}: ${title}`;
  return `${WORD[incident.urgency]} ${where}${kind === 'grown' ? ', goes on' : ''}: ${title}`;
}

/**
 * The command that shows what happened, on the host that was watched. A name that would need quoting is left out: what an alert
 * says is typed into a shell.
 */
export function moreCommand({ about, opened }: Incident): string {
  const safe = (text: string | undefined): string | undefined =>
    text !== undefined && /^[\w.:][\w.:/-]{0,63}$/.test(text) ? text : undefined;
  const from = safe(about.from ?? about.network);
  const user = safe(about.user);
  const since = time(opened - 600_000).slice(0, 16);
  return [
    `sshwhy logs --journal --since ${since}Z`,
    ...(from === undefined ? [] : [`--from ${from}`]),
    ...(user === undefined || from !== undefined ? [] : [`--user ${user}`]),
  ].join(' ');
}

function why({ signals, urgency }: Incident): string {
  const decided = signals.find((one) => one.urgency === urgency && WHY[one.detector] !== undefined);
  return WHY[decided?.detector ?? ''] ?? WHY_SO[urgency];
}

/** A part of an alert: a heading, and its lines. */
export interface AlertPart {
  readonly heading: string;
  readonly lines: readonly string[];
  /** Its lines are typed as they stand. */
  readonly command?: true;
}

/** The body of an alert in plain words, short enough for a phone. Foreign text is tamed already. */
export function alertParts(alert: Alert, tame: Tame = visible): readonly AlertPart[] {
  const { incident, kind, heldBack } = alert;
  const held: readonly AlertPart[] =
    heldBack === 0
      ? []
      : [
          {
            heading: 'Held back',
            lines: [
              `${heldBack} more alert${heldBack === 1 ? ' was' : 's were'} held back by the limit of this channel.`,
            ],
          },
        ];
  if (kind === 'test')
    return [{ heading: 'What happened', lines: ['Nothing. Somebody asked sshwhy to send a test.'] }, ...held];
  const story = incident.story.length > 0 ? incident.story : incident.signals.map(({ says }) => says);
  const left = story.length - STORY;
  const told = [
    ...(left > 0 ? [`… ${left} earlier step${left === 1 ? '' : 's'}`] : []),
    ...story.slice(-STORY).map((line) => tamed(tame, line, 200)),
  ];
  const span = `From ${minute(incident.opened)} to ${minute(incident.updated)}${incident.state === 'open' ? ', not over' : ', over'}.`;
  // What was joined with another incident is over, and says where it goes on.
  const joined = incident.advice.filter((line) => kind === 'closed' && line.startsWith('Became part of '));
  const advice = (kind === 'closed' ? [] : incident.advice.slice(0, ADVICE)).map((line) => tamed(tame, line, 300));
  return [
    { heading: 'What happened', lines: [...told, span, ...joined.map((line) => tamed(tame, line, 200))] },
    ...(kind === 'closed' ? [] : [{ heading: 'Why it matters', lines: [why(incident)] }]),
    ...(advice.length === 0 ? [] : [{ heading: 'What to do first', lines: advice }]),
    { heading: 'For more', lines: [moreCommand(incident)], command: true },
    ...held,
  ];
}

/** The body as lines of text. */
export function alertBody(alert: Alert, tame: Tame = visible): string {
  return alertParts(alert, tame)
    .map(({ heading, lines }) => `${heading}:\n${lines.map((line) => `  ${line}`).join('\n')}`)
    .join('\n');
}

/** The alert as JSON for programs (schema/alert.schema.json). */
export function alertMessage(alert: Alert, version: string): AlertMessage {
  const { id, kind, at, incident, heldBack } = alert;
  return {
    schema: 1,
    tool: { name: 'sshwhy', version },
    id,
    kind,
    at: time(at),
    urgency: incident.urgency,
    // Many receivers hand the text on to a chat.
    subject: alertSubject(alert, unmentioned),
    body: alertBody(alert, unmentioned),
    heldBack,
    incident: {
      ...incident,
      opened: time(incident.opened),
      updated: time(incident.updated),
      story: [...incident.story],
      causes: [...incident.causes],
      advice: [...incident.advice],
      signals: incident.signals.map((one) => ({
        ...one,
        at: time(one.at),
        measure: Object.fromEntries(Object.entries(one.measure).filter(([, value]) => Number.isFinite(value))),
        evidence: one.evidence.map((event) => ({ ...event, at: time(event.at) })),
      })),
    },
  };
}
