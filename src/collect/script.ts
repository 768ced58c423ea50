import { createHash } from 'node:crypto';
import { shellQuote } from '../model/remedy.ts';
import { shippedText } from '../shipped/files.ts';

const read = new Map<string, string>();

function script(name: string): string {
  const text = read.get(name) ?? shippedText(name, new URL(`./${name}`, import.meta.url));
  read.set(name, text);
  return text;
}

/** Assignments in front of a script. Values are quoted, never interpreted. */
function asking(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${shellQuote(String(value))}\n`]))
    .join('');
}

/**
 * `collect.sh` with what it is asked about before it; fed to `sh` on the server. `boot`: it also looks at what the next
 * boot will make of the machine (`boot.sh`), which takes longer.
 */
export function collectScript(o: {
  user?: string;
  from?: string;
  port?: number;
  scope?: 'keys';
  boot?: boolean;
}): string {
  const asked = asking({ SSHWHY_USER: o.user, SSHWHY_FROM: o.from, SSHWHY_PORT: o.port, SSHWHY_SCOPE: o.scope });
  const boot = o.boot ? `SSHWHY_BOOT=1\n${script('boot.sh')}\n` : 'SSHWHY_BOOT=\n';
  return `${asked}${boot}${script('collect.sh')}`;
}

/** A login that a second sshd is to see; see second-sshd.sh. */
export interface SecondLogin {
  readonly user: string;
  /** Configuration without ports, addresses and host keys. */
  readonly lines: string;
  /** As the client and the server have them; together. */
  readonly way?: { readonly from: string; readonly to: string; readonly port: number };
  /** For ssh-keygen -t and -b. */
  readonly key?: { readonly type: string; readonly bits?: number };
  /** Files in which the user's key stands, and the key (base64). */
  readonly stands?: { readonly files: readonly string[]; readonly key: string };
}

/** `second-sshd.sh` with the login that is tried; in namespaces of its own where it takes other addresses or files. */
export function secondSshdScript({ user, lines, way, key, stands }: SecondLogin): string {
  const about = asking({
    SSHWHY_USER: user,
    SSHWHY_LINES: lines,
    SSHWHY_FROM: way?.from,
    SSHWHY_TO: way?.to,
    SSHWHY_PORT: way?.port,
    SSHWHY_TYPE: key?.type,
    SSHWHY_BITS: key?.bits,
    SSHWHY_KEY: stands?.key,
    SSHWHY_FILES: stands?.files.join('\n'),
  });
  const text = `${about}\n${script('second-sshd.sh')}`;
  if (!way && !stands) return text;
  // The script comes on standard input, so the one that is run inside does as well, up to a line that it does not hold.
  const end = `END-${createHash('sha256').update(text).digest('hex')}`;
  return `unshare --mount --propagation private ${way ? '--net ' : ''}sh <<'${end}'\n${text}\n${end}\n`;
}

/** `vantage.sh` with the endpoint that it looks at. */
export function vantageScript(o: { host: string; port: number }): string {
  return `${asking({ SSHWHY_HOST: o.host, SSHWHY_PORT: o.port })}\n${script('vantage.sh')}`;
}

/** Endpoints that one machine looks at in one go. */
export interface VantageLook {
  readonly targets: readonly { readonly host: string; readonly port: number }[];
  /** For one connection, and for one lookup of a name; whole seconds. */
  readonly limit: number;
  readonly family?: 4 | 6;
  /** False: names are resolved, and nothing is dialled. */
  readonly dial?: boolean;
}

/** `vantage.sh` with several endpoints; fed to `sh` on the other machine. Names must be one word that is no option. */
export function vantagesScript({ targets, limit, family, dial = true }: VantageLook): string {
  const about = asking({
    SSHWHY_TARGETS: targets.map(({ host, port }) => `${host} ${port}`).join('\n'),
    SSHWHY_LIMIT: limit,
    SSHWHY_FAMILY: family,
    SSHWHY_DIAL: dial ? undefined : 'no',
  });
  return `${about}\n${script('vantage.sh')}`;
}

/** What `rescue.sh` is to do. */
export type RescueOrder =
  | { readonly action: 'end' | 'status' }
  | {
      readonly action: 'start';
      readonly port: number;
      readonly user: string;
      readonly seconds: number;
      readonly from?: string;
      /** Commands that let it through the firewall, and those that take that back. */
      readonly open: readonly string[];
      readonly shut: readonly string[];
    };

/** `rescue.sh` with its order; fed to `sh` on the server, as root. */
export function rescueScript(order: RescueOrder): string {
  const start = order.action === 'start' ? order : undefined;
  const about = asking({
    SSHWHY_ACTION: order.action,
    SSHWHY_PORT: start?.port,
    SSHWHY_USER: start?.user,
    SSHWHY_SECONDS: start?.seconds,
    SSHWHY_FROM: start?.from,
    SSHWHY_OPEN: start && start.open.length > 0 ? start.open.join('\n') : undefined,
    SSHWHY_SHUT: start && start.shut.length > 0 ? start.shut.join('\n') : undefined,
  });
  return `${about}\n${script('rescue.sh')}`;
}
