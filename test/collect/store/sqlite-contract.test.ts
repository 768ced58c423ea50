import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { openStore } from '../../../src/collect/store/open.ts';
import { storeContract } from '../store-contract.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'sshwhy-store-'));
let files = 0;
storeContract('the embedded store', async () => {
  const file = path.join(dir, `${++files}.db`);
  return { store: await openStore(file), reopen: () => openStore(file) };
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));
