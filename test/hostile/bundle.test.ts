import { bundleDoors } from './doors-bundle.ts';
import { attacked } from './hostile.ts';

attacked(bundleDoors);
