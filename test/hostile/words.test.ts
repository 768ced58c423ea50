import { wordDoors } from './doors-words.ts';
import { attacked } from './hostile.ts';

attacked(wordDoors);
