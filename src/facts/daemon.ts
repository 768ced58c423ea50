import type { Evidence } from '../model/finding.ts';
import { type Listener, listeners, sshListeners } from './listeners.ts';
import { meta } from './meta.ts';
import { derived, Hidden } from './source.ts';
import { sshService, sshSocket, type Unit, units } from './units.ts';

/** What of sshd runs and listens. */
export interface Daemon {
  /** Sockets on which an SSH daemon, or systemd for it, waits. */
  readonly listening: readonly Listener[];
  /** Sockets of which could not be seen who holds them (not root): any of them may be an SSH daemon's. */
  readonly hidden: readonly Listener[];
  /** All TCP listeners of the machine. */
  readonly all: readonly Listener[];
  readonly service?: Unit;
  readonly socket?: Unit;
  /** Ports of the socket unit. */
  readonly socketPorts: readonly number[];
}

/** Ports in `Listen=` of a socket unit, e.g. `[::]:22 (Stream) 0.0.0.0:22 (Stream)`. */
function portsOf(socket: Unit | undefined): readonly number[] {
  const ports = [...(socket?.property('Listen') ?? '').matchAll(/:(\d{1,5}) \(Stream\)|^(\d{1,5}) \(Stream\)/g)];
  return [...new Set(ports.map((found) => Number(found[1] ?? found[2])))];
}

export const daemon = derived(
  'daemon',
  'whether an SSH daemon listens, and the systemd units that run it',
  { listeners, units },
  ({ listeners: all, units: states, meta: who }): Daemon => {
    const service = states ? sshService(states) : undefined;
    const socket = states ? sshSocket(states) : undefined;
    const socketPorts = portsOf(socket);
    const listening = sshListeners(all, socketPorts);
    const unseen = all.filter((one) => one.processes.length === 0 && !listening.includes(one));
    const hidden = who?.isRoot === false ? unseen : [];
    if (listening.length === 0 && hidden.length > 0) throw new Hidden('only root sees who holds the listening sockets');
    return {
      listening,
      hidden,
      all,
      ...(service ? { service } : {}),
      ...(socket ? { socket } : {}),
      socketPorts,
    };
  },
  { meta },
);

/** `ActiveState=failed` and the like, as evidence. */
export function unitEvidence(unit: Unit, ...properties: readonly string[]): Evidence[] {
  return properties.flatMap((name) => {
    const line = unit.line(name);
    return line === undefined
      ? []
      : [{ side: 'server', section: 'units', line, text: `${unit.id}: ${name}=${unit.property(name)}` }];
  });
}

/** Name of the unit to start and enable, `ssh` on Debian. */
export function unitName(of: Daemon): string {
  return (of.service?.id ?? 'ssh.service').replace(/\.service$/, '');
}
