import { kernelLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { sysctl } from '../../facts/sysctl.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly count: number;
  readonly max: number;
  readonly full: boolean;
}

/** Seconds for which the kernel's word counts as of now. */
const LATELY = 300;

export const cause = defineCause<Data>({
  id: 'firewall/conntrack-full',
  severity: 'blocks',
  title: 'The table of connections (conntrack) is full',
  why: 'A packet filter that asks for the state of connections keeps them all in one table of the kernel. When it is full, the first packets of new connections are dropped, whatever the rules say; who is connected already stays so. Floods, scans and servers with many short connections fill it.',
  unshown: 'nf_conntrack_max belongs to the whole machine, and a host of the lab may not set it',
  refs: ['nf_conntrack-sysctl (kernel documentation)', 'conntrack(8)'],
  proofs: [
    proof({
      needs: { sysctl },
      helps: { kernelLog, meta },
      check({ sysctl: settings, kernelLog: log, meta: about }) {
        const [count, max] = ['count', 'max'].map((what) => settings.get(`net.netfilter.nf_conntrack_${what}`));
        const [used, all] = [Number(count?.value), Number(max?.value)];
        if (!count || !max || !(all > 0)) return [];
        const now = about?.now;
        const said = (log ?? []).filter(({ message }) =>
          /nf_conntrack: (?:nf_conntrack: )?table full, dropping packet/.test(message),
        );
        const lately = said.filter(({ at }) => at !== undefined && now !== undefined && now - at < LATELY * 1000);
        const full = used >= all;
        if (!full && said.length === 0) return [];
        const evidence: Evidence[] = [
          ...[count, max].map(({ line, text }): Evidence => ({ side: 'server', section: 'sysctl', line, text })),
          ...said
            .slice(-2)
            .map(({ line, message }): Evidence => ({ side: 'server', section: 'log-kernel', line, text: message })),
        ];
        return [
          {
            data: { count: used, max: all, full },
            // A table that is full is emptied a little again and again: a packet may slip in.
            verdict: full ? 'confirmed' : lately.length > 0 ? 'likely' : 'possible',
            evidence,
            ...(full || lately.length > 0 ? {} : { latent: true as const }),
          },
        ];
      },
    }),
  ],
  says: ({ count, max, full }) =>
    full
      ? `The kernel's table of connections is full (${count} of ${max}), so that the first packets of new ones are dropped.`
      : `The kernel's table of connections was full (now ${count} of ${max}) and new ones were dropped.`,
  masks: ['firewall/path-filtered', 'firewall/host-drop'],
  remedy: ({ max }) => ({
    summary: `make the table twice as large until the next boot (a file in /etc/sysctl.d keeps it); \`conntrack -S\` and \`conntrack -L\` tell who fills it`,
    risk: 'safe',
    where: 'server',
    changes: [{ kind: 'sysctl', key: 'net.netfilter.nf_conntrack_max', value: String(max * 2) }],
  }),
});
