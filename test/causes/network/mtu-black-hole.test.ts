import { causeTest } from '../../cause-test.ts';

causeTest('network/mtu-black-hole');
