import { toldTest } from '../../cause-test.ts';

toldTest(
  'daemon/selinux-port',
  {
    'log-audit':
      'type=AVC msg=audit(1790000000.123:456): avc:  denied  { name_bind } for  pid=812 comm="sshd" src=2222 scontext=system_u:system_r:sshd_t:s0-s0:c0.c1023 tcontext=system_u:object_r:unreserved_port_t:s0 tclass=tcp_socket permissive=0',
  },
  /does not let sshd listen on port 2222/,
);
