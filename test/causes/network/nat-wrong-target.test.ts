import { causeTest } from '../../cause-test.ts';

causeTest('network/nat-wrong-target');
