import { causeTest } from '../../cause-test.ts';

causeTest('daemon/port-in-use');
