import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceNotifier } from '../../src/collect/sd-notify.ts';

describe('what systemd is told', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'sshwhy-notify-'));
  const file = path.join(dir, 'told');
  const before = process.env['PATH'];
  beforeAll(() => {
    // Writes down what it was called with; each call is one line.
    writeFileSync(path.join(dir, 'systemd-notify'), `#!/bin/sh\nprintf '%s|' "$@" >>'${file}'\necho >>'${file}'\n`);
    chmodSync(path.join(dir, 'systemd-notify'), 0o755);
    writeFileSync(file, '');
    process.env['PATH'] = `${dir}:${before}`;
  });
  afterAll(() => {
    process.env['PATH'] = before;
    rmSync(dir, { recursive: true });
  });
  const told = (): string => readFileSync(file, 'utf8');

  it('is nothing where nobody asked', async () => {
    const notifier = serviceNotifier({});
    notifier.ready('x');
    notifier.stopping();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(told()).toBe('');
  });

  it('is that it is ready, on one line, that it still turns, and that it stops', async () => {
    const notifier = serviceNotifier({ NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '300000' });
    notifier.ready(`reads\nMAINPID=1${'x'.repeat(300)}`);
    await expect.poll(told, { timeout: 30_000 }).toMatch(/WATCHDOG=1\|\n(.*\n)*WATCHDOG=1\|/);
    notifier.stopping();
    await expect.poll(told, { timeout: 30_000 }).toMatch(/STOPPING=1\|\n/);
    expect(told()).toMatch(/^--ready\|--status=reads MAINPID=1x+\|$/m);
    expect(
      Math.max(
        ...told()
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThan(230);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const then = told();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(told()).toBe(then);
  });

  it('is not missed where there is no systemd-notify', async () => {
    process.env['PATH'] = '/nonexistent';
    serviceNotifier({ NOTIFY_SOCKET: '/run/x' }).ready('x');
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.env['PATH'] = `${dir}:${before}`;
  });
});
