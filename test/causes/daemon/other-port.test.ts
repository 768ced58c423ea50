import { causeTest } from '../../cause-test.ts';

causeTest('daemon/other-port');
