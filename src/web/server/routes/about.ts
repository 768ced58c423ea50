import { hostname } from 'node:os';
import { VERSION } from '../../../model/version.ts';
import type { About } from '../../api.ts';
import type { RouteGroup } from '../context.ts';

/** What the shell of the page says of this server. */
export const about: RouteGroup = {
  at: '/api/about',
  add: (web, { store, fleet, allowFix }) => {
    web.get('/', (c) =>
      c.json({
        version: VERSION,
        host: hostname(),
        has: { store: store !== undefined, fleet: fleet !== undefined },
        allowFix,
        until: new Date(c.get('session').until).toISOString(),
      } satisfies About),
    );
  },
};
