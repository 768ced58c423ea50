/** A consumer of a test, to be killed. usage: consumer.ts URL CLICKHOUSE_URL LOG: what its detectors see goes to LOG, a line each. */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchCentral } from '../../src/app/central.ts';
import { acrossMind, type HostsMind } from '../../src/app/central-minds.ts';
import { brokerAddress } from '../../src/collect/broker/address.ts';
import { clickhouseStore } from '../../src/collect/store/clickhouse.ts';
import type { EventStore } from '../../src/model/watch.ts';

const [url = '', where = '', log = ''] = process.argv.slice(2);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

/** Notes what it is shown. */
function witness(): HostsMind {
  return {
    see: ({ id }) => appendFileSync(log, `${id}\n`),
    tick: () => undefined,
    drain: () => [],
    save: () => '{}',
    load: () => [],
  };
}

/** As a unit of systemd that is started again until the store is there. */
async function opened(): Promise<EventStore> {
  for (;;) {
    try {
      return await clickhouseStore(where);
    } catch (error) {
      process.stderr.write(`${process.pid}: ${(error as Error).message}\n`);
      await sleep(500);
    }
  }
}

const store = await opened();
const central = await watchCentral(
  {
    address: brokerAddress(url),
    store,
    timing: { leaseMs: 9000, renewMs: 1000, ackWaitMs: 6000 },
    hosts: witness,
    across: acrossMind,
    onState: (state, says) => {
      process.stderr.write(`${process.pid}: ${state}: ${says}\n`);
      if (state === 'parts') process.stdout.write(`${says}\n`);
    },
  },
  stop.signal,
);
await central.ended;
process.stdout.write(`${JSON.stringify(central.counts())}\n`);
await store.close();
