import { vantageScript } from '../collect/script.ts';
import { vantageSection } from '../facts/vantage.ts';
import type { Section } from '../model/bundle.ts';
import { LookError } from '../model/errors.ts';
import { clip } from '../report/escape.ts';
import type { Transport } from '../transport/transport.ts';

/** The script bounds itself to less; this is for a door that hangs. */
const TIMEOUT_MS = 20_000;
const TEXT_MAX = 8192;

/**
 * Looks at an endpoint from other machines, all at once: one connection each. A door that fails is a gap and not an
 * error, because the other looks count without it. Rejects on abort only.
 */
export async function lookFromVantages(
  doors: readonly Transport[],
  endpoint: { host: string; port: number },
  signal?: AbortSignal,
): Promise<Record<string, Section>> {
  const looks = doors.map(
    async (door): Promise<[string, Section]> => [vantageSection(door.name), await look(door, endpoint, signal)],
  );
  return Object.fromEntries(await Promise.all(looks));
}

async function look(door: Transport, endpoint: { host: string; port: number }, signal?: AbortSignal): Promise<Section> {
  try {
    const ran = await door.run(vantageScript(endpoint), { timeoutMs: TIMEOUT_MS, ...(signal ? { signal } : {}) });
    if (/^port=\d+$/m.test(ran.stdout)) return { status: 'ok', text: ran.stdout.slice(0, TEXT_MAX).trimEnd() };
    if (ran.timedOut) return { status: 'timed-out', text: '', detail: `${door.name} gave no answer` };
    const said = clip(ran.stderr.trim().split('\n').at(-1) ?? '', 200);
    return { status: 'denied', text: '', detail: `${door.name}: ${said === '' ? `exit status ${ran.code}` : said}` };
  } catch (error) {
    if (!(error instanceof LookError)) throw error;
    return { status: 'unsupported', text: '', detail: error.message };
  }
}
