import type { Section } from '../../model/bundle.ts';
import { gap, json } from './layout.ts';
import { run } from './run.ts';

const ASK_MS = 2000;
const LIMIT = 512 * 1024;
const LINKS_MAX = 64;
const PROXIES = /^(?:https?|all|ftp|socks)_proxy$/i;

type Json = Readonly<Record<string, unknown>>;

/** Objects of `ip -json`, which prints empty ones for what it leaves out. */
function objects(text: string): readonly Json[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];
  } catch {
    return [];
  }
}

const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** Interfaces with their kind, flags and networks (ip-link(8), ip-address(8)). */
export function readLinks(text: string) {
  return objects(text)
    .filter((link) => typeof link['ifname'] === 'string')
    .slice(0, LINKS_MAX)
    .map((link) => ({
      name: link['ifname'],
      kind: (link['linkinfo'] as Json | undefined)?.['info_kind'] ?? link['link_type'],
      flags: link['flags'],
      addresses: list(link['addr_info']).map((one) => `${one['local']}/${one['prefixlen']}`),
    }));
}

/** Proxies that the environment names, without the name and password in them. */
export function proxiesOf(env: Readonly<Record<string, string | undefined>>) {
  return Object.entries(env).flatMap(([name, value]) =>
    PROXIES.test(name) && value ? [{ name, value: value.replace(/^([a-z0-9+.-]+:\/\/)?.*@/i, '$1***@') }] : [],
  );
}

/**
 * Interfaces, what the neighbour table says of the addresses and of the gateways on the way to them (after they were
 * dialled, so that it knows), and proxies of the environment. `routes`: answers of `ip route get`.
 */
export async function readNetwork(
  addresses: readonly string[],
  routes: string,
  signal?: AbortSignal,
): Promise<Section> {
  const bounds = { timeoutMs: ASK_MS, limit: LIMIT, signal };
  const [links, neighbours] = await Promise.all([
    run(['ip', '-details', '-json', 'address', 'show'], bounds),
    run(['ip', '-json', 'neighbour', 'show'], bounds),
  ]);
  if (links.error === 'ENOENT') return gap('unsupported', 'there is no ip command here');
  if (links.rc !== 0) return gap('unsupported', 'the ip command here does not speak JSON');
  const gateways = [...routes.matchAll(/\bvia (?:inet6? )?([\da-f.:]{2,45})/g)].map((found) => found[1]);
  const asked = new Set<unknown>([...addresses.map((each) => each.replace(/%.*/, '')), ...gateways]);
  return json({
    links: readLinks(links.stdout),
    neighbours: objects(neighbours.stdout)
      .filter(({ dst }) => asked.has(dst))
      .map(({ dst, dev, state }) => ({ address: dst, device: dev, state })),
    proxies: proxiesOf(process.env),
  });
}
