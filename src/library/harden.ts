import { harden as judged } from '../app/harden.ts';
import { namedProfile } from '../cli/profile.ts';
import { SEVERITIES } from '../model/control.ts';
import { UsageError } from '../model/errors.ts';
import { asJson, bundleOf, unlessAborted } from './asked.ts';
import type { HardenOptions } from './options.ts';
import type { HardenReport } from './types.gen.ts';

/**
 * How a server stands against a baseline: what `sshwhy harden` does without `--apply`.
 * @throws UsageError when an option or the profile is wrong.
 * @throws LookError when the door fails, or there is no bundle in the text.
 */
export function harden(o: HardenOptions = {}): Promise<HardenReport> {
  return unlessAborted(o.signal, () => judge(o));
}

async function judge(o: HardenOptions): Promise<HardenReport> {
  const { failOn = 'medium', plan = false } = o;
  if (!SEVERITIES.includes(failOn)) throw new UsageError(`failOn ${failOn}: use one of ${SEVERITIES.join(', ')}`);
  const profile = await namedProfile(o.profile ?? 'sshwhy');
  const bundle = await bundleOf(o, {});
  const today = new Date().toISOString().slice(0, 10);
  return asJson(judged(bundle, { input: o.on ?? '', profile, failOn, today, plan }));
}
