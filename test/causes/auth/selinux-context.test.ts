import { toldTest } from '../../cause-test.ts';

toldTest(
  'auth/selinux-context',
  {
    'log-audit':
      'type=AVC msg=audit(1790000000.123:458): avc:  denied  { read } for  pid=900 comm="sshd" name="authorized_keys" dev="dm-0" ino=131 scontext=system_u:system_r:sshd_t:s0-s0:c0.c1023 tcontext=unconfined_u:object_r:default_t:s0 tclass=file permissive=0',
  },
  /labelled unconfined_u:object_r:default_t:s0/,
);
