import { causeTest } from '../../cause-test.ts';

causeTest('daemon/socket-activation-port');
