import { causeTest } from '../../cause-test.ts';

causeTest('session/forwarding-disabled');
