import { causeTest } from '../../cause-test.ts';

causeTest('daemon/not-enabled');
