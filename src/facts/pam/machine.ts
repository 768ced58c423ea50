import { keyValues } from '../key-value.ts';
import { section } from '../source.ts';

/** Somebody who is logged in, for pam_limits. */
export interface OpenSession {
  readonly user: string;
  /** Of logind: `user`, `manager`, …; undefined for an entry of utmp. */
  readonly class?: string;
}

export interface PamMachine {
  /** Of Linux-PAM, e.g. [1, 5, 2]. */
  readonly release?: readonly [number, number, number];
  /** Debian's build, or one of its offspring's. */
  readonly debian: boolean;
  /** File names of the modules that are installed, without `.so`; empty when the folder was not found. */
  readonly modules: ReadonlySet<string>;
  /** Files whose last line has no newline, which some modules pass over. */
  readonly unended: ReadonlySet<string>;
  readonly utmp: readonly OpenSession[];
  readonly logind: readonly OpenSession[];
}

/** Release, modules and open sessions of Linux-PAM's machine, in lines `key=value`. */
export const pamMachine = section(
  'server',
  'pam',
  'release and modules of Linux-PAM, who is logged in (who(1), /run/systemd/sessions)',
  (text): PamMachine => {
    const modules = new Set<string>();
    const unended = new Set<string>();
    const utmp: OpenSession[] = [];
    const logind: OpenSession[] = [];
    let debian = false;
    let release: PamMachine['release'];
    for (const line of (text ?? '').split('\n')) {
      const [, key = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
      if (key === 'packages') debian = value === 'dpkg';
      else if (key === 'module') modules.add(value);
      else if (key === 'unended') unended.add(value);
      else if (key === 'utmp') utmp.push({ user: value });
      else if (key === 'logind') {
        const [user = '', kind = ''] = value.split(' ');
        logind.push({ user, class: kind });
      } else if (key === 'release') {
        const [, major, minor, patch] = /^(?:\d+:)?(\d+)\.(\d+)(?:\.(\d+))?/.exec(value) ?? [];
        if (minor !== undefined) release = [Number(major), Number(minor), Number(patch ?? 0)];
      }
    }
    return { debian, modules, unended, utmp, logind, ...(release ? { release } : {}) };
  },
);

export const selinuxState = section(
  'server',
  'security',
  'state of SELinux: `enforcing`, `permissive`, `disabled` or `none`',
  (text): string => keyValues(text ?? '').get('selinux')?.[0] ?? '',
  'selinux-state',
);
