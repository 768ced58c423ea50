import { causeTest } from '../../cause-test.ts';

causeTest('daemon/privsep-user-missing');
