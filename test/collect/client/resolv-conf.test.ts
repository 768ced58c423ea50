import { describe, expect, it } from 'vitest';
import { hostsSources } from '../../../src/collect/client/dns.ts';
import { parseResolvConf, searchSteps } from '../../../src/collect/client/resolv-conf.ts';

describe('resolv.conf', () => {
  it('is read as glibc reads it', () => {
    const text =
      '; x\nnameserver 10.0.0.1 # y\nsearch a.org\ndomain b.org\nnameserver fe80::1%eth0\noptions ndots:2 rotate\n';
    expect(parseResolvConf(text)).toEqual({ servers: ['10.0.0.1', 'fe80::1%eth0'], search: ['b.org'], ndots: 2 });
    expect(parseResolvConf(text, { LOCALDOMAIN: 'c d', RES_OPTIONS: 'ndots:99' })).toMatchObject({
      search: ['c', 'd'],
      ndots: 15,
    });
    expect(parseResolvConf('nameserver 1\nnameserver 2\nnameserver 3\nnameserver 4').servers).toHaveLength(3);
    expect(parseResolvConf('')).toEqual({ servers: [], search: [], ndots: 1 });
  });

  it('says which names are asked for, and in which order', () => {
    const conf = { search: ['a.org', 'b.org'], ndots: 1 };
    expect(searchSteps('web1', conf)).toEqual(['web1.a.org', 'web1.b.org', 'web1']);
    expect(searchSteps('web1.lan', conf)).toEqual(['web1.lan', 'web1.lan.a.org', 'web1.lan.b.org']);
    expect(searchSteps('web1.lan', { ...conf, ndots: 2 })).toEqual(['web1.lan.a.org', 'web1.lan.b.org', 'web1.lan']);
    expect(searchSteps('web1.', conf)).toEqual(['web1']);
    expect(searchSteps('web1', { search: [], ndots: 1 })).toEqual(['web1']);
  });

  it('knows the sources of nsswitch.conf', () => {
    expect(hostsSources('passwd: files\nhosts: files mdns4_minimal [NOTFOUND=return] dns # x\n')).toEqual([
      'files',
      'mdns4_minimal',
      'dns',
    ]);
  });
});
