import { kexinit } from '../../facts/client/kexinit.ts';
import { daemon, unitName } from '../../facts/daemon.ts';
import { since, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { processes, sshdListener } from '../../facts/processes.ts';
import { setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

type Data =
  | {
      readonly side: 'server';
      readonly startups: number;
      readonly begin: number;
      readonly full: number;
      /** Of 100 new connections, how many are closed now; not known without MaxStartups. */
      readonly closed?: number;
      readonly unit: string;
    }
  | { readonly side: 'client'; readonly address: string };

const RECENT_MS = 120_000;

/** should_drop_connection() of sshd.c: from `begin` on `rate` percent, growing to all of them at `full`. */
function dropped(startups: number, begin: number, rate: number, full: number): number {
  if (startups >= full || rate === 100) return 100;
  return Math.trunc(((100 - rate) * (startups - begin)) / (full - begin)) + rate;
}

export const cause = defineCause<Data>({
  id: 'admission/max-startups',
  severity: 'blocks',
  title: 'Too many connections that have not logged in yet (MaxStartups)',
  why: 'sshd takes only so many connections that have not authenticated. From the first number of MaxStartups on it closes new ones at random, from the last on all of them. Scanners, a monitoring that only opens the port, or hanging clients fill the slots until LoginGraceTime frees them.',
  refs: ['sshd_config(5), MaxStartups', 'sshd.c, should_drop_connection()'],
  proofs: [
    proof({
      needs: { processes, daemon },
      helps: { sshdLog, meta, kexinit, sshdConfig },
      check({ processes: all, daemon: state, sshdLog: log, meta: about, kexinit: greeted, sshdConfig: config }) {
        const title = sshdListener(all);
        if (!title || title.startups < title.begin) return [];
        const recent = log && about ? since(log, about.now, RECENT_MS) : [];
        const told = recent.filter(({ message }) => /past MaxStartups$|MaxStartups throttling/.test(message)).slice(-3);
        const refused = greeted?.probes.find(({ refusal }) => refusal === 'max-startups');
        const evidence: Evidence[] = [
          { side: 'server', section: 'processes', line: title.process.line, text: title.process.args },
          ...told.map(({ line, message }) => ({ side: 'server', section: 'log-sshd', line, text: message }) as const),
          ...(refused
            ? [{ side: 'client', section: 'kexinit', line: refused.line, text: refused.first } as const]
            : []),
        ];
        const { startups, begin, full } = title;
        const rate = config && Number(setting(config, 'maxstartups', {}).values.join(':').split(':')[1] || 30);
        const closed = rate === undefined ? {} : { closed: dropped(startups, begin, rate, full) };
        const data = { side: 'server', startups, begin, full, ...closed, unit: unitName(state) } as const;
        return [{ data, verdict: startups >= full || refused ? 'confirmed' : 'likely', evidence }];
      },
    }),
    proof({
      needs: { kexinit },
      check({ kexinit: { probes } }) {
        const refused = probes.find(({ refusal }) => refusal === 'max-startups');
        if (!refused) return [];
        const evidence = [{ side: 'client', section: 'kexinit', line: refused.line, text: refused.first } as const];
        return [{ data: { side: 'client', address: refused.address }, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: (data) =>
    data.side === 'server'
      ? `${data.startups} connections that have not logged in fill the slots of sshd (MaxStartups: from ${data.begin} on at random, from ${data.full} on every new one is closed${data.closed === undefined ? '' : `; now ${data.closed} of 100`}).`
      : `${data.address} says that it has too many connections that have not logged in yet (MaxStartups).`,
  remedy: (data) => ({
    refuse: 'who opens those connections has to be found first; more slots only feed them',
    manual: [
      'See who holds them: ss -tn state established "( sport = :22 )"',
      'Wait LoginGraceTime (two minutes by default), or end them: the slots are then free.',
      data.side === 'server'
        ? `If the load is honest: raise MaxStartups in sshd_config, run sshd -t, systemctl reload ${data.unit}.`
        : 'Try again in two minutes.',
    ],
  }),
});
