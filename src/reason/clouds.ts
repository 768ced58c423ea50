import { tcp } from '../facts/client/tcp.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Obstacle } from './investigate.ts';

const CLOUD = /^cloud:([a-z]+)-/;

/**
 * Without what nobody asked about: the clouds that were not named. Where none was and the client met silence, one of
 * them may well be the reason; then they are one blind spot, not one for each section of each of them.
 */
export function withoutUnasked(obstacles: readonly Obstacle[], bundle: Bundle): Obstacle[] {
  const named = new Set(Object.keys(bundle.sections).flatMap((name) => CLOUD.exec(name)?.[1] ?? []));
  const probes = tcp.read(bundle);
  const silent =
    probes.known &&
    probes.value.probes.length > 0 &&
    probes.value.probes.every(({ outcome }) => outcome === 'timed-out');
  return obstacles.flatMap((obstacle) => {
    const { from } = obstacle.gap;
    const vendor = CLOUD.exec(from.section)?.[1];
    if (vendor === undefined || named.has(vendor)) return [obstacle];
    if (named.size > 0 || !silent) return [];
    return [{ ...obstacle, gap: { ...obstacle.gap, from: { ...from, section: 'cloud' } } }];
  });
}
