import { readKeyring } from '../../../app/see/keys.ts';
import { savedFile } from '../../../app/see/saved.ts';
import { reachOf } from '../../../reason/keyring/reach.ts';
import type { KeysGiven } from '../../api-see.ts';
import type { RouteGroup } from '../context.ts';

/** Who can reach what, of saved looks at keys. */
export const keys: RouteGroup = {
  at: '/api/keys',
  add(web, { keys: files = [] }) {
    const rings = files.map((file) => savedFile(file, readKeyring));
    web.get('/', async (c) =>
      c.json(
        (rings.length === 0
          ? { none: 'No look at keys was given.' }
          : {
              value: reachOf((await Promise.all(rings.map((ring) => ring()))).map(({ value }) => value)),
            }) satisfies KeysGiven,
      ),
    );
  },
};
