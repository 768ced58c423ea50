import { VERSION } from '../../model/version.ts';
import type { Alert, Channel } from '../../model/watch.ts';
import { alertMessage, alertSubject } from '../../report/alert.ts';
import { unlinked } from '../../report/alert-text.ts';
import { clip } from '../../report/escape.ts';
import { jsonText } from '../../report/json-text.ts';
import { ran } from './ran.ts';

export interface CommandOptions {
  readonly name: string;
  /** Program and arguments; no shell reads them, and nothing of an alert is among them. */
  readonly argv: readonly [string, ...string[]];
}

/** What a small script needs of an alert, in its environment; a text is one line of at most 200 characters. */
export function commandEnvironment(alert: Alert): Readonly<Record<string, string>> {
  const { id, kind, incident, heldBack } = alert;
  const { host, user, from, network } = incident.about;
  const said = { HOST: host, USER: user, FROM: from, NETWORK: network };
  return {
    SSHWHY_ID: clip(id, 200),
    SSHWHY_KIND: kind,
    SSHWHY_URGENCY: incident.urgency,
    SSHWHY_INCIDENT: clip(incident.id, 200),
    SSHWHY_SUBJECT: alertSubject(alert, unlinked),
    SSHWHY_HELD_BACK: String(heldBack),
    ...Object.fromEntries(
      Object.entries(said).flatMap(([key, value]) =>
        value === undefined ? [] : [[`SSHWHY_${key}`, clip(value, 200)]],
      ),
    ),
  };
}

/** Starts a program with the alert as JSON (schema/alert.schema.json) on its standard input. */
export function command({ name, argv }: CommandOptions): Channel {
  return {
    name,
    send: (alert, signal) =>
      ran(argv, `${jsonText(alertMessage(alert, VERSION))}\n`, commandEnvironment(alert), signal),
  };
}
