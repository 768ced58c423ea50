import { causeTest } from '../../cause-test.ts';

causeTest('daemon/config-shadowed');
