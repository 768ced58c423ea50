import { checkDoors } from './doors-check.ts';
import { attacked } from './hostile.ts';

attacked(checkDoors);
