import { causeTest } from '../../cause-test.ts';

causeTest('daemon/library-mismatch');
