import { section } from '../source.ts';
import { firstLineOf, maybe, object, objects, str, strings } from './json.ts';

/** An interface of the client. */
export interface Link {
  readonly name: string;
  /** `wireguard`, `tun`, `ppp`, `dummy`, …; `ether` for hardware. */
  readonly kind: string;
  /** Set up by its owner, and with a carrier. */
  readonly up: boolean;
  readonly carrier: boolean;
  /** `ADDRESS/LENGTH` */
  readonly networks: readonly string[];
  readonly line?: number;
}

export interface NeighbourEntry {
  readonly address: string;
  readonly device: string;
  /** ip-neighbour(8): `REACHABLE`, `STALE`, `FAILED`, `INCOMPLETE`, … */
  readonly states: readonly string[];
  readonly line?: number;
}

export interface Network {
  readonly links: readonly Link[];
  readonly neighbours: readonly NeighbourEntry[];
  /** Variables of the environment that name a proxy, without names and passwords. */
  readonly proxies: readonly { readonly name: string; readonly value: string }[];
}

export const network = section<Network>(
  'client',
  'network',
  'interfaces of the client, its neighbour table after the probes, proxies of the environment (ip(8))',
  (text) => {
    const from = object(text);
    const at = (key: string, index: number) => {
      const start = firstLineOf(text ?? '', key);
      return maybe('line', start === undefined ? undefined : start + index);
    };
    return {
      links: objects(from, 'links').map((each, index) => ({
        name: str(each, 'name') ?? '',
        kind: str(each, 'kind') ?? '',
        up: strings(each, 'flags').includes('UP'),
        carrier: !strings(each, 'flags').includes('NO-CARRIER'),
        networks: strings(each, 'addresses'),
        ...at('links', index),
      })),
      neighbours: objects(from, 'neighbours').map((each, index) => ({
        address: str(each, 'address') ?? '',
        device: str(each, 'device') ?? '',
        states: strings(each, 'state'),
        ...at('neighbours', index),
      })),
      proxies: objects(from, 'proxies').map((each) => ({
        name: str(each, 'name') ?? '',
        value: str(each, 'value') ?? '',
      })),
    };
  },
);

const TUNNEL_KINDS = ['wireguard', 'tun', 'ppp', 'ipip', 'gre', 'sit', 'vti', 'xfrm', 'none'];
/** Names that VPN clients give their interfaces. */
const TUNNEL_NAMES = /^(?:tun|tap|wg|ppp|utun|tailscale|zt|nordlynx|proton|vpn|ipsec|gpd|cscotun|mullvad|nebula)/;

/** Whether an interface looks like that of a VPN. */
export function isTunnel({ kind, name }: Link): boolean {
  return TUNNEL_KINDS.includes(kind) || TUNNEL_NAMES.test(name);
}

/** Whether nobody on the link answered to ARP or neighbour discovery for the address; `undefined` when it was not asked. */
export function deaf({ neighbours }: Network, address: string): NeighbourEntry | undefined {
  return neighbours.find(
    (one) => one.address === address && one.states.some((s) => s === 'FAILED' || s === 'INCOMPLETE'),
  );
}

/** Proxies in words for somebody whose ssh does not get out; ssh itself does not use them. */
export function proxyAdvice({ proxies }: Network): string[] {
  const [proxy] = proxies;
  if (!proxy) return [];
  return [
    `The environment names a proxy (${proxy.name}=${proxy.value}), which ssh does not use by itself: ProxyCommand nc -X connect -x PROXY:PORT %h %p in ~/.ssh/config, where that proxy lets it.`,
  ];
}
