import { causeTest } from '../../cause-test.ts';

causeTest('daemon/listen-family');
