import { LookError } from '../../model/errors.ts';
import { type HostKeyring, type Keyring, keyringSchema } from '../../model/keys.ts';
import { VERSION } from '../../model/version.ts';
import { endpointName, keyringOfHost } from '../../reason/fleet/host-keys.ts';
import { readRun } from '../fleet/kept.ts';
import { jsonOf } from '../json.ts';
import { textOf } from './saved.ts';

/** What `sshwhy keys list --json` printed, or a run of `sshwhy fleet keys`, also while it is written. Rejects with LookError for what is neither. */
export async function readKeyring(file: string): Promise<Keyring> {
  const text = await textOf(file);
  if (/^\{"kind":/.test(text)) return ofRun(file);
  const read = keyringSchema.safeParse(jsonOf(file, text));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new LookError(
    `${file} is no output of sshwhy keys list --json, nor a run of sshwhy fleet keys: ${issue?.path.join('.')}: ${issue?.message}`,
  );
}

/** A host that was asked twice counts as it was last. */
async function ofRun(file: string): Promise<Keyring> {
  const hosts = new Map<string, HostKeyring>();
  const failed = new Map<string, string>();
  let takenAt = '1970-01-01T00:00:00.000Z';
  for await (const host of readRun(file)) {
    if (host.asked !== 'keys') throw new LookError(`${file} is a run of sshwhy fleet ${host.asked}, not of fleet keys`);
    const door = endpointName(host);
    const ring = keyringOfHost(host);
    hosts.delete(door);
    failed.delete(door);
    if (ring === undefined) failed.set(door, host.says);
    else hosts.set(door, ring);
    if (host.at > takenAt) takenAt = host.at;
  }
  return {
    schema: 1,
    tool: { name: 'sshwhy', version: VERSION },
    takenAt,
    hosts: [...hosts.values()],
    failed: [...failed].map(([door, error]) => ({ door, error })),
  };
}
