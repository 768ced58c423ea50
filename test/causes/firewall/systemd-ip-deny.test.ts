import { toldTest } from '../../cause-test.ts';

toldTest(
  'firewall/systemd-ip-deny',
  {
    units: (before) =>
      before.replace(
        /^Id=ssh\.service$/gm,
        'Id=ssh.service\nIPAddressDeny=0.0.0.0/0 ::/0\nIPAddressAllow=192.0.2.0/24',
      ),
  },
  /IPAddressDeny of ssh\.service holds the address/,
);
