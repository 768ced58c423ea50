import { spawn } from 'node:child_process';

/** Tells systemd how the service is (sd_notify(3)). Does nothing where nobody asked to be told. */
export interface ServiceNotifier {
  /** It does its work now; `status` is what `systemctl status` shows. */
  ready(status: string): void;
  status(status: string): void;
  stopping(): void;
}

const TOLD_MS = 10_000;

/**
 * By systemd-notify(1), because Node.js has no datagram sockets of the kind that $NOTIFY_SOCKET is; the unit needs
 * NotifyAccess=all. With WatchdogSec= systemd is told three times in that time that the process still turns.
 */
export function serviceNotifier(env: Readonly<Record<string, string | undefined>>): ServiceNotifier {
  if (env['NOTIFY_SOCKET'] === undefined || env['NOTIFY_SOCKET'] === '')
    return { ready: () => {}, status: () => {}, stopping: () => {} };
  const tell = (...words: readonly string[]): void => {
    const child = spawn('systemd-notify', words, { stdio: 'ignore', timeout: TOLD_MS });
    // Without it the watch is as good; systemd says that it heard nothing.
    child.on('error', () => {});
    child.unref();
  };
  const watchdogMs = Number(env['WATCHDOG_USEC'] ?? Number.NaN) / 1000;
  let timer: NodeJS.Timeout | undefined;
  const oneLine = (status: string): string => status.replace(/[\p{Cc}\u2028\u2029]/gu, ' ').slice(0, 200);
  return {
    ready: (status) => {
      tell('--ready', `--status=${oneLine(status)}`);
      if (watchdogMs > 0) timer = setInterval(() => tell('WATCHDOG=1'), watchdogMs / 3).unref();
    },
    status: (status) => tell(`--status=${oneLine(status)}`),
    stopping: () => {
      clearInterval(timer);
      tell('STOPPING=1');
    },
  };
}
