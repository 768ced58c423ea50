import { toldTest } from '../../cause-test.ts';

toldTest(
  'host/out-of-memory',
  {
    'log-kernel':
      '9999999999.000000 web1 kernel: Out of memory: Killed process 4242 (sshd) total-vm:13456kB, anon-rss:7000kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:60kB oom_score_adj:0',
  },
  /killed sshd \(process 4242\)/,
);
