import { fleetDoors } from './doors-fleet.ts';
import { attacked } from './hostile.ts';

attacked(fleetDoors);
