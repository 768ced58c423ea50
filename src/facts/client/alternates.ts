import { section } from '../source.ts';
import { firstLineOf, maybe, needed, num, object, objects, str } from './json.ts';

/** An address that the name might have meant, and what answers there. */
export interface Alternate {
  readonly address: string;
  readonly port: number;
  /** A nameserver, or `FILE:LINE`. */
  readonly source: string;
  readonly via: string;
  /** As in the section `tcp`, or `not-dialled` where SSH answered at the addresses that were. */
  readonly outcome: string;
  readonly ms: number;
  readonly banner?: string;
  readonly line?: number;
}

export const alternates = section<readonly Alternate[]>(
  'client',
  'alternates',
  'addresses that nameservers, hosts file or known_hosts know for the name and that ssh does not dial',
  (text) => {
    const start = firstLineOf(text ?? '', 'probes');
    return objects(object(text), 'probes').map((each, index) => ({
      address: needed(str(each, 'address'), 'address'),
      port: num(each, 'port') ?? 0,
      source: str(each, 'source') ?? '',
      via: str(each, 'via') ?? '',
      outcome: str(each, 'outcome') ?? '',
      ms: num(each, 'ms') ?? 0,
      ...maybe('banner', str(each, 'banner')),
      ...maybe('line', start === undefined ? undefined : start + index),
    }));
  },
);

/** What an address beside the way said, as evidence. */
export function alternateEvidence({ address, port, source, outcome, banner, ms, line }: Alternate) {
  const said = banner ?? (outcome === 'not-dialled' ? 'not dialled' : `${outcome} after ${ms} ms`);
  const text = `${address} port ${port} (known to ${source}): ${said}`;
  return { side: 'client', section: 'alternates', line, text } as const;
}
