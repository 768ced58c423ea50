import { readBaseline } from '../../../app/harden.ts';
import { savedFile, textOf } from '../../../app/see/saved.ts';
import { LookError } from '../../../model/errors.ts';
import { type Posture, postureOf, scoreOf, statusLetters } from '../../../reason/harden/posture.ts';
import type { PostureGiven, PostureHostGiven } from '../../api-see.ts';
import type { RouteGroup } from '../context.ts';
import { textIn } from '../question.ts';

/** Saved reports of `sshwhy harden`, of several hosts and times. */
export const posture: RouteGroup = {
  at: '/api/posture',
  add(web, { posture: files = [] }) {
    const reports = files.map((file) => savedFile(file, async () => readBaseline(file, await textOf(file))));
    const all = async (): Promise<Posture> =>
      postureOf((await Promise.all(reports.map((report) => report()))).map(({ value }) => value));
    web.get('/', async (c) => {
      if (reports.length === 0) return c.json({ none: 'No report of sshwhy harden was given.' } satisfies PostureGiven);
      const { hosts, ...rest } = await all();
      const lean = hosts.map(({ results, ...host }) => {
        const score = scoreOf(host.counts);
        const cells = statusLetters(results, rest.controls);
        return { ...host, cells, ...(score === undefined ? {} : { score }) };
      });
      return c.json({ value: { ...rest, hosts: lean } } satisfies PostureGiven);
    });
    web.get('/host', async (c) => {
      const name = textIn(c.req.query(), 'host');
      const found = (await all()).hosts.find(({ host }) => host === name);
      if (found === undefined) throw new LookError('there is no report of this host');
      return c.json(found satisfies PostureHostGiven);
    });
  },
};
