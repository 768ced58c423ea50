/** A zone of `firewall-cmd --list-all-zones`. */
interface Zone {
  readonly active: boolean;
  readonly services: readonly string[];
  readonly ports: readonly string[];
  /** Everything that decides about a connection, without the interfaces, which only the running firewalld knows. */
  readonly body: string;
  readonly line: number;
  /** Its line of services. */
  readonly text: string;
}
export type Zones = Readonly<Record<string, Zone>>;

/** Reads `firewall-cmd [--permanent] --list-all-zones`; null where there is no firewalld. */
export function zonesIn(text: string | null): ReadonlyMap<string, Zone> | null {
  if (text === null) return null;
  const zones = new Map<string, Zone>();
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const [, name, mark = ''] = /^([\w-]+)((?: \([\w ,-]+\))?)$/.exec(lines[i] ?? '') ?? [];
    if (name === undefined) continue;
    const own: string[] = [];
    while (i + 1 < lines.length && /^\s/.test(lines[i + 1] ?? '')) own.push(lines[++i] ?? '');
    const words = (key: string): readonly string[] =>
      (own.find((line) => line.trimStart().startsWith(`${key}:`)) ?? '').replace(/^\s*[\w-]+:\s*/, '').split(/\s+/);
    const at = own.findIndex((line) => line.trimStart().startsWith('services:'));
    zones.set(name, {
      active: mark.includes('active'),
      services: words('services'),
      ports: words('ports'),
      body: own.filter((line) => !/^\s*(interfaces|ingress-priority|egress-priority):/.test(line)).join('\n'),
      line: i - own.length + Math.max(at, 0) + 2,
      text: `${name}: ${(own[at] ?? '').trim()}`,
    });
  }
  return zones;
}
