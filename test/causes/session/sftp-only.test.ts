import { causeTest } from '../../cause-test.ts';

causeTest('session/sftp-only');
