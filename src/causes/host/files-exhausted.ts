import { daemon, unitName } from '../../facts/daemon.ts';
import { limits } from '../../facts/limits.ts';
import { kernelLog, lastSaid, since, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { processes, sshdListener } from '../../facts/processes.ts';
import { sysctl } from '../../facts/sysctl.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence, Observed } from '../../model/finding.ts';

interface Data {
  readonly whose: 'machine' | 'sshd';
  readonly max?: number;
  /** The unit of sshd, where systemd runs it. */
  readonly unit?: string;
}

/** sshd holds five files open and needs about as many again to take a connection. */
const TOO_FEW = 16;
/** DefaultLimitNOFILE= of systemd-system.conf(5), since 240. */
const USUAL = '1024:524288';
const RECENT_MS = 15 * 60_000;

export const cause = defineCause<Data>({
  id: 'host/files-exhausted',
  severity: 'blocks',
  title: 'No more files can be opened',
  why: 'A connection is an open file, and a login opens many. When the limit of sshd (LimitNOFILE) or of the whole machine (fs.file-max) is reached, accept and everything after it fail with "Too many open files", and sshd hangs up without a word.',
  refs: ['systemd.exec(5), LimitNOFILE', 'proc(5), /proc/sys/fs/file-max', 'accept(2), EMFILE, ENFILE'],
  proofs: [
    proof({
      needs: { sysctl, meta },
      helps: { limits, sshdLog, kernelLog, daemon, processes },
      check(given, { user }): readonly Observed<Data>[] {
        const { sysctl: kernel, limits: bounds, daemon: state, sshdLog: log = [], kernelLog: dmesg } = given;
        const { now } = given.meta;
        const heard = lastSaid(log, now, /Too many open files(?: in system)?/, user);
        const age = given.processes && sshdListener(given.processes)?.process.age;
        // Started anew since, sshd has other limits; ages are whole seconds.
        const stale = age !== undefined && (heard?.entry.at ?? now) < now - (age + 1) * 1000;
        const spoken =
          (stale ? undefined : heard?.evidence) ??
          since(dmesg ?? [], now, RECENT_MS)
            .filter(({ message }) => /VFS: file-max limit \d+ reached/.test(message))
            .map(({ line, message }): Evidence => ({ side: 'server', section: 'log-kernel', line, text: message }))
            .at(-1);
        const said = spoken ? [spoken] : [];
        const whole = kernel.get('fs.file-nr');
        const [used = 0, , max = Number.POSITIVE_INFINITY] = whole?.value.split(/\s+/).map(Number) ?? [];
        if (whole && used >= max * 0.98) {
          const evidence: Evidence[] = [
            { side: 'server', section: 'sysctl', line: whole.line, text: whole.text },
            ...said,
          ];
          return [{ data: { whose: 'machine', max }, verdict: said[0] ? 'confirmed' : 'likely', evidence }];
        }
        const own = bounds?.of.get('Max open files');
        if (own && own.soft < TOO_FEW) {
          const evidence: Evidence[] = [{ side: 'server', section: 'limits', line: own.line, text: own.text }, ...said];
          const unit = state?.service ? { unit: unitName(state) } : {};
          return [{ data: { whose: 'sshd', max: own.soft, ...unit }, verdict: 'confirmed', evidence }];
        }
        return spoken ? [{ data: { whose: 'sshd' }, verdict: 'likely', evidence: said }] : [];
      },
    }),
  ],
  says: ({ whose, max }) =>
    `${whose === 'machine' ? 'The whole machine' : 'sshd'} may open ${max ?? 'no more'} files${max === undefined ? '' : whose === 'machine' ? ' and has done so' : ', too few to serve a connection'}.`,
  masks: ['daemon/wedged', 'daemon/not-running', 'session/shell-exits'],
  remedy: ({ whose, max, unit }) =>
    whose === 'machine' && max !== undefined
      ? {
          summary: 'allow more open files until the next boot; then look for the program that opens them',
          risk: 'safe',
          where: 'server',
          changes: [{ kind: 'sysctl', key: 'fs.file-max', value: String(Math.ceil(max * 1.5)) }],
        }
      : unit !== undefined
        ? {
            summary:
              'give sshd the usual limit again by a drop-in of its unit, which comes after the others, and start it anew',
            risk: 'interrupts',
            where: 'server',
            changes: [
              { kind: 'folder', path: `/etc/systemd/system/${unit}.service.d`, mode: '0755', owner: 'root:root' },
              {
                kind: 'write',
                file: `/etc/systemd/system/${unit}.service.d/zz-sshwhy.conf`,
                text: `[Service]\nLimitNOFILE=${USUAL}\n`,
                mode: '0644',
              },
              { kind: 'unit', unit, action: 'daemon-reload' },
              { kind: 'unit', unit, action: 'restart' },
            ],
          }
        : {
            refuse: 'where the limit of a daemon that systemd does not run was set is not known',
            manual: [
              'See where: systemctl cat ssh | grep -n LimitNOFILE. Take the line out or raise it (the default is 1024 and more).',
              'Then: systemctl daemon-reload && systemctl restart ssh',
            ],
          },
});
