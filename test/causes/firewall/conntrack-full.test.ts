import { toldTest } from '../../cause-test.ts';

toldTest(
  'firewall/conntrack-full',
  {
    sysctl: (before) =>
      `${before.replace(/^net\.netfilter\..*\n?/gm, '')}\nnet.netfilter.nf_conntrack_count=65536\nnet.netfilter.nf_conntrack_max=65536`,
  },
  /table of connections is full \(65536 of 65536\)/,
);
