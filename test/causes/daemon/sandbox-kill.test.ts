import { causeTest } from '../../cause-test.ts';

causeTest('daemon/sandbox-kill');
