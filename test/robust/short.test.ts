import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '../..');

// The seed stays the same, so that what fails here fails again; `npm run fuzz` takes another each time.
it('no reader falls over what twenty seconds bring', { timeout: 300_000 }, async () => {
  const ran = await promisify(execFile)(
    'npx',
    ['tsx', 'fuzz/run.ts', '--seconds', '20', '--seed', '1', '--jobs', '2'],
    {
      cwd: ROOT,
      maxBuffer: 1 << 22,
    },
  ).catch((error: { stdout: string; stderr: string }) => error);
  expect(ran.stdout + ran.stderr).toMatch(/: 0 faults\n/);
});
