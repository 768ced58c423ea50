import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { command, commandEnvironment } from '../../../src/collect/alert/command.ts';
import { desktop, desktopArguments, noDesktop } from '../../../src/collect/alert/desktop.ts';
import { alertSchema } from '../../../src/model/alert.ts';
import { HOSTILE, hostileAlert, ordinaryAlert } from './hostile.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const soon = () => AbortSignal.timeout(15_000);
const at = (name: string) => path.join(folder, name);
function script(text: string): string {
  writeFileSync(at('run'), `#!/bin/sh\n${text}\n`);
  chmodSync(at('run'), 0o755);
  return at('run');
}

describe('command', () => {
  it('gets its arguments as they are, the alert on standard input, and no secret of ours', async () => {
    process.env['SSHWHY_TEST_TOKEN'] = 's3cret';
    try {
      const program = script(`printf '%s\\n' "$@" >${at('args')}; cat >${at('in')}; env >${at('env')}`);
      await command({ name: 'run', argv: [program, '$(id)', 'a b'] }).send(ordinaryAlert, soon());
    } finally {
      delete process.env['SSHWHY_TEST_TOKEN'];
    }
    expect(readFileSync(at('args'), 'utf8')).toBe('$(id)\na b\n');
    expect(alertSchema.parse(JSON.parse(readFileSync(at('in'), 'utf8'))).id).toBe(ordinaryAlert.id);
    const environment = readFileSync(at('env'), 'utf8');
    expect(environment).toContain('SSHWHY_USER=alice\n');
    expect(environment).not.toContain('s3cret');
  });

  it.each(HOSTILE)('has nothing of a log but in one line each of its environment, and as JSON: %j', async (text) => {
    const program = script(`cat >${at('in')}; env -0 >${at('env')}`);
    await command({ name: 'run', argv: [program] }).send(hostileAlert(text), soon());
    expect(alertSchema.safeParse(JSON.parse(readFileSync(at('in'), 'utf8'))).success).toBe(true);
    const names = readFileSync(at('env'), 'utf8')
      .split('\0')
      .map((one) => one.split('=')[0]);
    for (const name of names) expect(name).toMatch(/^(?:SSHWHY_[A-Z_]+|PATH|HOME|LANG|PWD|SHLVL|_|OLDPWD|)$/);
    for (const value of Object.values(commandEnvironment(hostileAlert(text)))) {
      expect(value).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(value.length).toBeLessThan(400);
    }
    expect(existsSync('/tmp/pwned')).toBe(false);
  });

  it('tells how it ended, with the last line that it printed', async () => {
    const program = script("echo first; printf 'no \\033[2Jway\\n' >&2; exit 3");
    await expect(command({ name: 'run', argv: [program] }).send(ordinaryAlert, soon())).rejects.toThrow(
      `${program} ended with status 3: no \\x1b[2Jway`,
    );
    await expect(command({ name: 'run', argv: [at('none')] }).send(ordinaryAlert, soon())).rejects.toThrow(
      'there is no such program',
    );
  });

  it('is ended with all that it started when its time is up', async () => {
    const program = script(`trap '' TERM; sleep 60 & echo $! >${at('pid')}; wait; wait; sleep 60`);
    const before = performance.now();
    const sent = command({ name: 'run', argv: [program] }).send(ordinaryAlert, AbortSignal.timeout(400));
    await expect(sent).rejects.toThrow();
    expect(performance.now() - before).toBeLessThan(15_000);
    await sleep(50);
    const pid = readFileSync(at('pid'), 'utf8').trim();
    const state = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[2] : 'gone';
    expect(['gone', 'Z']).toContain(state);
  });

  it('is not waited for when it leaves something running, prints without end, or reads nothing', async () => {
    await command({ name: 'run', argv: [script('sleep 3 & exit 0')] }).send(ordinaryAlert, soon());
    await command({ name: 'run', argv: [script('head -c 30000000 /dev/zero; exit 0')] }).send(ordinaryAlert, soon());
    await command({ name: 'run', argv: [script('exec <&-; exit 0')] }).send(hostileAlert('x'.repeat(10_000)), soon());
  });
});

describe('desktop', () => {
  const before = { ...process.env };
  afterEach(() => {
    for (const name of ['DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });

  it('starts notify-send with the urgency, and what an attacker wrote neither as an option nor as markup', async () => {
    process.env['DBUS_SESSION_BUS_ADDRESS'] = 'unix:path=/nowhere';
    const program = script(`printf '%s\\0' "$@" >${at('args')}; env >${at('env')}`);
    for (const text of HOSTILE) {
      await desktop({ name: 'desk', program }).send(hostileAlert(text), soon());
      const args = readFileSync(at('args'), 'utf8').split('\0').slice(0, -1);
      expect(args).toEqual(desktopArguments(hostileAlert(text)));
      const [app, icon, urgency, end, subject, body, ...more] = args;
      expect([app, icon, urgency, end]).toEqual([
        '--app-name=sshwhy',
        '--icon=dialog-warning',
        '--urgency=critical',
        '--',
      ]);
      expect(subject).not.toMatch(/\p{Cc}/u);
      expect(body).not.toMatch(/[<>"']|&(?!#\d+;)|[^\P{Cc}\n]/u);
      expect(more).toEqual([]);
    }
    expect(readFileSync(at('env'), 'utf8')).toContain('DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere');
  });

  it('says that a service has no session', async () => {
    delete process.env['DBUS_SESSION_BUS_ADDRESS'];
    process.env['XDG_RUNTIME_DIR'] = folder;
    expect(noDesktop()).toMatch(/a service has none/);
    await expect(desktop({ name: 'desk' }).send(ordinaryAlert, soon())).rejects.toMatchObject({ final: true });
    writeFileSync(at('bus'), '');
    expect(noDesktop()).toBe(undefined);
  });
});
