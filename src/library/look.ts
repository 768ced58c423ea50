import { attemptOf } from '../app/attempt.ts';
import { lookFromBothSides } from '../app/client.ts';
import { report } from '../app/diagnose.ts';
import { COLLECT_TIMEOUT_MS, collectServer, readBundle, type ServerQuestion } from '../app/server.ts';
import { offeredIn } from '../cli/offered.ts';
import { parseAccount, parseAddress, parseTarget } from '../cli/target.ts';
import { openClouds } from '../collect/cloud/index.ts';
import { withSections } from '../facts/bundle.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';
import { UsageError } from '../model/errors.ts';
import { openTransport } from '../transport/open.ts';
import type { DiagnoseOptions, ServerOptions } from './options.ts';
import { argumentsOf } from './ssh.ts';
import type { Report } from './types.gen.ts';

/**
 * Why can this login not get in? What `sshwhy [user@]host` does: it looks from here, with the user's own ssh and its
 * configuration, and at the server too where `on` names a door.
 * @throws UsageError when the target or an option is wrong.
 * @throws LookError when a door fails.
 */
export async function diagnose(target: string, o: DiagnoseOptions = {}): Promise<Report> {
  o.signal?.throwIfAborted();
  const startedAt = performance.now();
  const to = parseTarget(target);
  const from = o.from === undefined ? undefined : parseAddress(o.from);
  const door = o.on === undefined ? undefined : openTransport(o.on, []);
  const vantages = (o.vantages ?? []).map((name) => openTransport(name, []));
  const timeoutMs = bounded(o.timeoutMs ?? 20_000);
  const argv = argumentsOf(o.ssh, to);
  const { signal, step } = o;
  const askClouds = await openClouds(o.clouds ?? []);
  const told = { ...(signal && { signal }), ...(step && { step }) };
  const [{ bundle, attempt }, clouds] = await Promise.all([
    lookFromBothSides(
      { argv, host: to.host },
      {
        ...told,
        timeoutMs,
        vantages,
        allHostKeys: o.allHostKeys === true,
        ...(door && { door }),
        ...(from !== undefined && { from }),
      },
    ),
    askClouds(told),
  ]);
  // What was cut short would look like an answer.
  signal?.throwIfAborted();
  return asJson(report(target, withSections(bundle, clouds), attempt, performance.now() - startedAt));
}

/**
 * What is broken on this server, or would this login be let in? What `sshwhy server` does: by way of a door, or from a
 * bundle that was saved.
 * @throws UsageError when an option is wrong.
 * @throws LookError when the door fails, or there is no bundle in the text.
 */
export async function server(o: ServerOptions = {}): Promise<Report> {
  o.signal?.throwIfAborted();
  const startedAt = performance.now();
  const question: ServerQuestion = {
    ...(o.user !== undefined && { user: parseAccount(o.user) }),
    ...(o.from !== undefined && { from: parseAddress(o.from) }),
    ...(o.port !== undefined && { port: o.port }),
  };
  const offered = o.key === undefined ? {} : offeredIn(o.key);
  const askClouds = await openClouds(o.clouds ?? []);
  const [seen, clouds] = await Promise.all([bundleOf(o, question), askClouds(o.signal ? { signal: o.signal } : {})]);
  o.signal?.throwIfAborted();
  const bundle = withSections(seen, clouds);
  const attempt: Attempt = { ...attemptOf(bundle), ...question, ...offered };
  return asJson(report(o.on ?? '', bundle, attempt, performance.now() - startedAt));
}

/** The bundle in the text, or what comes through the door. */
export async function bundleOf(
  { on, bundle, ssh, signal, timeoutMs = COLLECT_TIMEOUT_MS }: ServerOptions,
  question: ServerQuestion,
): Promise<Bundle> {
  if (bundle === undefined)
    return collectServer(openTransport(on ?? 'local', argumentsOf(ssh)), question, {
      timeoutMs: bounded(timeoutMs),
      ...(signal && { signal }),
    });
  if (on !== undefined) throw new UsageError('on and bundle exclude each other');
  return readBundle('the bundle', bundle);
}

/** @throws UsageError unless a number of milliseconds up to an hour. */
export function bounded(ms: number): number {
  if (!(ms >= 1 && ms <= 3_600_000)) throw new UsageError(`timeoutMs ${ms}: use 1 to 3600000`);
  return ms;
}

/** The report as its JSON is: the same values, by the published schema, and nothing that is `undefined`. */
export function asJson<Made>(made: object): Made {
  return JSON.parse(JSON.stringify(made)) as Made;
}
