import { file } from './files.ts';
import { keyValues } from './key-value.ts';
import { section } from './source.ts';
import { parseUnits } from './units.ts';

/** An address of the machine, and the first file of a network manager that names it. */
export interface BootAddress {
  readonly address: string;
  /** Leased or announced (DHCP, router advertisement). */
  readonly dynamic: boolean;
  readonly file?: string;
  readonly line: number;
  readonly text: string;
}

/** What the machine says of its next boot; each with its line in the section. */
export interface Boot {
  /** What keeps the machine in a container: its network, disks and kernel come from outside. */
  readonly container?: string;
  /** Unit that systemd boots into. */
  readonly target?: string;
  readonly rebootRequired: boolean;
  readonly rebootFor: readonly string[];
  /** /etc/ssh/sshd_not_to_be_run is there (ConditionPathExists= of Debian's units). */
  readonly notToBeRun: boolean;
  /** The line of tmpfiles.d(5) that makes /run/sshd. */
  readonly tmpfiles?: string;
  /** Sockets may be bound to addresses that are not there yet (ip-sysctl, ip_nonlocal_bind). */
  readonly nonlocalBind: boolean;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** Where= of mount units of the administrator. */
  readonly mountUnits: readonly string[];
  /** Lines of /etc/fstab whose device is not there. */
  readonly fstabMissing: readonly number[];
  readonly addresses: readonly BootAddress[];
  readonly line: (key: string) => number | undefined;
}

export const boot = section(
  'server',
  'boot',
  'what the next boot will make of the machine, beside its units and rules (boot.sh)',
  (text): Boot => {
    const lines = (text ?? '').split('\n');
    const values = keyValues(text ?? '');
    const all = (key: string): readonly string[] => values.get(key) ?? [];
    const one = (key: string): string | undefined => all(key)[0] || undefined;
    const [container, target, tmpfiles] = [one('container'), one('target'), one('tmpfiles')];
    return {
      ...(container && { container }),
      ...(target && { target }),
      ...(tmpfiles && { tmpfiles }),
      rebootRequired: one('reboot-required') !== undefined,
      rebootFor: all('reboot-for'),
      notToBeRun: one('not-to-be-run') !== undefined,
      nonlocalBind: one('nonlocal-bind') === '1',
      files: all('boot-file').flatMap((word) => {
        const [, size, path] = /^(\d+) (\/.*)$/.exec(word) ?? [];
        return path === undefined ? [] : [{ path, size: Number(size) }];
      }),
      mountUnits: all('mount-unit'),
      fstabMissing: all('fstab-missing').map(Number),
      addresses: lines.flatMap((line, i): BootAddress[] => {
        const [, address, kind, path] = /^address=(\S+) (dynamic|static) ?(.*)$/.exec(line) ?? [];
        if (address === undefined) return [];
        return [{ address, dynamic: kind === 'dynamic', ...(path && { file: path }), line: i + 1, text: line }];
      }),
      line: (key) => {
        const at = lines.findIndex((line) => line.startsWith(`${key}=`));
        return at < 0 ? undefined : at + 1;
      },
    };
  },
);

export const bootUnits = section(
  'server',
  'boot-units',
  'which units that matter for ssh start at boot (`systemctl show`); null without systemd',
  parseUnits,
  'boot units',
);

export const bootHooks = section(
  'server',
  'boot-hooks',
  'lines of scripts and units that may change the packet filter at boot, `FILE:LINE:TEXT`',
  (text): readonly { readonly line: number; readonly text: string }[] =>
    (text ?? '').split('\n').flatMap((line, i) => (line === '' ? [] : [{ line: i + 1, text: line }])),
);

/** One rules file that a unit loads at boot, tried out in a network of its own. */
export interface BootLoad {
  readonly tool: string;
  readonly file: string;
  /** Of the tool; absent when it could not be tried. */
  readonly rc?: number;
  /** What the tool said. */
  readonly said: readonly string[];
  readonly line: number;
}

export const bootLoad = section(
  'server',
  'boot:load',
  'rules files that units load at boot, and what came of loading them in a network of their own',
  (text): readonly BootLoad[] => {
    const all: (BootLoad & { said: string[] })[] = [];
    for (const [i, line] of (text ?? '').split('\n').entries()) {
      const [, tool, rc, path] = /^load=(\w+) (\d+|-) (\/.*)$/.exec(line) ?? [];
      if (tool && path) all.push({ tool, file: path, ...(rc !== '-' && { rc: Number(rc) }), said: [], line: i + 1 });
      else if (line.startsWith('said=')) all.at(-1)?.said.push(line.slice(line.indexOf(' ') + 1));
    }
    return all;
  },
);

/** A line of fstab(5). */
export interface FstabEntry {
  readonly spec: string;
  readonly target: string;
  readonly type: string;
  readonly options: readonly string[];
  readonly line: number;
  readonly text: string;
}

export const fstabLines = file('/etc/fstab');

export function parseFstab(lines: readonly string[]): readonly FstabEntry[] {
  return lines.flatMap((text, i) => {
    const [spec, target, type, options = 'defaults'] = text.trim().split(/\s+/).map(unescaped);
    if (!spec || spec.startsWith('#') || !target || !type) return [];
    return [{ spec, target, type, options: options.split(','), line: i + 1, text }];
  });
}

function unescaped(word: string): string {
  return word.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
