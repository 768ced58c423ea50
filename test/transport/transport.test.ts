import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { LookError, UsageError } from '../../src/model/errors.ts';
import { openTransport } from '../../src/transport/open.ts';
import { processTransport } from '../../src/transport/process.ts';

/** Command lines of all processes; a zombie has none. */
function commandLines(): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : [];
    } catch {
      return [];
    }
  });
}

describe('processTransport', () => {
  const local = openTransport('local');

  it('runs the script and keeps both streams and the exit status', async () => {
    const ran = await local.run('echo out; echo err >&2; exit 7', { timeoutMs: 5000 });
    expect(ran).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n', timedOut: false });
  });

  it('kills the whole process group at the deadline', async () => {
    const started = performance.now();
    const ran = await local.run('(sleep 61.531; echo late) & sleep 61.531', { timeoutMs: 300 });
    expect(ran.timedOut).toBe(true);
    expect(performance.now() - started).toBeLessThan(5000);
    await vi.waitFor(() => expect(commandLines().filter((line) => line.includes('61.531'))).toEqual([]), 20_000);
  });

  it('gives up on abort', async () => {
    const interrupt = new AbortController();
    const run = local.run('sleep 60', { timeoutMs: 60_000, signal: interrupt.signal });
    setTimeout(() => interrupt.abort(new Error('interrupted')), 50);
    await expect(run).rejects.toThrow('interrupted');
  });

  it('reads on past its limits, so that a flood ends', async () => {
    const ran = await local.run('head -c 100000000 /dev/zero; head -c 1000000 /dev/zero >&2; echo $?', {
      timeoutMs: 20_000,
    });
    expect(ran.code).toBe(0);
    expect(ran.stdout.length).toBe(64 * 1024 * 1024);
    expect(ran.stderr.length).toBe(16 * 1024);
  });

  it('survives a command that does not read its script', async () => {
    const ran = await processTransport('exec:false', ['false']).run(`# ${'x'.repeat(1_000_000)}`, { timeoutMs: 5000 });
    expect(ran.code).toBe(1);
  });

  it('says which command is not there', async () => {
    const run = openTransport('exec:no-such-command-here x').run('', { timeoutMs: 1000 });
    await expect(run).rejects.toThrow(LookError);
    await expect(run).rejects.toThrow(/cannot start no-such-command-here: there is no such command here/);
  });
});

describe('openTransport', () => {
  it.each([
    '',
    'nope',
    'nope:x',
    'toString:x',
    '__proto__:x',
    'ssh:',
    'docker:-v',
    'docker:a b',
    'kubectl:a/b/c/d',
    'exec:',
    'ssh:-oProxyCommand=id',
  ])('refuses %j', (name) => {
    expect(() => openTransport(name)).toThrow(UsageError);
  });

  it('hands the words of exec: over without a shell', async () => {
    const ran = await openTransport('exec:env A=$(id);echo').run('echo "$A"', { timeoutMs: 5000 });
    expect(ran.stdout).toBe('$(id);echo\n');
  });
});
