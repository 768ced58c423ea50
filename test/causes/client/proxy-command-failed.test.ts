import { causeTest } from '../../cause-test.ts';

causeTest('client/proxy-command-failed');
