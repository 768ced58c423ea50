import { causeTest } from '../../cause-test.ts';

causeTest('firewall/path-filtered');
