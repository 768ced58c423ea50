import { causeTest } from '../../cause-test.ts';

causeTest('client/config-perms');
