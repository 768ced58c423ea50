import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clickhouseStore } from '../../src/collect/store/clickhouse.ts';
import { LookError } from '../../src/model/errors.ts';
import { batchOf, eventAt, storeContract } from '../../test/collect/store-contract.ts';
import { clickhouse } from './servers.ts';

let server: Awaited<ReturnType<typeof clickhouse>>;
const dir = mkdtempSync(path.join(tmpdir(), 'sshwhy-clickhouse-'));
let databases = 0;
const fresh = (): string => `${server.url}test${++databases}`;

beforeAll(async () => {
  server = await clickhouse(dir);
});
afterAll(async () => {
  await server.kill();
  rmSync(dir, { recursive: true, force: true });
});

storeContract('ClickHouse', async () => {
  const url = fresh();
  return { store: await clickhouseStore(url), reopen: () => clickhouseStore(url) };
});

describe('ClickHouse', () => {
  const NOON = Date.UTC(2026, 10, 20, 12);

  it('takes events of more days at once than a block may touch', async () => {
    const store = await clickhouseStore(fresh());
    await store.put(batchOf(Array.from({ length: 130 }, (_, day) => eventAt(`d${day}`, NOON - day * 86_400_000))));
    expect((await store.size()).events).toBe(130);
    expect(await store.prune({ since: NOON - 10 * 86_400_000 })).toBe(119);
    await store.close();
  });

  it('gets smaller, the oldest first, within a day as well', async () => {
    const store = await clickhouseStore(fresh());
    const filler = (index: number) => ({
      detail: Buffer.from(`${index * 7919}-${index}`)
        .toString('base64')
        .repeat(20),
    });
    for (const day of [0, 1])
      await store.put(
        batchOf(
          Array.from({ length: 5000 }, (_, index) =>
            eventAt(`${day}-${index}`, NOON + day * 86_400_000 + index, filler(index)),
          ),
        ),
      );
    const before = await store.size();
    expect(await store.prune({ since: 0, maxBytes: Math.floor(before.bytes * 0.6) })).toBe(5000);
    expect((await store.events({ limit: 1 }))[0]?.id).toBe('1-0');
    const half = await store.size();
    expect(await store.prune({ since: 0, maxBytes: Math.floor(half.bytes / 2) })).toBeGreaterThan(1500);
    const [first] = await store.events({ limit: 1 });
    expect(first?.at).toBeGreaterThan(NOON + 86_400_000 + 1500);
    expect((await store.events({ limit: 10_000 })).at(-1)?.id).toBe('1-4999');
    await store.close();
  });

  it('says what is wrong: a password, a server that is away, and goes on when it is back', async () => {
    await expect(clickhouseStore(server.url.replace(/:[^:@]*@/, ':wrong@'))).rejects.toThrow(/ClickHouse.*assword/);
    const store = await clickhouseStore(fresh());
    await server.kill();
    await expect(store.put(batchOf([eventAt('x')]))).rejects.toThrow(LookError);
    await server.start();
    await store.put(batchOf([eventAt('x')]));
    expect((await store.size()).events).toBe(1);
    await store.close();
  });
});
