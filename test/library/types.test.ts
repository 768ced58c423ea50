import { describe, expectTypeOf, it } from 'vitest';
import type { FleetLine, HardenReport, Report } from '../../src/library/index.ts';
import type { fleetLineSchema } from '../../src/model/fleet.ts';
import type { HardenReport as Judged } from '../../src/model/harden-report.ts';
import type { Report as Made } from '../../src/model/report.ts';

/** An absent key and one that is `undefined` are the same in JSON. */
type Json<T> = T extends readonly (infer Each)[]
  ? Json<Each>[]
  : T extends object
    ? { [Key in keyof T]: Json<Exclude<T[Key], undefined>> | (undefined extends T[Key] ? undefined : never) }
    : T;

describe('the types of the library', () => {
  it('are those of the reports, whichever of both is looked at', () => {
    expectTypeOf<Json<Made>>().toExtend<Json<Report>>();
    expectTypeOf<Json<Report>>().toExtend<Json<Made>>();
    expectTypeOf<Json<HardenReport>>().toExtend<Json<Omit<Judged, 'counts'>>>();
    expectTypeOf<Json<Judged>>().toExtend<Json<HardenReport>>();
    expectTypeOf<Json<(typeof fleetLineSchema)['_output']>>().toExtend<Json<FleetLine>>();
    expectTypeOf<Json<FleetLine>>().toExtend<Json<(typeof fleetLineSchema)['_output']>>();
  });
});
