import { logDoors } from './doors-logs.ts';
import { attacked } from './hostile.ts';

attacked(logDoors);
