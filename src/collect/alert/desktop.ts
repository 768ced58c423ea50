import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Alert, Channel } from '../../model/watch.ts';
import { alertParts, alertSubject } from '../../report/alert.ts';
import { unlinked } from '../../report/alert-text.ts';
import { SendError } from './failure.ts';
import { ran } from './ran.ts';

export interface DesktopOptions {
  readonly name: string;
  readonly program?: string;
}

/** What a notification needs to find the session: its bus, or the folder in which the bus lies. */
function session(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> | undefined {
  const { DBUS_SESSION_BUS_ADDRESS: bus, XDG_RUNTIME_DIR: runtime, DISPLAY, WAYLAND_DISPLAY } = environment;
  const address =
    bus ?? (runtime !== undefined && existsSync(path.join(runtime, 'bus')) ? `unix:path=${runtime}/bus` : undefined);
  if (address === undefined) return undefined;
  const all = { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: runtime, DISPLAY, WAYLAND_DISPLAY };
  return Object.fromEntries(Object.entries(all).filter((one): one is [string, string] => one[1] !== undefined));
}

/** Why nothing can be shown on a desktop from here; undefined: it can. */
export function noDesktop(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return session(environment) === undefined
    ? 'there is no desktop session here: a service has none. Use this channel where sshwhy watch runs in your own session.'
    : undefined;
}

/** The body is markup for many a desktop (Desktop Notifications Specification 1.2, "Markup"). */
const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

/** What notify-send(1) is started with. */
export function desktopArguments(alert: Alert): readonly string[] {
  const [what] = alertParts(alert, unlinked);
  const urgency =
    alert.kind === 'closed' || alert.incident.urgency === 'note'
      ? 'low'
      : alert.incident.urgency === 'page'
        ? 'critical'
        : 'normal';
  return [
    '--app-name=sshwhy',
    '--icon=dialog-warning',
    `--urgency=${urgency}`,
    '--',
    alertSubject(alert, unlinked),
    escaped(what?.lines.join('\n') ?? ''),
  ];
}

/** Shows the alert on the desktop of this session, by notify-send. */
export function desktop({ name, program = 'notify-send' }: DesktopOptions): Channel {
  return {
    name,
    send: (alert, signal) => {
      const environment = session(process.env);
      if (environment === undefined) return Promise.reject(new SendError(`${name}: ${noDesktop()}`, { final: true }));
      return ran([program, ...desktopArguments(alert)], '', environment, signal);
    },
  };
}
