import type { Statement, Value } from './model.ts';

/** Targets after which the packet goes on as it was. */
const NEUTRAL: readonly string[] = [
  'LOG',
  'NFLOG',
  'ULOG',
  'TCPMSS',
  'TTL',
  'HL',
  'DSCP',
  'TOS',
  'CLASSIFY',
  'AUDIT',
  'SECMARK',
  'CONNSECMARK',
  'TRACE',
  'TEE',
  'LED',
  'RATEEST',
  'CHECKSUM',
  'IDLETIMER',
  'TCPOPTSTRIP',
  'ECN',
];
/** Targets that take the packet over in a way that is not modelled. */
const TAKES: readonly string[] = [
  'NFQUEUE',
  'QUEUE',
  'SYNPROXY',
  'TPROXY',
  'TARPIT',
  'CHAOS',
  'DELUDE',
  'STEAL',
  'NETMAP',
  'SYSRQ',
];

const number = (text: string | undefined): number | undefined => {
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) ? value : undefined;
};

/** `value/mask` of --set-xmark: the bits under the mask are cleared, then the value is added by exclusive or. */
function mark(options: ReadonlyMap<string, string>, target: 'mark' | 'ct mark'): Statement {
  const [value, mask = '0xffffffff'] = (options.get('--set-xmark') ?? '').split('/');
  const masks = [
    number(options.get('--nfmask') ?? options.get('--mask')),
    number(options.get('--ctmask') ?? options.get('--mask')),
  ];
  if (options.has('--restore-mark') || options.has('--save-mark')) {
    const whole = masks.every((one) => one === undefined || one === 0xffffffff);
    const restores = options.has('--restore-mark');
    return {
      kind: 'mark',
      target: restores ? 'mark' : 'ct mark',
      from: restores ? 'ct mark' : 'mark',
      and: whole ? 0xffffffff : 0xfffffffe,
      xor: whole ? 0 : { unknown: 'mask' },
    };
  }
  const [set, under] = [number(value), number(mask)];
  if (set === undefined || under === undefined) return { kind: 'mark', target, and: 0, xor: { unknown: 'mark' } };
  return { kind: 'mark', target, and: ~under >>> 0, xor: set };
}

/** `10.0.0.2:22`, `[fd00::2]:22`, `:22`; ranges may end anywhere. */
function destination(text: string): Statement {
  const found = /^(?:\[?([0-9a-f.:]*?)\]?)?(?::(\d{1,5}))?$/i.exec(
    /^[0-9a-f:]+$/i.test(text) && text.split(':').length > 2 ? `[${text}]` : text,
  );
  const unknown = { unknown: text };
  const address: Value<string> | undefined = found ? found[1] || undefined : unknown;
  const port: Value<number> | undefined = found ? number(found[2]) : unknown;
  return { kind: 'translate', ...(address === undefined ? {} : { address }), ...(port === undefined ? {} : { port }) };
}

/** What the end of a rule does: `-j TARGET options`, `-g chain`. */
export function targetOf(list: readonly string[], v6: boolean): readonly Statement[] {
  const [jump, target] = list;
  if (jump === undefined || target === undefined) return [];
  const options = new Map<string, string>();
  for (let i = 2; i < list.length; i++) {
    const word = list[i] ?? '';
    if (word.startsWith('--')) options.set(word, /^--/.test(list[i + 1] ?? '--') ? '' : (list[++i] ?? ''));
  }
  if (jump === '-g') return [{ kind: 'goto', chain: target }];
  switch (target) {
    case 'ACCEPT':
      return [{ kind: 'accept' }];
    case 'DROP':
      return [{ kind: 'drop' }];
    case 'RETURN':
      return [{ kind: 'return' }];
    case 'REJECT': {
      const how = options.get('--reject-with');
      return [
        {
          kind: 'reject',
          how: how === 'tcp-reset' ? 'tcp reset' : (how ?? (v6 ? 'icmp6-port-unreachable' : 'icmp-port-unreachable')),
        },
      ];
    }
    case 'MARK':
      return [mark(options, 'mark')];
    case 'CONNMARK':
      return [mark(options, 'ct mark')];
    case 'NOTRACK':
      return [{ kind: 'untrack' }];
    case 'CT':
      return options.has('--notrack') ? [{ kind: 'untrack' }] : [];
    case 'REDIRECT': {
      const ports = options.get('--to-ports');
      const port: Value<number> | undefined = ports === undefined ? undefined : (number(ports) ?? { unknown: ports });
      return [{ kind: 'translate', address: 'self', ...(port === undefined ? {} : { port }) }];
    }
    case 'DNAT':
      return [destination(options.get('--to-destination') ?? '')];
    case 'SNAT':
    case 'MASQUERADE':
      return [{ kind: 'source' }];
    case 'SET': {
      const name = options.get('--add-set') ?? options.get('--del-set');
      return name === undefined ? [] : [{ kind: 'write', set: `ipset ${name}` }];
    }
    default:
      if (NEUTRAL.includes(target)) return [];
      // A target that is no chain is found out when it is followed.
      return TAKES.includes(target) ? [{ kind: 'leave', text: target }] : [{ kind: 'jump', chain: target }];
  }
}
