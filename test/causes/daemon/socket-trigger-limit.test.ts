import { causeTest } from '../../cause-test.ts';

causeTest('daemon/socket-trigger-limit');
