import { attemptOf } from '../../../app/attempt.ts';
import { diagnose } from '../../../app/diagnose.ts';
import { readBundle } from '../../../app/server.ts';
import { clip } from '../../../report/escape.ts';
import type { RouteGroup } from '../context.ts';
import { summaryOf } from '../jobs.ts';

/** A saved or pasted bundle, as the body of the request; it is looked at and not kept. */
export const bundle: RouteGroup = {
  at: '/api/bundle',
  add: (web, { jobs }) => {
    web.post('/', async (c) => {
      const name = clip(c.req.query('name') ?? 'a bundle', 100);
      const startedAt = performance.now();
      const read = readBundle(name, await c.req.text());
      const diagnosis = diagnose(name, read, attemptOf(read), performance.now() - startedAt);
      const job = jobs.start({ session: c.get('session').id, kind: 'bundle', title: name }, async () => ({
        diagnosis,
      }));
      return job ? c.json(summaryOf(job), 202) : c.json({ error: 'two looks are running already' }, 429);
    });
  },
};
