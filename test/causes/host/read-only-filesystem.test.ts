import { causeTest } from '../../cause-test.ts';

causeTest('host/read-only-filesystem');
