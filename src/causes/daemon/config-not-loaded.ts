import { daemon, unitName } from '../../facts/daemon.ts';
import { type LogEntry, lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { paths } from '../../facts/paths.ts';
import { processes, sshdListener } from '../../facts/processes.ts';
import { sshdConfig } from '../../facts/sshd/index.ts';
import { sshdTest } from '../../facts/sshd-test.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { reload } from '../../model/change.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly file: string;
  /** Seconds between the reading and the change. */
  readonly later: number;
  readonly unit: string;
  /** The new files are valid. */
  readonly valid: boolean;
}

/** `ps` counts whole seconds, and so does a file's time. */
const SLACK_S = 2;

/** Epoch seconds at which the listening sshd read its files: at its start, or when it was told to read them again. */
function readAt(log: readonly LogEntry[], pid: number, started: number): number {
  const again = log.findLast(
    (entry) => entry.pid === pid && /^(Received SIGHUP|Server listening on)/.test(entry.message),
  );
  return Math.max(started, (again?.at ?? 0) / 1000);
}

export const cause = defineCause<Data>({
  id: 'daemon/config-not-loaded',
  severity: 'blocks',
  title: 'The running sshd has not read the configuration as it is now',
  why: 'sshd reads its files when it starts and when it is reloaded, and hands what it read to the process of each connection. An edit does nothing until then: the files on disk say one thing, the daemon does another, and the next restart brings a change that nobody expects.',
  refs: ['sshd(8), SIGHUP'],
  proofs: [
    proof({
      needs: { processes, paths, meta, sshdLog, sshdConfig, daemon },
      helps: { sshdTest },
      check(given, attempt) {
        const { processes: all, paths: table, meta: clock, sshdLog: log, sshdConfig: config, daemon: state } = given;
        const listener = sshdListener(all)?.process;
        if (!listener) return [];
        const read = readAt(log, listener.pid, clock.now / 1000 - listener.age);
        // A log that begins later may have lost the words of a reload.
        const whole = log.some(({ at }) => at !== undefined && at / 1000 < read + SLACK_S);
        const changed = [...new Set(config.directives.map(({ file }) => file))].flatMap((file) => {
          const entry = table.get(file);
          return entry && entry.mtime > read + SLACK_S ? [entry] : [];
        });
        const refused = lastSaid(
          log,
          clock.now,
          /^User \S+ from \S+ not allowed because|^Failed |^Connection (closed|reset) by (authenticating|invalid) user /,
          attempt.user,
        );
        const fresh = refused && changed.some(({ mtime }) => (refused.entry.at ?? 0) / 1000 > mtime - SLACK_S);
        return changed.map((entry) => {
          const { line, text, path, mtime } = entry;
          const evidence: Evidence[] = [
            { side: 'server', section: 'paths', line, text },
            {
              side: 'server',
              section: 'processes',
              line: listener.line,
              text: `${listener.pid} runs for ${listener.age} s`,
            },
            ...(fresh ? [refused.evidence] : []),
          ];
          const data = {
            file: path,
            later: Math.round(mtime - read),
            unit: unitName(state),
            valid: given.sshdTest?.rc === 0,
          };
          // Whether the old files are what refuses cannot be seen; only where nothing else explains it is it worth a guess.
          if (fresh) return { data, subject: path, verdict: 'possible', evidence, closes: 'auth' } as const;
          return { data, subject: path, verdict: whole ? 'confirmed' : 'possible', evidence, latent: true } as const;
        });
      },
    }),
  ],
  says: ({ file, later }) =>
    `${file} was changed ${later} s after the running sshd had read it: what it says now is not yet in effect.`,
  remedy: ({ unit, valid }) =>
    valid
      ? {
          summary: 'have sshd read its files; connections that stand go on',
          risk: 'safe',
          where: 'server',
          changes: [reload(unit)],
        }
      : {
          refuse: 'the files as they are now are not valid',
          manual: ['Cure what sshd -t complains of first; do not restart sshd before.'],
        },
});
