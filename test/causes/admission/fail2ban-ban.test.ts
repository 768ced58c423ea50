import { causeTest } from '../../cause-test.ts';

causeTest('admission/fail2ban-ban');
