import { causeTest } from '../../cause-test.ts';

causeTest('network/wrong-service');
