import { causeTest } from '../../cause-test.ts';

causeTest('client/jump-host-failed');
