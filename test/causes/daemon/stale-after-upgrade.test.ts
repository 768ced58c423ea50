import { causeTest } from '../../cause-test.ts';

causeTest('daemon/stale-after-upgrade');
