import { kexinit } from '../facts/client/kexinit.ts';
import { accepts, type Listener, listeners } from '../facts/listeners.ts';
import { units } from '../facts/units.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle, Section } from '../model/bundle.ts';

/** An SSH server that is not OpenSSH and answers on the asked port. */
export interface OtherServer {
  readonly name: string;
  readonly port: number;
  /** Why what was read of sshd says nothing here. */
  readonly detail: string;
  /** Command that shows what there is to see of it. */
  readonly look: string;
}

const OTHERS: readonly { name: string; process: RegExp; banner: RegExp; unit: string; look: string }[] = [
  {
    name: 'Dropbear',
    process: /^dropbear$/,
    banner: /^SSH-2\.0-dropbear/i,
    unit: 'dropbear.socket',
    look: 'ps -ww -C dropbear -o args; journalctl -t dropbear',
  },
  {
    name: 'TinySSH',
    process: /^tinysshd$/,
    banner: /^SSH-2\.0-tinyssh/i,
    unit: 'tinysshd.socket',
    look: 'ps -ww -C tinysshd -o args; journalctl -t tinysshd',
  },
];

/** What starts a server for each connection, so that the listener does not tell which one. */
const STARTERS = /^(?:systemd|inetd|xinetd|tcpsvd|tcpserver|s6-tcpserver\w*|busybox|nc|ncat|socat)$/;

/** What is about sshd alone: of another server it would tell lies. */
const OF_SSHD = /^(?:sshd-(?:binary|test|effective|exe)|hostkeys|limits|log-(?:sshd|units)|file:\/etc\/ssh\/.*)$/;

/** Which other SSH server has the asked port, as far as the server's side was looked at. */
export function otherServer(bundle: Bundle, attempt: Attempt): OtherServer | undefined {
  const all = listeners.read(bundle);
  if (!all.known) return undefined;
  const greetings = kexinit.read(bundle);
  const probe = greetings.known ? greetings.value.probes.find(({ banner }) => banner !== undefined) : undefined;
  const port = attempt.port ?? 22;
  const address = probe?.address;
  const here = all.value.filter((one) => one.port === port && (address === undefined || accepts(one, address)));
  // Asked about no port in particular, sshd is meant wherever it listens.
  if (holds(attempt.port === undefined ? all.value : here, /^sshd/)) return undefined;
  const states = units.read(bundle);
  const found = OTHERS.find(({ process, banner, unit }) => {
    if (holds(here, process)) return true;
    if (!holds(here, STARTERS)) return false;
    const socket = states.known ? states.value?.get(unit) : undefined;
    const starts =
      socket?.active === 'active' && new RegExp(`(?:^|:)${port} \\(Stream\\)`).test(socket.property('Listen') ?? '');
    return starts || banner.test(probe?.banner ?? '');
  });
  if (!found) return undefined;
  const { name, look } = found;
  return { name, port, detail: `port ${port} is served by ${name}, not by sshd`, look };
}

function holds(here: readonly Listener[], name: RegExp): boolean {
  return here.some(({ processes }) => processes.some((one) => name.test(one.name)));
}

/** The same Bundle, in which what was read of sshd is a gap. */
export function setAside(bundle: Bundle, { detail }: OtherServer): Bundle {
  const sections = Object.entries(bundle.sections).map(([name, section]): [string, Section] => [
    name,
    OF_SSHD.test(name) ? { ...section, status: 'unsupported', detail } : section,
  ]);
  return { ...bundle, sections: Object.fromEntries(sections) };
}
