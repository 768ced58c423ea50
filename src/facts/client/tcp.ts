import { section, Unparsable } from '../source.ts';
import { firstLineOf, type Json, maybe, needed, num, object, objects, str } from './json.ts';

const OUTCOMES = [
  'open',
  'refused',
  'timed-out',
  'net-unreachable',
  'host-unreachable',
  'prohibited',
  'reset',
  'error',
] as const;

export type Reached = (typeof OUTCOMES)[number];

export interface Neighbour {
  readonly port: number;
  readonly outcome: Reached;
  readonly ms: number;
}

export interface TcpProbe {
  readonly address: string;
  readonly port: number;
  readonly outcome: Reached;
  readonly errno?: string;
  readonly ms: number;
  /** Our own address on this connection. */
  readonly local?: string;
  readonly localPort?: number;
  /** Another port of the same address, asked when this one did not answer soon. */
  readonly neighbour?: Neighbour;
  /** Line of the section. */
  readonly line?: number;
}

export interface Tcp {
  readonly probes: readonly TcpProbe[];
}

function reached(from: Json): Reached {
  const said = str(from, 'outcome');
  const outcome = OUTCOMES.find((each) => each === said);
  if (!outcome) throw new Unparsable(`outcome "${said}" is not known`);
  return outcome;
}

export const tcp = section<Tcp>(
  'client',
  'tcp',
  'what a TCP connection to each address and port met (connect(2))',
  (text) => {
    const start = firstLineOf(text ?? '', 'probes');
    return {
      probes: objects(object(text), 'probes').map((from, index) => {
        const beside = objects({ list: [from['neighbour']] }, 'list')[0];
        return {
          address: needed(str(from, 'address'), 'address'),
          port: needed(num(from, 'port'), 'port'),
          outcome: reached(from),
          ...maybe('errno', str(from, 'errno')),
          ms: num(from, 'ms') ?? 0,
          ...maybe('local', str(from, 'local')),
          ...maybe('localPort', num(from, 'localPort')),
          ...maybe(
            'neighbour',
            beside && { port: num(beside, 'port') ?? 0, outcome: reached(beside), ms: num(beside, 'ms') ?? 0 },
          ),
          ...maybe('line', start === undefined ? undefined : start + index),
        };
      }),
    };
  },
);

const ANSWERS: readonly Reached[] = ['open', 'refused', 'reset'];

/** Whether a machine answered at one of the addresses, be it on the port beside the asked one. */
export function answered(probes: readonly TcpProbe[]): boolean {
  return probes.some(
    ({ outcome, neighbour }) => ANSWERS.includes(outcome) || (neighbour && ANSWERS.includes(neighbour.outcome)),
  );
}
