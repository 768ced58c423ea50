import type { WatchEvent } from '../../model/watch.ts';

/** Counts the logins that are open. */
export interface Sessions {
  see(event: WatchEvent): void;
  active(): number;
}

interface Session {
  readonly at: number;
  readonly byProcess: string | undefined;
  readonly byConnection: string | undefined;
  /** PAM has said that it opened the session; what it says next is that it closed it. */
  opened: boolean;
}

/**
 * A login begins with the line that lets somebody in. It ends with a line about the end of the same connection (address and
 * port), with PAM's second line about a session by the same process, or when that process number or that connection is let
 * in anew. More than `limit` are not kept: the oldest goes. A session that ended without any line (power loss, a killed
 * sshd without PAM) counts until its number comes again; `since`: what began before then, the host's boot, is over.
 */
export function sessionCounter(o: { readonly limit: number; readonly since?: number }): Sessions {
  const byProcess = new Map<string, Session>();
  const byConnection = new Map<string, Session>();
  const all = new Set<Session>();

  const end = (session: Session | undefined): void => {
    if (session === undefined || !all.delete(session)) return;
    if (session.byProcess !== undefined) byProcess.delete(session.byProcess);
    if (session.byConnection !== undefined) byConnection.delete(session.byConnection);
  };

  const begin = (at: number, process: string | undefined, connection: string | undefined): void => {
    const session: Session = { at, byProcess: process, byConnection: connection, opened: false };
    all.add(session);
    if (process !== undefined) byProcess.set(process, session);
    if (connection !== undefined) byConnection.set(connection, session);
    if (all.size > o.limit) end(all.values().next().value);
  };

  return {
    active: () => all.size,
    see: (event) => {
      const { outcome, host, pid, from, port, type, at } = event;
      if (o.since !== undefined && at < o.since) return;
      const process = pid === undefined ? undefined : `${host} ${pid}`;
      const connection = from === undefined || port === undefined ? undefined : `${host} ${from} ${port}`;
      const known =
        (connection === undefined ? undefined : byConnection.get(connection)) ??
        (process === undefined ? undefined : byProcess.get(process));
      if (outcome === 'in') {
        end(known);
        if (process !== undefined) end(byProcess.get(process));
        if (process !== undefined || connection !== undefined) begin(at, process, connection);
      } else if (known !== undefined && (outcome === 'ended' || outcome === 'left')) end(known);
      else if (known !== undefined && type === 'pam/session') {
        if (known.opened) end(known);
        else known.opened = true;
      }
    },
  };
}
