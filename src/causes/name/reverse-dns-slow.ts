import { attemptLog } from '../../facts/client/attempt.ts';
import { daemon, unitName } from '../../facts/daemon.ts';
import { reverse } from '../../facts/reverse.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { type Directive, type SshdConfig, setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { commentOut, reload } from '../../model/change.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly from: string;
  readonly ms: number;
  /** It was not waited for its end. */
  readonly cut: boolean;
  readonly found: boolean;
  readonly lines: readonly Directive[];
  /** Rules that name clients by their names, which need the look-up. */
  readonly rules: readonly Directive[];
  readonly unit: string;
}

/** From here on people notice. */
const SLOW_MS = 1000;

/** Match Host blocks and users of the form USER@HOST that are not addresses. */
function byName(config: SshdConfig): readonly Directive[] {
  return config.directives.filter(({ keyword, words, within }) => {
    const hosts = within.some(({ criteria }) => criteria.some(({ name }) => name === 'host'));
    return (
      hosts ||
      (['allowusers', 'denyusers'].includes(keyword) &&
        words.args.some((one) => /@/.test(one) && /[a-z]/i.test(one.slice(one.indexOf('@')))))
    );
  });
}

export const cause = defineCause<Data>({
  id: 'name/reverse-dns-slow',
  severity: 'degrades',
  title: 'The server looks for the name of the client, and that is slow',
  why: 'With UseDNS yes, sshd asks DNS for the name of the address that connects, and for the address of that name, before it answers to the first login. Where the nameservers of the server are slow or gone, every login waits for them, up to half a minute, and may end in LoginGraceTime.',
  refs: ['sshd_config(5), UseDNS', 'canohost.c, remote_hostname()', 'resolv.conf(5), timeout'],
  proofs: [
    proof({
      needs: { sshdConfig, reverse },
      helps: { attemptLog, daemon },
      check({ sshdConfig: config, reverse: found, attemptLog: log, daemon: state }, { from }) {
        const rule = setting(config, 'usedns', {});
        if (!found || from === undefined || !rule.certain || rule.values[0]?.toLowerCase() !== 'yes') return [];
        const ms = found.ptrMs + found.forwardMs;
        if (ms < SLOW_MS) return [];
        const evidence: Evidence[] = [...rule.from.map(quoted), ...found.evidence];
        const { auth, authenticated } = log?.stageMs ?? {};
        if (auth !== undefined && authenticated !== undefined && authenticated - auth >= SLOW_MS)
          evidence.push({
            side: 'client',
            section: 'attempt',
            text: `${authenticated - auth} ms from the first question of the login to its end`,
          });
        const data: Data = {
          from,
          ms,
          cut: found.cut,
          found: found.ptr !== undefined,
          lines: rule.from,
          rules: byName(config),
          unit: state ? unitName(state) : 'ssh',
        };
        return [{ data, subject: from, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ from, ms, cut, found, lines }) =>
    `The server looks for the name of ${from} at each login (UseDNS yes${lines[0] ? ` in line ${lines[0].line} of ${lines[0].file}` : ''}), which takes ${cut ? 'more than ' : ''}${(ms / 1000).toFixed(1)} s${found ? '' : ' and finds none'}.`,
  remedy: ({ lines, rules, unit }) =>
    rules.length > 0 || lines.length === 0
      ? {
          refuse: `sshd_config names clients by their names (${rules.map(({ file, line }) => `${file}:${line}`).join(', ')}), which works only with UseDNS yes`,
          manual: [
            'Repair the nameservers of the server: cat /etc/resolv.conf; time getent hosts ADDRESS',
            'Or name addresses instead of names there, and then set UseDNS no.',
          ],
        }
      : {
          summary: 'no longer look for the names of clients; the log then shows addresses',
          risk: 'safe',
          where: 'server',
          changes: [...commentOut(lines), reload(unit)],
        },
});
