import { causeTest } from '../../cause-test.ts';

causeTest('host/disk-full');
