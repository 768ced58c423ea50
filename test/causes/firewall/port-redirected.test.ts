import { causeTest } from '../../cause-test.ts';

causeTest('firewall/port-redirected');
