/** `import { diagnose } from 'sshwhy'`: the same answers as the command's `--json`, for programs. docs/guides/library.md */
import { causes as all } from '../causes/index.gen.ts';
import { gateOf } from '../model/gate.ts';
import type { CauseInfo } from './options.ts';

export { LookError, UsageError } from '../model/errors.ts';
export { VERSION as version } from '../model/version.ts';
export { fleetCheck } from './fleet.ts';
export { harden } from './harden.ts';
export { diagnose, server } from './look.ts';
export type {
  CauseInfo,
  DiagnoseOptions,
  FleetOptions,
  HardenOptions,
  LookOptions,
  ServerOptions,
  SshOptions,
} from './options.ts';
export { type Format, render, status } from './render.ts';
export type { FleetHost, FleetLine, FleetSummary, HardenReport, Report } from './types.gen.ts';

/** Every cause that sshwhy knows, in the order of the gates. */
export const causes: readonly CauseInfo[] = all.map(({ id, severity, title, why, refs }) => ({
  id,
  gate: gateOf(id),
  severity,
  title,
  why,
  refs: [...refs],
}));
