import type { RouteGroup } from '../context.ts';
import { about } from './about.ts';
import { bundle } from './bundle.ts';
import { causes } from './causes.ts';
import { fleet } from './fleet.ts';
import { jobRoutes } from './jobs.ts';
import { keys } from './keys.ts';
import { posture } from './posture.ts';
import { watch } from './watch.ts';

/** Every group of routes of the server; a new one is a file here and a line in this list. */
export const routes: readonly RouteGroup[] = [about, jobRoutes, bundle, watch, fleet, keys, posture, causes];
