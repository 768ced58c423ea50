import { seenRun } from '../../../app/see/fleet.ts';
import { savedFile } from '../../../app/see/saved.ts';
import { LookError } from '../../../model/errors.ts';
import type { FleetGiven, FleetHostGiven } from '../../api-see.ts';
import type { RouteGroup } from '../context.ts';
import { numberIn, textIn } from '../question.ts';

const NONE = 'No run of a fleet was given.';

/** A run of a fleet, also one that goes on. */
export const fleet: RouteGroup = {
  at: '/api/fleet',
  add(web, { fleet: file }) {
    const run = file === undefined ? undefined : savedFile(file, seenRun);
    web.get('/', async (c) => {
      if (run === undefined) return c.json({ none: NONE } satisfies FleetGiven);
      const { value, writtenAt } = await run();
      return c.json({ value: { ...value.table, writtenAt } } satisfies FleetGiven);
    });
    web.get('/news', async (c) => c.json({ writtenAt: (await run?.())?.writtenAt ?? 0 }));
    web.get('/host', async (c) => {
      const query = c.req.query();
      const [name, port] = [textIn(query, 'name'), numberIn(query, 'port')];
      const found = (await run?.())?.value.hosts.findLast((host) => host.name === name && host.port === port);
      if (found === undefined) throw new LookError('this host is not in the run');
      return c.json(found satisfies FleetHostGiven);
    });
  },
};
