import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import {
  causes,
  diagnose,
  type FleetHost,
  fleetCheck,
  harden,
  LookError,
  render,
  server,
  status,
  UsageError,
} from '../../src/library/index.ts';
import { hardenReportSchema } from '../../src/model/harden-report.ts';
import { reportSchema } from '../../src/model/report.ts';

const fixture = (file: string): string => readFileSync(path.join(import.meta.dirname, '../fixtures', file), 'utf8');
const dropped = fixture('causes/firewall/host-drop/bookworm-firewalld-drop-zone.bundle');
const servers: Server[] = [];
const sockets = new Set<Socket>();
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  for (const each of servers) each.close();
});

/** A port on loopback that takes connections and says this, or nothing. */
function greeter(words?: string): Promise<number> {
  const made = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    if (words !== undefined) socket.end(words);
  });
  servers.push(made);
  return new Promise((resolve) => {
    made.listen(0, '127.0.0.1', () => resolve((made.address() as { port: number }).port));
  });
}

describe('the library', () => {
  it('gives the report of a bundle, by its schema, and says nothing itself', async () => {
    const written = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
    const report = await server({ bundle: dropped });
    const said = written.flatMap((spy) => spy.mock.calls);
    for (const spy of written) spy.mockRestore();
    expect(said).toEqual([]);
    expect(reportSchema.parse(report)).toEqual(report);
    expect(report.causes[0]?.id).toBe('firewall/host-drop');
    expect(status(report)).toBe(1);
    expect(await render(report, 'markdown')).toContain('firewall/host-drop');
    expect(await render(report, 'nagios')).toMatch(/^SSH CRITICAL - /);
    await expect(render(report, 'constructor' as 'html')).rejects.toThrow(UsageError);
  });

  it('judges a posture', async () => {
    const bundle = fixture('harden/bookworm-everything.bundle');
    const report = await harden({ bundle, profile: 'cis', plan: true });
    expect(hardenReportSchema.parse(report)).toEqual(report);
    expect(report.plan?.changes.length).toBeGreaterThan(0);
    expect(status(report)).toBe(1);
    expect(status(await harden({ bundle, failOn: 'critical' }))).toBe(0);
  });

  it('asks a host, and many', async () => {
    const port = await greeter('HTTP/1.1 400 no\r\n\r\n');
    const report = await diagnose('127.0.0.1', { ssh: { port, configFile: 'none' }, timeoutMs: 5000 });
    expect(report.gates.find(({ outcome }) => outcome === 'closed')?.gate).toBe('network');
    const seen: FleetHost[] = [];
    const summary = await fleetCheck([`127.0.0.1:${port}`], (host) => void seen.push(host));
    expect(summary.outcomes).toEqual({ closed: 1 });
    expect(seen[0]?.port).toBe(port);
  });

  it('ends when its signal says so, with that reason, also before it began', async () => {
    const reason = new Error('enough');
    await expect(server({ bundle: dropped, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const port = await greeter();
    const ssh = { port, configFile: 'none' };
    const started = performance.now();
    const soon = () => AbortSignal.timeout(300);
    await expect(diagnose('127.0.0.1', { ssh, signal: soon() })).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(server({ on: 'exec:tail -f /dev/null', signal: soon() })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    await expect(fleetCheck([`127.0.0.1:${port}`], () => {}, { signal: soon() })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it.each([
    () => diagnose('-oProxyCommand=id'),
    () => diagnose('$(id)'),
    () => diagnose('web1', { ssh: { port: 0 } }),
    () => diagnose('web1', { ssh: { jump: '-oProxyCommand=id' } }),
    () => diagnose('web1', { ssh: { login: '' } }),
    () => diagnose('web1', { timeoutMs: Number.NaN }),
    () => server({ on: 'nope:x' }),
    () => server({ on: 'local', bundle: dropped }),
    () => server({ user: '-x', bundle: dropped }),
    () => server({ from: 'x', bundle: dropped }),
    () => harden({ profile: 'nist', bundle: dropped }),
    () => harden({ failOn: 'bad' as 'low', bundle: dropped }),
    () => fleetCheck(['-x'], () => {}),
  ])('calls it a usage error: %s', async (call) => {
    await expect(call()).rejects.toThrow(UsageError);
    await expect(call()).rejects.toMatchObject({ name: 'UsageError' });
  });

  it('says when it could not look', async () => {
    await expect(server({ bundle: 'no bundle' })).rejects.toThrow(LookError);
    await expect(server({ on: 'exec:false' })).rejects.toMatchObject({ name: 'LookError' });
  });

  it('knows its causes', () => {
    expect(causes.find(({ id }) => id === 'firewall/host-drop')).toMatchObject({
      gate: 'firewall',
      severity: 'blocks',
    });
  });
});
