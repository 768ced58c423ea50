import { causeTest } from '../../cause-test.ts';

causeTest('daemon/hostkey-corrupt');
