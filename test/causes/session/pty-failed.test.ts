import { causeTest } from '../../cause-test.ts';

causeTest('session/pty-failed');
