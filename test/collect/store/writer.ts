/** Stores batches of 1,000 events without end, and says after each how many are acknowledged. */
import { writeSync } from 'node:fs';
import { openStore } from '../../../src/collect/store/open.ts';

const store = await openStore(process.argv[2] ?? '');
for (let n = 0; ; n += 1000) {
  await store.put({
    events: Array.from({ length: 1000 }, (_, i) => ({
      id: `id ${n + i}`,
      at: 1_750_000_000_000 + n + i,
      host: 'web1',
      type: 'sshd/failed-password',
      outcome: 'refused',
      user: `u${i}`,
    })),
    place: { source: 'journal', cursor: String(n + 1000) },
    lines: { all: 1000, unparsed: 0, other: 0 },
  });
  writeSync(1, `${n + 1000}\n`);
}
