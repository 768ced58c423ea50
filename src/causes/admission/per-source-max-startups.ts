import { lastSaid, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { processes, sshdListener } from '../../facts/processes.ts';
import { setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly from: string;
  readonly max: string;
}

export const cause = defineCause<Data>({
  id: 'admission/per-source-max-startups',
  severity: 'blocks',
  title: 'Too many connections from one address that have not logged in yet (PerSourceMaxStartups)',
  why: 'PerSourceMaxStartups limits the connections without a login of each address or network (PerSourceNetBlockSize). A NAT gateway, a jump host or a monitoring that opens several at once runs into it; with PerSourceNetBlockSize and one number, all of IPv6 counts as one network.',
  refs: ['sshd_config(5), PerSourceMaxStartups, PerSourceNetBlockSize', 'srclimit.c'],
  proofs: [
    proof({
      needs: { sshdLog, meta, sshdConfig, processes },
      check({ sshdLog: log, meta: { now }, sshdConfig: config, processes: all }, { from, user }) {
        const said = lastSaid(
          log,
          now,
          /^drop connection #(\d+) from \[([^\]]+)\]:\d+ on .{1,100} MaxStartups$/i,
          user,
        );
        const [, startups, address = ''] = said?.match ?? [];
        const rule = setting(config, 'persourcemaxstartups', {});
        const [max = 'none'] = rule.values;
        const title = sshdListener(all);
        // With fewer than that sshd never throttles for the sake of MaxStartups.
        if (!said || address !== from || max === 'none' || !title || Number(startups) >= title.begin) return [];
        const evidence: Evidence[] = [
          said.evidence,
          ...rule.from.map(
            ({ file, line, text }) => ({ side: 'server', section: `file:${file}`, line, text }) as const,
          ),
        ];
        return [{ data: { from: address, max }, subject: address, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ from, max }) =>
    `${from} has ${max} connections open that have not logged in, and sshd takes no more from one source (PerSourceMaxStartups).`,
  masks: ['admission/max-startups'],
  remedy: ({ from }) => ({
    refuse: 'who opens those connections has to be found first',
    manual: [
      `See them: ss -tn state established "( sport = :22 and dst ${from} )"`,
      'Wait LoginGraceTime (two minutes by default), or end them. Behind a NAT gateway of many users: raise PerSourceMaxStartups, run sshd -t, then reload sshd.',
    ],
  }),
});
