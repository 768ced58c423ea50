import { causeTest } from '../../cause-test.ts';

causeTest('host/inodes-full');
