import type { Section } from '../../model/bundle.ts';
import { gap } from './layout.ts';
import { run } from './run.ts';

const ROUTE_MS = 2000;

/** `ip route get` for each address, a line `# ADDRESS` before each answer. */
export async function readRoutes(addresses: readonly string[], signal?: AbortSignal): Promise<Section> {
  if (addresses.length === 0) return gap('not-collected', 'no address');
  const answers = await Promise.all(
    addresses.map((address) =>
      run(['ip', 'route', 'get', address.replace(/%.*/, '')], { timeoutMs: ROUTE_MS, limit: 8192, signal }),
    ),
  );
  if (answers.every((ran) => ran.error === 'ENOENT')) return gap('unsupported', 'there is no ip command here');
  const text = answers.map((ran, i) => `# ${addresses[i]}\n${(ran.stdout + ran.stderr).trim()}`).join('\n');
  return { status: 'ok', text };
}
