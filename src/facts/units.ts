import { section } from './source.ts';

/** Properties of one systemd unit as `systemctl show` prints them, with the line of each in the section. */
export interface Unit {
  readonly id: string;
  /** `loaded`, `not-found`, `masked`, `bad-setting`, `error`. */
  readonly load: string;
  /** `active`, `inactive`, `failed`, `activating`, … */
  readonly active: string;
  readonly sub: string;
  /** `enabled`, `disabled`, `static`, `masked`, `masked-runtime`, … */
  readonly file: string;
  /** `success`, `exit-code`, `start-limit-hit`, `trigger-limit-hit`, … */
  readonly result: string;
  readonly property: (name: string) => string | undefined;
  /** 1-based line of a property in the section. */
  readonly line: (name: string) => number | undefined;
}

export type Units = ReadonlyMap<string, Unit>;

/** Blocks of `systemctl show`, by id; null without systemd. */
export function parseUnits(text: string | null): Units | null {
  if (text === null) return null;
  const found = new Map<string, Unit>();
  let properties = new Map<string, { value: string; line: number }>();
  const close = (): void => {
    const block = properties;
    const property = (name: string): string | undefined => block.get(name)?.value;
    const id = property('Id');
    if (id !== undefined) {
      found.set(id, {
        id,
        load: property('LoadState') ?? '',
        active: property('ActiveState') ?? '',
        sub: property('SubState') ?? '',
        file: property('UnitFileState') ?? '',
        result: property('Result') ?? '',
        property,
        line: (name) => block.get(name)?.line,
      });
    }
    properties = new Map();
  };
  for (const [i, line] of text.split('\n').entries()) {
    if (line === '') close();
    const at = line.indexOf('=');
    if (at <= 0) continue;
    // A property that comes again (Listen=) is one more value of it.
    const before = properties.get(line.slice(0, at));
    const value = line.slice(at + 1);
    properties.set(
      line.slice(0, at),
      before ? { ...before, value: `${before.value} ${value}` } : { value, line: i + 1 },
    );
  }
  close();
  return found;
}

export const units = section(
  'server',
  'units',
  'states of the systemd units that have to do with ssh (`systemctl show`, systemd(1)); null without systemd',
  parseUnits,
);

function firstLoaded(all: Units, names: readonly string[]): Unit | undefined {
  const there = names.map((name) => all.get(name)).filter((unit) => unit !== undefined);
  return there.find((unit) => unit.load === 'loaded') ?? there.find((unit) => unit.load !== 'not-found');
}

/** The unit that runs sshd: `ssh.service` on Debian, `sshd.service` elsewhere. */
export function sshService(all: Units): Unit | undefined {
  return firstLoaded(all, ['ssh.service', 'sshd.service']);
}

/** The socket unit that starts sshd for a connection, where one is active or enabled. */
export function sshSocket(all: Units): Unit | undefined {
  const socket = firstLoaded(all, ['ssh.socket', 'sshd.socket']);
  return socket && (socket.active === 'active' || socket.file === 'enabled' || socket.active === 'failed')
    ? socket
    : undefined;
}
