import { setTimeout as sleep } from 'node:timers/promises';
import { brokerAddress } from '../../src/collect/broker/address.ts';
import { causeOf, connectBroker } from '../../src/collect/broker/connect.ts';
import type { Daemon } from './servers.ts';

const PATIENCE_MS = 60_000;

/**
 * Which of the nodes leads a stream, when all three hold it and the cluster has made up its mind: right after a node was killed or
 * has come back nobody answers.
 * @throws when they do not agree within a minute.
 */
export async function leaderOf(url: string, nodes: readonly Daemon[], stream: string): Promise<Daemon> {
  let why = '';
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(250)) {
    try {
      const broker = await connectBroker(brokerAddress(url), 'test');
      try {
        const { cluster } = await broker.manager.streams.info(stream);
        const node = nodes[Number(cluster?.leader?.slice(1))];
        if (node !== undefined && cluster?.replicas?.length === 2) return node;
        why = JSON.stringify(cluster);
      } finally {
        await broker.connection.close();
      }
    } catch (error) {
      why = causeOf(error);
    }
  }
  throw new Error(`no leader of ${stream}: ${why}`);
}
