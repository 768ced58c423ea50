import type { RouteGroup } from '../context.ts';
import { about } from './about.ts';

/** Every group of routes of the server; a new one is a file here and a line in this list. */
export const routes: readonly RouteGroup[] = [about];
