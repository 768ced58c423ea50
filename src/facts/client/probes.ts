import { derived } from '../source.ts';
import { type TcpProbe, tcp } from './tcp.ts';

export interface Probes {
  readonly opened: readonly TcpProbe[];
  readonly failed: readonly TcpProbe[];
  /** Another port of an address whose asked port failed gave an answer: that host is alive. */
  readonly alive: readonly TcpProbe[];
  /** The outcomes of all addresses, when they agree. */
  readonly unanimous?: TcpProbe['outcome'];
}

export const probes = derived<Probes, { tcp: typeof tcp }>(
  'probes',
  'the TCP probes in summary: which addresses opened, which did not',
  { tcp },
  (given) => {
    const all = given.tcp.probes;
    const first = all[0]?.outcome;
    return {
      opened: all.filter((probe) => probe.outcome === 'open'),
      failed: all.filter((probe) => probe.outcome !== 'open'),
      alive: all.filter((probe) => probe.neighbour && ['open', 'refused', 'reset'].includes(probe.neighbour.outcome)),
      ...(first !== undefined && all.every((probe) => probe.outcome === first) ? { unanimous: first } : {}),
    };
  },
);
