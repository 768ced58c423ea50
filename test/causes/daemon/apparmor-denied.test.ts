import { toldTest } from '../../cause-test.ts';

toldTest(
  'daemon/apparmor-denied',
  {
    'log-audit':
      'type=AVC msg=audit(1790000000.123:457): apparmor="DENIED" operation="open" profile="/usr/sbin/sshd" name="/srv/keys/alice" pid=812 comm="sshd" requested_mask="r" denied_mask="r" fsuid=0 ouid=0',
  },
  /denies sshd: open of \/srv\/keys\/alice/,
);
