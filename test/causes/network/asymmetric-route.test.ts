import { causeTest } from '../../cause-test.ts';

causeTest('network/asymmetric-route');
