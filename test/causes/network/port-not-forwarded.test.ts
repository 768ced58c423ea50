import { causeTest } from '../../cause-test.ts';

causeTest('network/port-not-forwarded');
