import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { lookups } from '../../../src/collect/client/lookups.ts';

it('answers as the system does, for each family, many at once', async () => {
  const look = lookups();
  const names = ['localhost', 'no-such-name.invalid', 'a b', '--help', '$(id)', 'ü.invalid', '\n', ''];
  const asked = await Promise.allSettled(names.map((name) => look(name, 4)));
  expect(asked[0]).toEqual({ status: 'fulfilled', value: ['127.0.0.1'] });
  for (const one of asked.slice(1, 6)) expect(one).toMatchObject({ status: 'rejected', reason: { code: /^E/ } });
  expect(await look('127.0.0.1', 0)).toEqual(['127.0.0.1']);
});

it('goes on in this process when the other has ended, or was never there', async () => {
  for (const argv of [['/nonexistent'], [process.execPath, '-e', 'process.exit(3)']]) {
    const look = lookups(argv);
    expect(await Promise.all([look('localhost', 4), look('localhost', 4)])).toEqual([['127.0.0.1'], ['127.0.0.1']]);
  }
});

it('keeps nobody from ending', () => {
  const script = `
    import { lookups } from '${import.meta.dirname}/../../../src/collect/client/lookups.ts';
    process.stdout.write(String(await lookups()('localhost', 4)));`;
  expect(
    execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { encoding: 'utf8' }),
  ).toBe('127.0.0.1');
});
