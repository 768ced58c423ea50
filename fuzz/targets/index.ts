import type { Target } from '../target.ts';
import { BUNDLES } from './bundle.ts';
import { FILES } from './files.ts';
import { LOGS } from './logs.ts';
import { SECTIONS } from './sections.ts';
import { WIRE } from './wire.ts';

/** Every reader of foreign text. */
export const TARGETS: readonly Target[] = [...WIRE, ...LOGS, ...FILES, ...SECTIONS, ...BUNDLES];
