import { describe, expect, it } from 'vitest';
import { builtIn, readProfile, readWaivers } from '../../src/app/harden-profile.ts';
import { PROFILES } from '../../src/model/control.ts';
import { UsageError } from '../../src/model/errors.ts';

const read = (text: string) => readProfile('own.yaml', text);

describe('a profile of one’s own', () => {
  it('extends, chooses, drops, overrides and waives', () => {
    const profile = read(`
name: our servers
extends: cis
controls:
  banner: false
  log-level: {is: [VERBOSE]}
  max-auth-tries: {atMost: 6}
  x11-forwarding: true
waivers:
  - control: disable-forwarding
    subject: Match User deploy
    reason: jumps to the database
    until: 2027-03-01
`);
    expect(profile.name).toBe('our servers');
    expect(profile.wants.has('banner')).toBe(false);
    expect(profile.wants.get('log-level')).toEqual({ is: ['VERBOSE'] });
    expect(profile.wants.get('max-auth-tries')).toEqual({ atMost: 6 });
    expect(profile.wants.get('x11-forwarding')).toEqual({ is: ['no'] });
    expect(profile.wants.get('max-sessions')).toEqual(builtIn('cis').wants.get('max-sessions'));
    expect(profile.waivers).toEqual([
      {
        control: 'disable-forwarding',
        subject: 'Match User deploy',
        reason: 'jumps to the database',
        until: '2027-03-01',
      },
    ]);
  });

  it('may hold everything', () => {
    for (const name of PROFILES)
      for (const id of builtIn(name).wants.keys()) expect(read('extends: all').wants.has(id)).toBe(true);
  });

  it.each([
    ['no YAML', 'controls:\n  - [', /own\.yaml:2: /],
    ['a key twice', 'extends: cis\nextends: stig', /own\.yaml:2: .*unique/],
    ['an unknown word', 'extends: cis\ncontrol:\n  banner: true', /own\.yaml:2: control: Unrecognized key/],
    ['an unknown profile', 'name: x\nextends: nist', /own\.yaml:2: extends: Invalid option/],
    ['an unknown control', 'controls:\n  banner: true\n  baner: true', /own\.yaml:3: there is no control "baner"/],
    [
      'a want of another kind',
      'controls:\n  banner: true\n  max-sessions: {is: [many]}',
      /own\.yaml:3: "max-sessions" wants atLeast, atMost/,
    ],
    ['no want at all', 'controls:\n\n  banner: please', /own\.yaml:3: controls\.banner: is neither true/],
    [
      'more than a word',
      'controls:\n  log-level: {is: ["INFO\\nPermitRootLogin yes"]}',
      /own\.yaml:2: controls\.log-level/,
    ],
    ['no bound', 'controls:\n  max-sessions: {}', /own\.yaml:2: controls\.max-sessions/],
    [
      'a waiver for nothing',
      'extends: cis\nwaivers:\n  - {control: nope, reason: because, until: 2027-01-01}',
      /own\.yaml:3: there is no control "nope"/,
    ],
    [
      'a waiver without a day',
      'extends: cis\nwaivers:\n  - {control: banner, reason: because}',
      /own\.yaml:3: waivers\.0\.until/,
    ],
    [
      'a waiver until some day',
      'extends: cis\nwaivers:\n  - control: banner\n    reason: because\n    until: soon',
      /own\.yaml:5: waivers\.0\.until: is not a date/,
    ],
    [
      'a waiver for no reason',
      'extends: cis\nwaivers:\n  - control: banner\n    until: 2027-01-01',
      /own\.yaml:3: waivers\.0\.reason/,
    ],
    ['nothing', '', /own\.yaml:1: it holds no control/],
    ['a list', '- a', /own\.yaml:1: /],
    ['a bomb', `a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c]`, /own\.yaml/],
  ])('with %s is refused with its line', (_, text, message) => {
    expect(() => read(text)).toThrow(UsageError);
    expect(() => read(text)).toThrow(message);
  });

  it('is not what a file of waivers is', () => {
    expect(
      readWaivers('w.yaml', 'waivers:\n  - {control: banner, reason: no lawyers, until: 2027-01-01}'),
    ).toHaveLength(1);
    expect(() => readWaivers('w.yaml', 'extends: cis')).toThrow(/w\.yaml:1: a file of waivers holds nothing else/);
  });
});
