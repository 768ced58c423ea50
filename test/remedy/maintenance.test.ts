import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { expect, test } from 'vitest';
import { commandsOf, reload } from '../../src/model/change.ts';
import { isAllowed, networkOf, rulesOf, windowChanges } from '../../src/remedy/maintenance.ts';

test('addresses and networks are taken as sshd takes them', () => {
  expect(networkOf('10.77.2.10')).toBe('10.77.2.10');
  expect(networkOf('10.77.2.0/24')).toBe('10.77.2.0/24');
  expect(networkOf('FD77:2:0::/64')).toBe('fd77:2::/64');
  // sshd refuses a network with bits behind its prefix (addr.c, addr_pton_cidr()).
  for (const word of [
    '10.77.2.10/24',
    'fd77::1/64',
    '10.1',
    '0x0a000001',
    'web1',
    '*',
    '',
    '10.0.0.0/33',
    '1.2.3.4 ',
    '1.2.3.4,*',
  ])
    expect(networkOf(word), word).toBeUndefined();
});

test('an address is allowed exactly when its bits are those of a network', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, base, length) => {
      const first = ipaddr.IPv4.networkAddressFromCIDR(`${base}/${length}`).toString();
      const bits = (text: string): string =>
        text
          .split('.')
          .map((byte) => Number(byte).toString(2).padStart(8, '0'))
          .join('')
          .slice(0, length);
      expect(isAllowed([`${first}/${length}`], address)).toBe(bits(address) === bits(first));
    }),
  );
  expect(isAllowed(['fd77:2::/64'], 'fd77:2::99')).toBe(true);
  expect(isAllowed(['fd77:2::/64'], '10.0.0.1')).toBe(false);
  expect(isAllowed(['10.0.0.1'], '::ffff:10.0.0.1')).toBe(true);
  expect(isAllowed(['10.0.0.1'], 'no address')).toBe(false);
});

test('the rules are in /run, and the line that includes them comes before the rest', () => {
  expect(rulesOf(['10.0.0.1', 'fd00::/8'])).toBe('Match Address *,!10.0.0.1,!fd00::/8\n  DenyUsers *\n');
  const window = { allow: ['10.0.0.1'], mainConfig: '/etc/ssh/sshd_config' };
  expect(windowChanges({ ...window, dropIns: true, reload: [reload('ssh')] }).map(({ kind }) => kind)).toEqual([
    'folder',
    'write',
    'write',
    'unit',
  ]);
  // Where each connection has an sshd of its own nothing has to be told.
  const plain = windowChanges({ ...window, dropIns: false, reload: [] });
  expect(plain.map(({ kind }) => kind)).toEqual(['folder', 'write', 'prepend']);
  expect(plain.flatMap(commandsOf).join('\n')).toContain('Include /run/sshwhy-maintenance/*.conf');
});
