import { causeTest } from '../../cause-test.ts';

causeTest('session/chroot-modes');
