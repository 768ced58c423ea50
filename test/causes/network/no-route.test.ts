import { causeTest } from '../../cause-test.ts';

causeTest('network/no-route');
