import { causeTest } from '../../cause-test.ts';

causeTest('daemon/logs-nowhere');
