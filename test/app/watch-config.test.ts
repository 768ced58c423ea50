import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { usualSources } from '../../src/app/watch.ts';
import { bytesOf, defaultWatchConfig, readWatchConfig, settingsOf } from '../../src/app/watch-config.ts';
import { stateFolder } from '../../src/app/watch-places.ts';
import { UsageError } from '../../src/model/errors.ts';

const read = (text: string) => readWatchConfig('watch.yaml', text);

describe('watch.yaml', () => {
  it('may be empty', () => {
    expect(read('')).toEqual(defaultWatchConfig());
    expect(defaultWatchConfig()).toMatchObject({ keep: { days: 90, size: '1GB' }, silences: [] });
    expect(defaultWatchConfig().metrics).toBeUndefined();
  });

  it('takes the file that is installed, and the one of the guide', () => {
    const root = path.join(import.meta.dirname, '../..');
    const installed = read(readFileSync(path.join(root, 'packaging/systemd/watch.yaml'), 'utf8'));
    expect(installed.metrics?.listen).toBe('127.0.0.1:9622');
    const guide = readFileSync(path.join(root, 'docs/guides/watch.md'), 'utf8');
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
    expect(read(example)).toMatchObject({ otlp: {}, publish: {}, metrics: {}, silences: [{}, {}] });
  });

  it('says in which line what is wrong', () => {
    const wrong = (text: string, message: RegExp): void => {
      expect(() => read(text)).toThrow(UsageError);
      expect(() => read(text)).toThrow(message);
    };
    wrong('keep:\n  days: 30\n  size: much\n', /^watch\.yaml:3: keep\.size: is no size/);
    wrong('sources:\n  journal: true\n  fils: []\n', /^watch\.yaml:3: /);
    wrong('sources:\n  files: [auth.log]\n', /absolute path/);
    wrong('store: postgres://x/y\n', /neither an absolute path nor clickhouse/);
    wrong('sources:\n  tz: Mars/Olympus\n', /no time zone/);
    wrong('alerts:\n  channels:\n    - { kind: webhook, url: "http://example.org/x" }\n', /watch\.yaml:3: .*https/);
    wrong('a: [', /^watch\.yaml:1: /);
  });

  it('says to detectors which ports are sshd’s, and how long they learn', () => {
    expect(settingsOf(read(''))).toEqual({ ports: ['22'], learnDays: 7 });
    expect(settingsOf(read('sources: { ports: [22, 2222] }\nlearn: { days: 3 }'))).toEqual({
      ports: ['22', '2222'],
      learnDays: 3,
    });
    expect(() => read('sources:\n  ports: [70000]\n')).toThrow(/watch\.yaml:2: /);
    expect(() => read('learn: { days: 0 }')).toThrow(UsageError);
  });

  it('knows sizes', () => {
    expect([bytesOf('500MB'), bytesOf('2 GB'), bytesOf('1T')]).toEqual([500 * 2 ** 20, 2 ** 31, 2 ** 40]);
  });
});

describe('what is not configured', () => {
  it('is what the host has', () => {
    const has = (...files: string[]) => usualSources((file) => files.includes(file));
    expect(has('/run/systemd/journal', '/var/log/auth.log', '/var/log/fail2ban.log')).toEqual({
      journal: true,
      files: ['/var/log/fail2ban.log'],
    });
    expect(has('/var/log/secure', '/var/log/messages')).toEqual({ journal: false, files: ['/var/log/secure'] });
    expect(has()).toEqual({ journal: false, files: [] });
  });

  it('is kept where systemd, root or a user keep such things', () => {
    expect(stateFolder({ STATE_DIRECTORY: '/var/lib/private/x:/y' }, 61_184)).toBe('/var/lib/private/x');
    expect(stateFolder({}, 0)).toBe('/var/lib/sshwhy-watch');
    expect(stateFolder({ HOME: '/home/alice' }, 1000)).toBe('/home/alice/.local/state/sshwhy-watch');
  });
});
