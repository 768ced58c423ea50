import { causeTest } from '../../cause-test.ts';

causeTest('firewall/rate-limit');
