import { attemptOf } from '../app/attempt.ts';
import { lookFromBothSides } from '../app/client.ts';
import { report } from '../app/diagnose.ts';
import type { ServerQuestion } from '../app/server.ts';
import { offeredIn } from '../cli/offered.ts';
import { parseAccount, parseAddress, parseTarget } from '../cli/target.ts';
import { openClouds } from '../collect/cloud/index.ts';
import { withSections } from '../facts/bundle.ts';
import type { Attempt } from '../model/attempt.ts';
import { openTransport } from '../transport/open.ts';
import { asJson, bounded, bundleOf, unlessAborted } from './asked.ts';
import type { DiagnoseOptions, ServerOptions } from './options.ts';
import { argumentsOf } from './ssh.ts';
import type { Report } from './types.gen.ts';

/**
 * Why can this login not get in? What `sshwhy [user@]host` does: it looks from here, with the user's own ssh and its
 * configuration, and at the server too where `on` names a door.
 * @throws UsageError when the target or an option is wrong.
 * @throws LookError when a door fails.
 */
export function diagnose(target: string, o: DiagnoseOptions = {}): Promise<Report> {
  return unlessAborted(o.signal, () => looked(target, o));
}

async function looked(target: string, o: DiagnoseOptions): Promise<Report> {
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
  return asJson(report(target, withSections(bundle, clouds), attempt, performance.now() - startedAt));
}

/**
 * What is broken on this server, or would this login be let in? What `sshwhy server` does: by way of a door, or from a
 * bundle that was saved.
 * @throws UsageError when an option is wrong.
 * @throws LookError when the door fails, or there is no bundle in the text.
 */
export function server(o: ServerOptions = {}): Promise<Report> {
  return unlessAborted(o.signal, () => read(o));
}

async function read(o: ServerOptions): Promise<Report> {
  const startedAt = performance.now();
  const question: ServerQuestion = {
    ...(o.user !== undefined && { user: parseAccount(o.user) }),
    ...(o.from !== undefined && { from: parseAddress(o.from) }),
    ...(o.port !== undefined && { port: o.port }),
  };
  const offered = o.key === undefined ? {} : offeredIn(o.key);
  const askClouds = await openClouds(o.clouds ?? []);
  const [seen, clouds] = await Promise.all([bundleOf(o, question), askClouds(o.signal ? { signal: o.signal } : {})]);
  const bundle = withSections(seen, clouds);
  const attempt: Attempt = { ...attemptOf(bundle), ...question, ...offered };
  return asJson(report(o.on ?? '', bundle, attempt, performance.now() - startedAt));
}
